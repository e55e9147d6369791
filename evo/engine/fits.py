"""The fits that a strategy asks for: made once, kept in the run's folder, and handed over.

A fit is named by the digest of all that it depends on, so that a run which is taken up again, and asks for the same
ones, makes none twice. Times are seconds.
"""

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from evo.display.readable_numbers import counted
from evo.records.config import Choice, as_json
from evo.records.failures import ContractError, FailedRunError, FitError
from evo.strategies.base import SearchStrategy
from evo.strategies.fitting import FitRequest, FittingStrategy, wanted_fit
from fitness.predictors.base import FittedState, Predictor
from fitness.predictors.learnt_members import without_members
from fitness.predictors.origin import NAMED
from fitness.predictors.state_file import pack_state, read_state
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.whole_files import write_bytes

logger = logging.getLogger(__name__)

FITS = "fits"
"""Folder below a run's of what its strategy had fitted."""
SUFFIX = ".safetensors"


class FitWorker(Protocol):
    """Makes one fit at a time somewhere."""

    def start(self, request: FitRequest) -> None:
        """Begin a fit; raises UsageError where it cannot be sent to where it is made."""
        ...

    def wait(self, timeout_s: float) -> FittedState | None:
        """Return what the fit has learnt, None where that takes longer; raises UsageError and FitError."""
        ...

    def cancel(self) -> None:
        """Forget the fit that was begun, if any."""
        ...


class Fits:
    """Answers what a strategy asks for: from the run's folder, or by a worker, whose fits it keeps there."""

    def __init__(self, run_dir: Path, space: Choice, worker: FitWorker) -> None:
        """Touch nothing yet; space: the one that is searched, on which fits depend."""
        self._folder, self._space, self._worker = run_dir / FITS, space, worker
        self._making: Path | None = None
        self._labelled = 0
        self._began, self._seconds = 0.0, 0.0
        self._made: set[Path] = set()
        self._found: set[Path] = set()

    @property
    def running(self) -> bool:
        """Whether a fit is being made."""
        return self._making is not None

    @property
    def learning(self) -> int:
        """How many labelled candidates the fit that is being made learns from, 0 where none is made."""
        return self._labelled if self.running else 0

    def settled(self, strategy: SearchStrategy) -> bool:
        """Hand over the fits that there are and begin one that there is not; returns whether none is waited for.

        Raises ContractError where a strategy wants what it was handed, and UsageError for what it cannot use.
        """
        handed: Path | None = None
        while not self.running and (request := wanted_fit(strategy)) is not None:
            path = self._folder / f"{digest(request, self._space)}{SUFFIX}"
            if path == handed:
                raise ContractError("the strategy's fit_request() asks for the fit that take_fit() was just handed")
            handed = self._hand_over(strategy, path)
            if handed is None:
                self._begin(request, path)
        return not self.running

    def wait(self, timeout_s: float) -> None:
        """Keep the fit that is being made once it is there; raises UsageError, FitError, and OSError from the disk."""
        if (path := self._making) is None:
            return
        self._making = None  # should it fail
        state = self._worker.wait(timeout_s)
        if state is None:
            self._making = path
            return
        content = _packed(replace(state, notes={**state.notes, NAMED: path.stem}))
        try:
            write_bytes(path, content)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:  # which no resumed run can pass
            raise FitError(f"{path}: something else is where a fit is to be kept; move it away") from error
        self._seconds += time.monotonic() - self._began
        self._made.add(path)

    def cancel(self) -> None:
        """Forget the fit that is being made."""
        self._worker.cancel()
        self._making = None

    def lines(self) -> list[str]:
        """Return how many fits there were, and what they took, in a line; no line for none."""
        if not self._made and not self._found:
            return []
        kept = f", {len(self._found)} found in {self._folder}" if self._found else ""
        return [f"{counted(len(self._made), 'fit')} made in {self._seconds:.3g} s{kept}"]

    def _hand_over(self, strategy: SearchStrategy, path: Path) -> Path | None:
        """Give a strategy what a file keeps, and return the file; None where it is not there, or has to be made again.

        What was made here, and the strategy cannot take, raises UsageError, or FitError for what nobody expected.
        """
        if not path.is_file() or not isinstance(strategy, FittingStrategy):
            return None
        try:
            strategy.take_fit(_kept(path))
        except Exception as error:  # whatever a damaged state makes a predictor raise
            if path in self._made:
                raise _unusable(error) from error
            logger.warning("note: %s is made again: %s", path, first_line(error)[:200])
            return None
        if path not in self._made:
            self._found.add(path)
        return path

    def _begin(self, request: FitRequest, path: Path) -> None:
        self._worker.start(request)
        self._labelled = len(request.labelled.texts)
        self._making, self._began = path, time.monotonic()


def digest(request: FitRequest, space: Choice) -> str:
    """Return what names a fit: a function of its space, its predictor with its options, its labels and its seed."""
    told = {
        "space": as_json(space),
        "predictor": _identity(request.predictor),
        "texts": request.labelled.texts,
        "labels": [float(label).hex() for label in request.labelled.labels],
        "seed": request.seed,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=_class_of).encode()).hexdigest()[:32]


def _unusable(error: Exception) -> Exception:
    if isinstance(error, UsageError | FailedRunError):
        return error
    return FitError(f"the strategy cannot use what was fitted for it: {type(error).__name__}: {first_line(error)}")


def _kept(path: Path) -> FittedState:
    """Return what was fitted and a file keeps; raises UsageError where it is damaged, or is another fit's."""
    state = read_state(path)
    notes = dict(state.notes)
    if notes.pop(NAMED, None) != path.stem:
        raise UsageError("it holds another fit")
    return without_members(replace(state, notes=notes))


def _packed(state: FittedState) -> bytes:
    """Return what a fit has learnt as the content of a file; raises FitError where it cannot be one."""
    try:
        return pack_state(state)
    except ValueError as error:  # it is more than arrays, and what JSON can hold
        raise FitError(f"what a fit has learnt cannot be kept: {first_line(error)}") from error


def _identity(predictor: Predictor) -> Mapping[str, Any]:
    """Return what tells a predictor from others: its class, and its options as far as JSON knows them.

    Of the others the classes must do: a folder belongs to one configuration, which has all of a strategy's options.
    """
    options = asdict(predictor) if is_dataclass(predictor) else vars(predictor)
    return {"class": _class_of(predictor), "options": options}


def _class_of(made: object) -> str:
    return f"{type(made).__module__}:{type(made).__qualname__}"

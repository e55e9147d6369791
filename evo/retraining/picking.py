"""Which of the cells of several seeds is worth a long training: DARTS' protocol (Liu et al., 2019).

All are trained from random weights for a while on the training images alone, and the one of highest accuracy on the
validation images is taken; images for the test are not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evo.display.readable_numbers import counted
from evo.retraining.config import ResolvedTraining, resolve_training
from evo.retraining.derived_cells import DerivedCell, failures_of, finished_cells
from evo.retraining.request import PICK_EPOCHS, RANDOM, TrainRequest
from evo.storage.run_folder import read_limits
from evo.storage.run_log import logged_trials
from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class Picking:
    """The short trainings that a request needs, by the seeds of their supernets; none where there is but one cell.

    cells: one for each cell, of the first seed that derived it; lines: what is to be said before
    """

    cells: Mapping[int, DerivedCell]
    parts: Mapping[int, TrainRequest]
    lines: tuple[str, ...]

    def line(self, seed: int, result: Mapping[str, Any]) -> str:
        """Return in words what a short training came to."""
        return (
            f"pick, cell of seed {seed}: validation accuracy {result['validation_accuracy']:.2%} after "
            f"{counted(result['epochs'], 'epoch')}, on {result['validation_pictures']} images"
        )

    def best(self, results: Mapping[int, Mapping[str, Any]]) -> int:
        """Return the seed of the cell of highest validation accuracy; of equals of least loss, then the first."""

        def rank(seed: int) -> tuple[float, float, int]:
            return results[seed]["validation_accuracy"], -results[seed]["validation_loss"], -seed

        return max(results, key=rank) if results else next(iter(self.cells))

    def answer(self, seed: int) -> str:
        """Return in words which cell is taken."""
        if len(self.cells) == 1:
            return f"pick: the cell of seed {seed} is the only one; it is trained"
        return f"pick: the cell of seed {seed} is the best of {len(self.cells)} on validation images; it is trained"


def open_picking(request: TrainRequest) -> Picking:
    """Return the short trainings of a request; raises UsageError where it, or what it would go on to, cannot be."""
    _check(request)
    main = resolve_training(_plain(request))
    epochs = PICK_EPOCHS if request.pick_epochs is None else request.pick_epochs
    cells, lines = _cells(main.run.path)
    name = request.name or f"{_as_evaluated(request, main).name}-{epochs}"
    own = replace(request, name=name, epochs=epochs, init=RANDOM, seeds=1, pick_epochs=None)
    parts = {seed: replace(own, seed_of=seed) for seed in cells} if len(cells) > 1 else {}
    for part in parts.values():
        resolve_training(part)
    return Picking(cells, parts, lines)


def _as_evaluated(request: TrainRequest, main: ResolvedTraining) -> ResolvedTraining:
    """Return the training from random weights alone, which short ones are, whatever the main one inherits."""
    return main if request.init == RANDOM else resolve_training(_plain(replace(request, init=RANDOM)))


def _plain(request: TrainRequest) -> TrainRequest:
    return replace(request, pick=False, pick_epochs=None)


def _check(request: TrainRequest) -> None:
    given = {"--seed-of": request.seed_of is not None, "--candidate": request.candidate is not None}
    for flag in (flag for flag, said in given.items() if said):
        raise UsageError(f"--pick: chooses among the cells of all seeds; leave it or {flag} out")
    if request.linear_probe:
        raise UsageError("--pick: trains whole networks; leave it or --linear-probe out")


def _cells(run: Path) -> tuple[dict[int, DerivedCell], tuple[str, ...]]:
    """Return one seed's cell for each cell, and what is to be said of seeds that are left out; raises UsageError."""
    found = finished_cells(run)
    if not found:
        raise UsageError(f"--pick: {run} has no finished supernets to choose among; leave it out")
    logged, asked = logged_trials(run), read_limits(run).evaluations
    if logged < asked:
        raise UsageError(
            f"--pick: {asked - logged} of the {asked} seeds of {run} are not finished; let the search go on first, or "
            "name a cell by --seed-of"
        )
    lines = [f"pick: seed {failure.seed} failed and has no cell" for failure in failures_of(run)]
    first: dict[str, DerivedCell] = {}
    for cell in found:
        same = first.setdefault(cell.candidate, cell)
        if same is not cell:
            lines.append(f"pick: seed {cell.seed} derived the cell of seed {same.seed}")
    return {cell.seed: cell for cell in first.values()}, tuple(lines)

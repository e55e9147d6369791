"""Trainings of what a search found: check everything, train in this process, say what it came to.

Nothing is written before everything that is asked for has been checked.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch

from evo.cluster.caller_process import left_as_it_was, terminated_like_interrupted
from evo.cluster.usable_cpus import usable_cpus
from evo.display.notebook_table import html_table
from evo.engine.asking import requested
from evo.engine.evaluator import prepare_process
from evo.records.requests import PluginLike
from evo.retraining.config import ResolvedTraining, resolve_training
from evo.retraining.derived_cells import choice_lines, finished_cells
from evo.retraining.endings import told_in_words
from evo.retraining.folder import TrainingFolder, TrainingPlace
from evo.retraining.labelled_images import check_batch, fraction_notes, load_images
from evo.retraining.one_training import train_place
from evo.retraining.page import PAGE, write_page
from evo.retraining.picking import open_picking
from evo.retraining.report import Difference, describe_results, difference
from evo.retraining.request import INHERITED, TrainRequest
from evo.retraining.start import start_of
from evo.retraining.stored_files import RESULT, read_result, results_in, training_name
from tasks import Split, remarks_of
from tasks.foundation.errors import UsageError, bounded
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)


@runtime_checkable
class SearchedFolder(Protocol):
    """A run in a caller's hands."""

    @property
    def path(self) -> Path:
        """Its folder."""
        ...

    @property
    def objects(self) -> Mapping[str, object]:
        """The caller's own plug-ins, by axis."""
        ...

    @property
    def trust(self) -> bool:
        """Whether whatever the folder names may be imported."""
        ...


@dataclass(frozen=True)
class TrainingResult:
    """What one training came to.

    init: first weights, ``inherited`` or ``random``
    test_accuracy: 0 to 1, after the last epoch; test_loss: nats
    params: trainable weights; inherited: share of them that came from the supernet, 0 to 1
    """

    init: str
    seed: int
    test_accuracy: float
    test_loss: float | None
    epochs: int
    params: int
    inherited: float


@dataclass(frozen=True)
class Trainings:
    """All finished trainings of one configuration.

    path: their folder
    results: one for each first weights and seed
    inherited_minus_random: difference of test accuracies by seed, None where no seed has both first weights
    lines: the same in words
    """

    path: Path
    results: tuple[TrainingResult, ...]
    inherited_minus_random: Difference | None
    lines: tuple[str, ...]

    def __str__(self) -> str:
        """Return it in words, line by line."""
        return "\n".join([str(self.path), *self.lines])

    def _repr_html_(self) -> str:
        heads = list(TrainingResult.__dataclass_fields__)
        return html_table(str(self.path), heads, ([getattr(one, name) for name in heads] for one in self.results))


def train(
    run: str | Path | SearchedFolder | None = None,
    *,
    data: PluginLike,
    init: str = TrainRequest.init,
    progress: bool = False,
    **asked: Any,
) -> Trainings:
    """Train the architecture that a search found on labelled images; as ``python -m evo.train``.

    run: the search, or its folder; without one, ``space`` and ``candidate`` say what is trained
    data: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object
    init: first weights: ``random``, ``inherited`` from the supernet, or ``both``, one after the other
    space, candidate, run_dir, seed_of, label_fraction, linear_probe, seed, seeds, epochs, batch, learning_rate,
    options, pick, pick_epochs, name, ...: see ``TrainRequest``
    progress: whether to show a line for every epoch on standard error

    The same call takes up a training that was stopped. Raises UsageError for bad input, with nothing written,
    FailedRunError where it cannot go on, and KeyboardInterrupt, with every finished epoch saved.
    """
    given = {"data": data, "init": init, **asked}
    if run is None or isinstance(run, str | Path):
        path = None if run is None else Path(run)
        return run_training(requested(TrainRequest, {"run": path, **given}), progress=progress)
    if not isinstance(run, SearchedFolder):
        raise UsageError(f"train({bounded(repr(run), 80)}): a run, or its folder, is needed")
    own = {"space": run.objects["space"]} if "space" in run.objects else {}
    return run_training(
        requested(TrainRequest, {"run": run.path, "trust": run.trust, **own, **given}), progress=progress
    )


@trusting_as_asked
def run_training(request: TrainRequest, *, progress: bool = False) -> Trainings:
    """Train, or go on with, what a request describes; raises as ``train`` does."""
    with left_as_it_was():
        chosen = _picked(request, progress=progress) if request.pick else request
        folder = _trained(resolve_training(chosen), chosen, progress=progress)
    found = _finished(folder.path)
    logger.info("%s", found)
    logger.info("curves: %s", folder.path / PAGE)
    return found


def _picked(request: TrainRequest, *, progress: bool) -> TrainRequest:
    """Return the training of the best cell of all seeds, once all have been trained shortly."""
    found = open_picking(request)
    logger.info("%s", "\n".join(found.lines))
    results = {}
    for seed, part in found.parts.items():
        folder = _trained(resolve_training(part), part, progress=progress)
        results[seed] = read_result(folder.path / training_name(part.init, part.seed) / RESULT, Split.VALIDATION)
        logger.info("%s", found.line(seed, results[seed]))
    seed = found.best(results)
    logger.info("%s", found.answer(seed))
    return replace(request, pick=False, pick_epochs=None, seed_of=seed)


def _trained(resolved: ResolvedTraining, request: TrainRequest, *, progress: bool) -> TrainingFolder:
    digests = {init: start_of(resolved, init, request.seed).inherited.digest for init in request.inits}
    folder = TrainingFolder(resolved, digests.get(INHERITED))
    stored = folder.stored_threads()
    if not resolved.config.validation:
        results_in(folder.path)  # a damaged one is told now, not after hours of training
    settings = resolved.config.settings
    for remark in remarks_of(resolved.images):
        logger.info("%s", remark)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    images = load_images(resolved.images, device, validation=resolved.config.validation)
    check_batch(images.train.labels, request.label_fraction, settings.batch)
    if request.seed_of is None and request.candidate is None:
        for line in choice_lines(finished_cells(resolved.run.path), resolved.architecture.supernet):
            logger.info("%s", line)
    if resolved.chosen:
        logger.info("%s", _chosen(resolved.chosen))
    threads = settings.threads or stored or usable_cpus()
    prepare_process(threads)
    seeds = range(request.seed, request.seed + request.seeds)
    places = [
        TrainingPlace(folder.path, init, seed, digest, images.judged, folder.measured if digest else 0)
        for seed in seeds
        for init, digest in digests.items()
    ]
    with told_in_words(folder.path), terminated_like_interrupted(), folder.saved(), folder:
        resolved.run.claim()
        folder.claim(threads)
        for note in fraction_notes(images.train.labels, request.label_fraction):
            logger.info("%s", note)
        for place in places:
            train_place(resolved, place, images, progress=progress)
        if not resolved.config.validation:  # such results are read by what picks the best
            write_page(folder.path, results_in(folder.path))
    return folder


def _chosen(options: Mapping[str, object]) -> str:
    named = " ".join(f"space.{name}={str(value).lower()}" for name, value in options.items())
    return (
        f"networks are built with {named}, so that an image has the same answer alone and in a batch; to train them as "
        "the search scored them, set the option yourself"
    )


def _finished(path: Path) -> Trainings:
    values = results_in(path)
    return Trainings(path, tuple(map(_result, values)), difference(values), tuple(describe_results(values)))


def _result(values: Mapping[str, Any]) -> TrainingResult:
    named: dict[str, Any] = {name: values.get(name) for name in TrainingResult.__dataclass_fields__}
    return TrainingResult(**{**named, "inherited": values["inherited"]["share"]})

"""One training from its first epoch, or from where it was stopped, to its result."""

import logging
import sys
from dataclasses import asdict, replace
from typing import Any

from evo.records.config import as_json
from evo.retraining.config import ResolvedTraining
from evo.retraining.folder import TrainingPlace
from evo.retraining.labelled_images import LabelledImages
from evo.retraining.start import Start, start_of
from evo.retraining.training import Training
from evo.storage.checkpoint import Progress, pack, unpack
from evo.storage.provenance import provenance
from tasks import described
from tasks.foundation.errors import UsageError, first_line

logger = logging.getLogger(__name__)


def train_place(
    resolved: ResolvedTraining, place: TrainingPlace, images: LabelledImages, *, progress: bool = False
) -> None:
    """Train to the end what is not there yet; raises DivergedError, and UsageError for another supernet meanwhile."""
    if place.result() is not None:
        return
    config, start = resolved.config, start_of(resolved, place.init, place.seed)
    if start.inherited.digest != place.digest:
        raise UsageError(
            f"{place.path}: the supernet was trained on or replaced since this training began ({place.digest} then, "
            f"{start.inherited.digest} now); let its search end, and name another folder by --name"
        )
    training = Training(start.learner, images.share(config.label_fraction, place.seed), config.settings, place.seed)
    content, done = place.checkpoint(), Progress(memory=_identity(resolved, place))
    if place.measured:
        start = start.with_measured(training.measure_statistics(place.measured))
    elif config.linear_probe and content is None:  # which trains no normalisation
        training.take_statistics()
    if place.digest:
        logger.info("%s, seed %d: %s", place.init, place.seed, start.line)
    if content is not None:
        done = _loaded(training, place, content, done)
    for number in range(done.epochs, config.settings.epochs):
        row = training.epoch(number)
        done = replace(done, epochs=number + 1, rows=(*done.rows, row))
        place.keep(pack(training.tensors(), done), done.rows)
        if progress:
            print(_line(place, row, config.settings.epochs), file=sys.stderr, flush=True)
    _finish(resolved, place, start, done, images.test_counts())


def _identity(resolved: ResolvedTraining, place: TrainingPlace) -> dict[str, Any]:
    """Return what a checkpoint has to be of."""
    of = {"init": place.init, "seed": place.seed, "supernet_digest": place.digest}
    return {**of, "architecture": as_json(resolved.architecture), "setting": resolved.config.determining()}


def _loaded(training: Training, place: TrainingPlace, content: bytes, fresh: Progress) -> Progress:
    """Put a checkpoint back, and return where it stands; raises UsageError where it is of another training."""
    tensors, progress = unpack(content)
    try:
        if progress.memory not in ({}, fresh.memory) or len(progress.rows) != progress.epochs:
            raise ValueError("not of this setting, first weights and seed")
        training.load(tensors)
    except (KeyError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"{place.checkpoint_path}: is of another training ({first_line(error)}); take it away to begin anew"
        ) from error
    return replace(progress, memory=fresh.memory)


def _finish(resolved: ResolvedTraining, place: TrainingPlace, start: Start, done: Progress, counts: list[int]) -> None:
    from safetensors.torch import save

    place.write_rows(done.rows)
    last, judged = done.rows[-1], place.judged
    result: dict[str, Any] = {
        "init": place.init,
        "seed": place.seed,
        **{name: last[name] for name in (f"{judged}_accuracy", f"{judged}_loss", "training_loss", "device")},
        f"{judged}_pictures": sum(counts),
        "images": described(resolved.images),
        "untested_classes": [label for label, count in enumerate(counts) if not count],
        "epochs": done.epochs,
        "params": start.params,
        "inherited": {**asdict(start.inherited), "line": start.line},
        "candidate": resolved.architecture.candidate,
        "supernet": resolved.architecture.supernet,
        "setting": resolved.config.to_json(),
        "train_s": sum(row["epoch_s"] for row in done.rows),
        **provenance(),
    }
    place.finish(save(start.learner.result()), result)


def _line(place: TrainingPlace, row: dict[str, Any], epochs: int) -> str:
    judged, left = place.judged, (epochs - row["epoch"] - 1) * row["epoch_s"] / 60
    return (
        f"{place.init}, seed {place.seed}: epoch {row['epoch'] + 1}/{epochs}, loss {row['training_loss']:.4f}, "
        f"{judged} loss {row[f'{judged}_loss']:.4f}, {judged} accuracy {row[f'{judged}_accuracy']:.2%}, "
        f"{row['epoch_s']:.1f} s, about {left:.0f} min left"
    )

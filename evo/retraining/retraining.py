"""One training from the command line: check everything, train in this process, say what it came to.

Nothing is written before every option has been checked.
"""

import argparse
import os
import sys
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch

from evo.commands.train_options import BOTH, INHERITED, PROGRAM, RANDOM
from evo.differentiable.bilevel.supernet_trainer import DivergedError
from evo.engine.evaluator import prepare_process
from evo.engine.session import terminated_like_interrupted
from evo.records.config import as_json
from evo.retraining.folder import TrainingFolder, TrainingPlace, results_in
from evo.retraining.inherited_weights import NOTHING, Legacy, bequeath, load_supernet
from evo.retraining.labelled_pictures import LabelledPictures, check_batch, load_pictures
from evo.retraining.learner import Learner, LinearProbe, NetworkLearner
from evo.retraining.report import describe_results
from evo.retraining.request import Request, request_from
from evo.retraining.training import Training
from evo.storage.checkpoint import Progress, pack, unpack
from evo.storage.provenance import provenance
from spaces import FeatureNetwork, count_parameters
from tasks import derive_rng
from tasks.foundation.command_line import DONE, FAILED, say
from tasks.foundation.errors import UsageError, first_line


@dataclass(frozen=True, eq=False)
class Start:
    """What a training begins with: a learner, what its network took over, and the size of that."""

    learner: Learner
    legacy: Legacy
    params: int


def run_training(options: argparse.Namespace) -> int:
    """Train or go on with what the options describe; returns the exit code, raises UsageError."""
    request = request_from(options)
    inits = (INHERITED, RANDOM) if options.init == BOTH else (options.init,)
    digests = {init: start_of(request, init, options.seed).legacy.digest for init in inits}
    folder = TrainingFolder(request, digests.get(INHERITED))
    stored = folder.stored_threads()
    results_in(folder.path)  # a damaged one is told now, not after hours of training
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    pictures = load_pictures(request.images, device)
    check_batch(pictures.train.labels, options.label_fraction, request.setting.settings.batch)
    threads = request.setting.settings.threads or stored or os.cpu_count() or 1
    prepare_process(threads)
    places = [
        TrainingPlace(folder.path, init, options.seed + number, digest)
        for number in range(options.seeds)
        for init, digest in digests.items()
    ]
    try:
        with terminated_like_interrupted(), folder:
            folder.claim(threads)
            for place in places:
                train(request, place, pictures, quiet=options.quiet)
    except (DivergedError, OSError) as error:
        print(f"{PROGRAM}: error: {error}; finished epochs are in {folder.path}", file=sys.stderr)
        return FAILED
    say("\n".join([f"{folder.path}", *describe_results(results_in(folder.path))]))
    return DONE


def start_of(request: Request, init: str, seed: int) -> Start:
    """Return what a training begins with, the same for the same seed; raises UsageError where nothing is inherited."""
    settings, (spec, classes) = request.setting.settings, request.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(derive_rng(seed, "train", "weights").integers(2**63)))
        network = request.build()
        params = count_parameters(network)
        learner: Learner = (
            LinearProbe(network, classes)
            if request.setting.linear_probe
            else NetworkLearner(network, settings, spec.size, classes)
        )
    return Start(learner, _inherited(request, network) if init == INHERITED else NOTHING, params)


def train(request: Request, place: TrainingPlace, pictures: LabelledPictures, *, quiet: bool = False) -> None:
    """Train to the end what is not there yet; raises DivergedError, and UsageError for another supernet meanwhile."""
    if place.result() is not None:
        return
    setting, start = request.setting, start_of(request, place.init, place.seed)
    if start.legacy.digest != place.digest:
        raise UsageError(
            f"{place.path}: the supernet was trained on or replaced since this command began ({place.digest} then, "
            f"{start.legacy.digest} now); let its search end, and name another folder by --name"
        )
    training = Training(start.learner, pictures.share(setting.label_fraction, place.seed), setting.settings, place.seed)
    content, progress = place.checkpoint(), Progress(memory=_identity(request, place))
    if content is not None:
        progress = _loaded(training, place, content, progress)
    elif setting.linear_probe:  # which trains no normalisation
        training.take_statistics()
    for number in range(progress.epochs, setting.settings.epochs):
        row = training.epoch(number)
        progress = replace(progress, epochs=number + 1, rows=(*progress.rows, row))
        place.keep(pack(training.tensors(), progress), progress.rows)
        if not quiet:
            print(_line(place, row, setting.settings.epochs), file=sys.stderr, flush=True)
    _finish(request, place, start, progress, pictures.test_counts())


def _identity(request: Request, place: TrainingPlace) -> dict[str, Any]:
    """Return what a checkpoint has to be of."""
    of = {"init": place.init, "seed": place.seed, "supernet_digest": place.digest}
    return {**of, "architecture": as_json(request.architecture), "setting": request.setting.determining()}


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


def _finish(request: Request, place: TrainingPlace, start: Start, progress: Progress, counts: list[int]) -> None:
    from safetensors.torch import save

    place.write_rows(progress.rows)
    last = progress.rows[-1]
    result: dict[str, Any] = {
        "init": place.init,
        "seed": place.seed,
        **{name: last[name] for name in ("test_accuracy", "test_loss", "training_loss", "device")},
        "test_pictures": sum(counts),
        "untested_classes": [label for label, count in enumerate(counts) if not count],
        "epochs": progress.epochs,
        "params": start.params,
        "inherited": asdict(start.legacy),
        "candidate": request.architecture.candidate,
        "supernet": request.architecture.supernet,
        "setting": request.setting.to_json(),
        "train_s": sum(row["epoch_s"] for row in progress.rows),
        **provenance(),
    }
    place.finish(save(start.learner.result()), result)


def _inherited(request: Request, network: FeatureNetwork) -> Legacy:
    """Give the network the supernet's weights; raises UsageError where they do not fit."""
    supernet, progress, digest = load_supernet(request.run, request.architecture.supernet, request.shape[0])
    try:
        legacy = bequeath(supernet, request.run.space.decode(request.architecture.candidate), network)
    except ValueError as error:
        given = "".join(f"; leave space.{name}={value} out" for name, value in request.setting.space.items())
        hint = f"{given}, or take --init random" if given else ""
        raise UsageError(f"--init inherited: {error}{hint}") from error
    return replace(legacy, epochs=progress.epochs, digest=digest, labels=request.run.labels())


def _line(place: TrainingPlace, row: dict[str, Any], epochs: int) -> str:
    left = (epochs - row["epoch"] - 1) * row["epoch_s"] / 60
    return (
        f"{place.init}, seed {place.seed}: epoch {row['epoch'] + 1}/{epochs}, loss {row['training_loss']:.4f}, test "
        f"loss {row['test_loss']:.4f}, test accuracy {row['test_accuracy']:.2%}, {row['epoch_s']:.1f} s, about "
        f"{left:.0f} min left"
    )

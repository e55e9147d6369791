"""The options of ``python -m evo.train``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evo.commands.options import add_labelled_data, add_quiet, add_trust, known_plugins, said
from evo.commands.signatures import default_of
from evo.retraining.request import AXES_WITH_OPTIONS, INITS, PICK_EPOCHS, ComparisonRequest, TrainRequest
from tasks.foundation.command_line import OneLineParser, Option, add_assignments, named_path, parse_assignments
from tasks.foundation.errors import UsageError

_OF_COMPARISON = ("run", "against", "name", "quiet")

DESCRIPTION = "Train the architecture that a search found on labelled images, and say how well it does."
SETTINGS = "evo.retraining.settings:TrainSettings"
"""Which options of the training there are, with their defaults; torch comes with it."""
EPILOG = """\
the recipe is that of DARTS for CIFAR: SGD, a learning rate that falls to 0 along half a cosine, momentum {momentum:g},
weight decay {weight_decay:g}, gradients clipped at {clip:g}; images shifted and mirrored, with a square of half their
side cut out; in networks of cells, drop path that grows to 0.2 and an auxiliary classifier of weight 0.4. Each is an
option:
  --set train.OPTION=VALUE   least_rate, warm_up (epochs), momentum, weight_decay, clip, augment, shift and cutout
                             (pixels, 0 for none), drop_path, auxiliary, label_smoothing, precision, searched, threads
  train.searched=true        normalisation as in the supernet: without scale and shift, and behind pooling too. It is
                             the default of --init inherited and both, whose two trainings are of one network; --init
                             random alone trains the network that DARTS evaluates, and has the other where it is asked
                             for, or where --name names a folder that has it
size: that of the search's networks, or another one by --set space.OPTION=VALUE; DARTS evaluates with
  --set space.cells=20 --set space.channels=36. Inherited weights need the supernet's size
inherited weights: those of the supernet that the architecture was derived from (SSWP-NAS). The network begins with the
features that the supernet computed under it: it has all its normalisation, and a scale and a shift that the supernet
has not (NAS-Bench-201) begin as 1 and 0. Classifiers start anew. What is lost and what is fresh is said in a line.
Running statistics, which were of mixtures or many paths, are measured anew on 1,000 training images as they are, not
augmented. Those of random weights are taken from all training images before a linear probe
labels: --label-fraction 0.1 trains on a tenth of the images of every class; a larger fraction contains the smaller one
networks that are trained for use: those of NAS-Bench-201 are built with space.affine=true, whatever the search had, so
that an image has the same answer alone and in a batch; --set space.affine=false trains them as they were scored
test accuracy: on the source's test split, which no search has seen (CIFAR: the official test set), after the last
epoch, not after the best one; no setting is chosen by it here, and the validation split is learnt from as well.
Networks without running statistics (NAS-Bench-201 with space.affine=false) are tested with the statistics of each
test batch: 256 images in a mixed order, the same for all trainings
a candidate that no run has found: --space S --candidate TEXT in place of RUN; a folder in runs/ takes RUN's place
where: RUN/train/NAME/INIT-seed-N holds epochs.parquet, checkpoint.safetensors, result.json and, at the end,
weights.safetensors. After a kill the same command goes on and ends with the same numbers. The trainings of one NAME are
compared: inherited minus random, by seed
several seeds: by default the cell with the best held-out loss is trained, and a line says so. --pick trains the cells
of all seeds from random weights for --pick-epochs on the training split alone, in RUN/pick/NAME/seed-N, and takes the
one of highest accuracy on the validation split (DARTS' protocol): images for the test are not looked at for that.
These are of the network that DARTS evaluates, whatever --init is. A killed one goes on as all trainings do
relative gain: what a part of a search, e.g. keeping weights through pruning, adds to that difference: the difference
with it minus the difference without it. Train a run with it and a run without it, both with --init both; then
evo.train WITH --against WITHOUT
examples:
  python -m evo.train runs/x --data cifar10 --set space.cells=20 --set space.channels=36
  python -m evo.train runs/x --data cifar100 --init both --label-fraction 0.5 --learning-rate 0.2 --set train.warm_up=20
  python -m evo.train runs/x --data digits --init both --linear-probe --epochs 20
  python -m evo.train --space "darts(cells=20,channels=36)" --candidate DARTS_V2 --data cifar10
  python -m evo.train runs/x --data cifar10 --pick --pick-epochs 50
  python -m evo.train runs/with --against runs/without

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with every finished epoch saved"""


@dataclass(frozen=True)
class TrainCommand:
    """What a command line of ``evo.train`` asks for; quiet: whether epochs are kept to itself."""

    request: TrainRequest | ComparisonRequest
    quiet: bool


def read_command(arguments: Sequence[str] | None) -> TrainCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    if given.against is not None:
        _refuse_beside_comparison(given)
        if given.run is None:
            raise UsageError("--against: RUN is missing, the run that is compared with it")
        return TrainCommand(ComparisonRequest(**said(ComparisonRequest, given)), given.quiet)
    options = parse_assignments(given.assignments, AXES_WITH_OPTIONS)
    return TrainCommand(TrainRequest(**said(TrainRequest, given), options=options), given.quiet)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what is not said is None."""
    root = OneLineParser(prog="python -m evo.train", description=DESCRIPTION, epilog=_epilog())
    root.add_argument("run", nargs="?", type=named_path, metavar="RUN", help="folder of a search, finished or not")
    _add_architecture(root.add_argument_group("which architecture"))
    _add_data(root.add_argument_group("which images"))
    _add_training(root.add_argument_group("how it is trained"))
    _add_places(root.add_argument_group("where"))
    return root


def _epilog() -> str:
    return EPILOG.format(**{name: default_of(SETTINGS, name) for name in ("momentum", "weight_decay", "clip")})


def _refuse_beside_comparison(given: argparse.Namespace) -> None:
    """Raise UsageError for options of a training, which a comparison of trainings that are there does not read."""
    needless = [name for name, value in vars(given).items() if _is_said(value) and name not in _OF_COMPARISON]
    if needless:
        flags = ", ".join("--set" if name == "assignments" else f"--{name.replace('_', '-')}" for name in needless)
        raise UsageError(
            f"{flags}: --against trains nothing, and takes the options of the trainings that are there; leave all but "
            "--name out, or train first"
        )


def _is_said(value: object) -> bool:
    """Return whether a command line says an option: no default is anything but None, False, or an empty list."""
    return value is not None and value is not False and value != []


def _add_architecture(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--seed-of",
        type=int,
        metavar="N",
        help="the one derived from the supernet of seed N (default: the run's best)",
    )
    group.add_argument(
        "--candidate",
        metavar="TEXT",
        help="another one of the run's space, or without a run of --space: its text, a published form, or a published "
        "cell's name, such as DARTS_V2",
    )
    group.add_argument("--space", metavar="S", help=f"without a run, the candidate's space: {known_plugins('space')}")
    group.add_argument(
        "--pick",
        action="store_true",
        help="train the cells of all seeds shortly first, and go on with the best on validation images",
    )
    group.add_argument(
        "--pick-epochs",
        type=int,
        metavar="N",
        help=f"passes over the training images of such a short training (default: {PICK_EPOCHS})",
    )


def _add_data(group: argparse._ArgumentGroup) -> None:
    add_labelled_data(group)
    group.add_argument(
        "--label-fraction",
        type=float,
        metavar="F",
        help=f"share of the training images of every class (default: {TrainRequest.label_fraction})",
    )


def _add_training(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--init",
        choices=INITS,
        help=f"first weights: of the supernet, random, or both one after the other (default: {TrainRequest.init})",
    )
    group.add_argument(
        "--linear-probe", action="store_true", help="weights stay; a linear classifier on pooled features learns"
    )
    group.add_argument(
        "--seed", type=int, metavar="N", help=f"of weights, order and fraction (default: {TrainRequest.seed})"
    )
    group.add_argument(
        "--seeds", type=int, metavar="K", help=f"trainings, from --seed on (default: {TrainRequest.seeds})"
    )
    for name, kind, what in (
        ("epochs", int, "passes over the training images"),
        ("batch", int, "images in a step"),
        ("learning_rate", float, "of gradient descent, at its highest"),
    ):
        Option(name, "N", f"{what} (default: {default_of(SETTINGS, name)})", kind).add_to(group)
    add_assignments(group, "another option of the training, or of the space or data", form="AXIS.OPTION=VALUE")


def _add_places(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--run-dir",
        type=named_path,
        metavar="DIR",
        help="without a run, folder of the training (default: one in runs/, by the space)",
    )
    group.add_argument("--name", help="folder in RUN/train (default: from the settings)")
    group.add_argument(
        "--against",
        type=named_path,
        metavar="RUN2",
        help="train nothing: print the relative gain of RUN over RUN2, both trained with --init both; of the "
        "other options, --name alone goes with it",
    )
    add_trust(group)
    add_quiet(group)

"""The options of ``python -m evo.train``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tasks.foundation.command_line import OneLineParser, add_archives, add_assignments
from tasks.foundation.errors import UsageError

PROGRAM = "evo.train"
INHERITED, RANDOM, BOTH = "inherited", "random", "both"
FLAGS = ("epochs", "batch", "learning_rate")
"""Options of the training that have a flag of their own."""

_OF_COMPARISON = ("run", "against", "name", "quiet")

DESCRIPTION = "Train the architecture that a search found on labelled pictures, and say how well it does."
EPILOG = """\
the recipe: that of DARTS for CIFAR. SGD, the learning rate from 0.025 to 0 along half a cosine, momentum 0.9, weight
decay 3e-4, gradients clipped at 5; pictures shifted and mirrored, a square of half their side cut out; of networks of
cells, drop path that grows to 0.2 and an auxiliary classifier of weight 0.4. Each is an option:
  --set train.OPTION=VALUE   least_rate, warm_up (epochs), momentum, weight_decay, clip, augment, cutout (pixels, 0 for
                             none), drop_path, auxiliary, label_smoothing, precision, searched, threads
  train.searched=true        normalisation as the supernet has it: without scale and shift, and behind pooling, too. A
                             network as its space builds it has no place for the statistics behind pooling
size: that of the search's networks, or another by --set space.OPTION=VALUE; that of DARTS' evaluation is
  --set space.cells=20 --set space.channels=36. Inherited weights need the supernet's
inherited weights: those of the supernet that derived the architecture (SSWP-NAS). Classifiers start anew, and so do the
scale and the shift of normalisation, which a supernet does not have. Running statistics that are still fresh (of random
weights, and of NAS-Bench-201 with space.affine=true) are taken from the training pictures before a linear probe
labels: --label-fraction 0.1 trains on a tenth of the pictures of every class; a larger fraction holds the smaller one
test accuracy: on the source's validation split (CIFAR: the official test set) after the last epoch, not the best one;
no setting is chosen by it here. Networks without running statistics (NAS-Bench-201 without space.affine=true) are
tested by the statistics of each test batch: 256 pictures in a mixed order, the same for all trainings
where: RUN/train/NAME/INIT-seed-N holds epochs.parquet, checkpoint.safetensors, result.json and, at the end,
weights.safetensors. The same command goes on after a kill to the same numbers, and trainings of one NAME are compared:
inherited minus random, by seed
relative gain: of something in a search, e.g. of weights kept through pruning, is that difference with it minus that
without it. Train --init both in a run with it and in one without, then: evo.train WITH --against WITHOUT
examples:
  python -m evo.train runs/x --data cifar10 --set space.cells=20 --set space.channels=36
  python -m evo.train runs/x --data cifar100 --init both --label-fraction 0.5 --learning-rate 0.2 --set train.warm_up=20
  python -m evo.train runs/x --data digits --init both --linear-probe --epochs 20
  python -m evo.train runs/with --against runs/without

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with every finished epoch saved"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", description=DESCRIPTION, epilog=EPILOG)
    root.add_argument("run", type=Path, metavar="RUN", help="folder of a search, finished or not")
    _add_architecture(root.add_argument_group("which architecture"))
    _add_data(root.add_argument_group("which pictures"))
    _add_training(root.add_argument_group("how it is trained"))
    _add_places(root.add_argument_group("where"))
    return root


def refuse_beside_comparison(arguments: Sequence[str] | None) -> None:
    """Raise UsageError for options of a training, which a comparison of trainings that are there does not read.

    arguments: the command line, None for that of this process. What is said counts, be it the default or not.
    """
    unsaid = argparse.Namespace(**dict.fromkeys(vars(parser().parse_args(["RUN"]))))
    said = vars(parser().parse_args(arguments, unsaid))
    needless = [name for name, value in said.items() if value is not None and name not in _OF_COMPARISON]
    if needless:
        flags = ", ".join("--set" if name == "assignments" else f"--{name.replace('_', '-')}" for name in needless)
        raise UsageError(
            f"{flags}: --against trains nothing, and takes the options of the trainings that are there; leave all but "
            "--name out, or train first"
        )


def _add_architecture(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--seed-of", type=int, metavar="N", help="that which the supernet of seed N derived (default: the run's best)"
    )
    group.add_argument("--candidate", metavar="TEXT", help="one of the run's space instead")


def _add_data(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--data", metavar="D", help="labelled pictures: digits, cifar10, cifar100, imagefolder:DIR")
    add_archives(group)
    group.add_argument(
        "--label-fraction",
        type=float,
        default=1.0,
        metavar="F",
        help="share of the training pictures of every class (default: %(default)s)",
    )


def _add_training(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--init",
        choices=(INHERITED, RANDOM, BOTH),
        default=RANDOM,
        help="first weights: of the supernet, random, or both one after the other (default: %(default)s)",
    )
    group.add_argument(
        "--linear-probe", action="store_true", help="weights stay; a linear classifier on pooled features learns"
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of weights, order and fraction (default: %(default)s)"
    )
    group.add_argument(
        "--seeds", type=int, default=1, metavar="K", help="trainings, from --seed on (default: %(default)s)"
    )
    for name, kind, what in (
        ("epochs", int, "passes over the training pictures (default: 600)"),
        ("batch", int, "pictures in a step (default: 96)"),
        ("learning_rate", float, "of gradient descent, at its highest (default: 0.025)"),
    ):
        group.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar="N", help=what)
    add_assignments(group, "another option of the training, or of the space", form="AXIS.OPTION=VALUE")


def _add_places(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--name", help="folder in RUN/train (default: from the settings)")
    group.add_argument(
        "--against",
        type=Path,
        metavar="RUN2",
        help="train nothing: print the relative gain of RUN over RUN2, both trained with --init both; of the "
        "other options, --name alone goes with it",
    )
    group.add_argument("--quiet", action="store_true", help="no line for every epoch")

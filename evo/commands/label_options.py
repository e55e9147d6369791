"""The options of ``python -m evo.label``."""

import argparse
from pathlib import Path

from evo.commands.options import add_places, add_space
from evo.labelling.training import DEFAULTS
from tasks.foundation.command_line import OneLineParser, add_archives, add_assignments

PROGRAM = "evo.label"
DEFAULT_COUNT, DEFAULT_SEEDS, LEAST_AGREEMENT = 60, 3, 0.8

DESCRIPTION = "Make a panel: train architectures of a space on labelled pictures, and write what became of each."
EPILOG = """\
the label: minus the loss on test pictures (cross-entropy in nats), the mean of several trainings of the same
architecture; each has other training pictures, other initial weights and another order, so that the label is about the
architecture and not about one draw of them. Accuracies stand beside it; as labels they say less, because easy pictures
leave many architectures equal.
the panel: columns candidate, value (the label, higher is better), value_seed_N, test_accuracy and params; Parquet keeps
in its metadata how it was made (python -m spaces.tables show), CSV does not
rank agreement: Spearman's rho between the labels of two seeds, mean of all pairs. Below --least-agreement no panel is
written, and the exit code is 1: too much of such ranks is chance. The reliability of the mean of all seeds is told
beside it.
examples:
  python -m evo.label --space nasbench201 --set space.cells_per_stage=1 --data digits --count 60 --out panel.parquet
  python -m evo.label --space nds_resnet --data imagefolder:pictures --epochs 20 --seeds 5 --out panel.csv
  python -m evo.correlate --space nasbench201 --fitness "regression,naswot" --table panel.parquet --metric value

the same command takes up a labelling that was stopped; a larger --count or more --seeds extend it
exit codes: 0 done, 1 failed or not good enough, 2 usage, 130 interrupted with everything saved"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", description=DESCRIPTION, epilog=EPILOG)
    _add_architectures(root.add_argument_group("which architectures"))
    _add_training(root.add_argument_group("how they are trained"))
    _add_panel(root.add_argument_group("the panel"))
    add_places(root.add_argument_group("where"), kept="labels")
    return root


def _add_architectures(group: argparse._ArgumentGroup) -> None:
    add_space(group)
    group.add_argument(
        "--count", type=int, metavar="N", help=f"architectures to sample, all different (default: {DEFAULT_COUNT})"
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the sample, and of the first training (default: 0)"
    )
    add_assignments(group, "option of the space, or of the training as fitness.OPTION, e.g. fitness.augment=true")


def _add_training(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--data", metavar="D", required=True, help="labelled pictures: digits, cifar10, cifar100, imagefolder:DIR"
    )
    add_archives(group)
    group.add_argument(
        "--seeds", type=int, default=DEFAULT_SEEDS, metavar="K", help="trainings of each (default: %(default)s)"
    )
    for name, kind, what in (
        ("epochs", int, "passes over the training pictures"),
        ("pictures", int, "training pictures, others for each seed"),
        ("batch", int, "pictures in a step"),
        ("learning_rate", float, "of gradient descent"),
    ):
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, type=kind, metavar="N", help=f"{what} (default: {DEFAULTS[name]})")


def _add_panel(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--out", type=Path, required=True, metavar="PANEL", help="file to write, .parquet or .csv")
    group.add_argument("--force", action="store_true", help="replace PANEL if it exists")
    group.add_argument(
        "--least-agreement",
        type=float,
        default=LEAST_AGREEMENT,
        metavar="R",
        help="rank agreement of two seeds below which no panel is written (default: %(default)s)",
    )

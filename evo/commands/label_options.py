"""The options of ``python -m evo.label``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evo.commands.options import add_labelled_data, add_places, add_space, said
from evo.labelling.request import AXES_WITH_OPTIONS, DEFAULT_COUNT, LabelRequest
from evo.labelling.training_choice import DEFAULTS
from tasks.foundation.command_line import OneLineParser, Option, add_assignments, named_path, parse_assignments

DESCRIPTION = "Make a panel: train architectures of a space on labelled images, and write what became of each."
EPILOG = """\
the label: minus the loss on validation images (cross-entropy in nats), the mean over several trainings of the same
architecture. Each training has its own images, initial weights and order, so that the label tells about the
architecture and not about one draw of them. Accuracies stand beside it; they tell less as labels, because many
architectures are equally good at easy images.
the panel: columns candidate, value (the label, higher is better), value_seed_N, validation_accuracy and params. The
metadata of a Parquet file say how it was made (python -m spaces.tables show); CSV has none
rank agreement: Spearman's rho between the labels of two seeds, the mean over all pairs. Below --least-agreement no
panel is written and the exit code is 1, because such ranks are largely chance. The reliability of the mean over all
seeds is reported beside it.
examples:
  python -m evo.label --space nasbench201 --set space.cells_per_stage=1 --data digits --count 60 --out panel.parquet
  python -m evo.label --space nds_resnet --data imagefolder:photos --epochs 20 --seeds 5 --out panel.csv
  python -m evo.correlate --space nasbench201 --fitness "regression,naswot" --table panel.parquet --metric value

the same command continues a labelling that was stopped; a larger --count or more --seeds extend it
exit codes: 0 done, 1 failed or not good enough, 2 usage, 130 interrupted with everything saved"""


@dataclass(frozen=True)
class LabelCommand:
    """What a command line of ``evo.label`` asks for; quiet: whether progress is kept to itself."""

    request: LabelRequest
    quiet: bool


def read_command(arguments: Sequence[str] | None) -> LabelCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    options = parse_assignments(given.assignments, AXES_WITH_OPTIONS)
    return LabelCommand(LabelRequest(**said(LabelRequest, given), options=options), given.quiet)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what is not said is None."""
    root = OneLineParser(prog="python -m evo.label", description=DESCRIPTION, epilog=EPILOG)
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
        "--seed",
        type=int,
        metavar="N",
        help=f"of the sample, and of the first training (default: {LabelRequest.seed})",
    )
    add_assignments(group, "option of the space or data, or fitness.OPTION of the training, e.g. fitness.augment=true")


def _add_training(group: argparse._ArgumentGroup) -> None:
    add_labelled_data(group, required=True)
    group.add_argument("--seeds", type=int, metavar="K", help=f"trainings of each (default: {LabelRequest.seeds})")
    for name, kind, what in (
        ("epochs", int, "passes over the training images"),
        ("pictures", int, "training images, others for each seed"),
        ("batch", int, "images in a step"),
        ("learning_rate", float, "of gradient descent"),
    ):
        Option(name, "N", f"{what} (default: {DEFAULTS[name]})", kind).add_to(group)


def _add_panel(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--out", type=named_path, required=True, metavar="PANEL", help="file to write, .parquet or .csv")
    group.add_argument("--force", action="store_true", help="replace PANEL if it exists")
    group.add_argument(
        "--least-agreement",
        type=float,
        metavar="R",
        help=f"rank agreement of two seeds below which no panel is written (default: {LabelRequest.least_agreement})",
    )

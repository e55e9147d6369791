"""The options of ``python -m evo.export``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evo.commands.options import add_quiet, add_trust, known_plugins, said
from evo.exporting.formats import FORMATS
from evo.exporting.request import DEFAULT_FORMAT, ExportRequest
from tasks.foundation.command_line import OneLineParser, named_path
from tasks.foundation.errors import UsageError, bounded

DESCRIPTION = (
    "Hand out the network that a search found as files that need nothing of this project, or its trials to Optuna."
)
EPILOG = """\
formats:
  torch      model.py, readable source that imports torch and the standard library alone:
             model = create_model(num_classes=100), or model = load("weights.safetensors")
  torch-export
             model.pt2, a program that torch.export.load("model.pt2") reads, for batches of any size where that holds
  onnx       model.onnx, for batches of any size, and sequences of the length that the network was built for; needs
             pip install "selfnas[export]"
  the last two are compared with torch on every export, by the largest difference of outputs over the largest output,
  in batches of one and of several: it is printed, stands in the file, and from 1e-4 on nothing is written
beside it:
  weights.safetensors   where evo.train has trained the candidate (the training of highest test accuracy), or else its
                        supernet has weights for it
  README.md             a model card: what it is, how it was found and trained, what it reads, what is not known
where: RUN/best, and of a --candidate RUN/exports/DIGEST. What is there already stays, and is refused where it differs,
unless --force is given
with --optuna: no network, but every trial that the storage does not have yet, as a trial of a study; needs
  pip install "selfnas[trackers]", and optuna-dashboard shows it
examples:
  python -m evo.export runs/x
  python -m evo.export runs/x --candidate "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
  python -m evo.export runs/x --optuna sqlite:///studies.db

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with nothing half-written"""


@dataclass(frozen=True)
class ExportCommand:
    """What a command line of ``evo.export`` asks for.

    quiet: whether progress is kept to itself
    storage: address of a storage of Optuna's, which the trials go to instead of the network to files; study: its name
    """

    request: ExportRequest
    quiet: bool
    storage: str | None = None
    study: str | None = None


def read_command(arguments: Sequence[str] | None) -> ExportCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    asked = said(ExportRequest, given)
    of_network = sorted(name for name, value in asked.items() if value is not False and name not in ("run", "trust"))
    if given.optuna is not None and of_network:
        raise UsageError(f"--optuna exports trials, no network: leave out --{of_network[0].replace('_', '-')}")
    if given.study is not None and given.optuna is None:
        raise UsageError(f"--study {bounded(given.study, 80)}: names a study of Optuna; give --optuna, too")
    return ExportCommand(ExportRequest(**asked), given.quiet, given.optuna, given.study)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what is not said is None."""
    root = OneLineParser(prog="python -m evo.export", description=DESCRIPTION, epilog=EPILOG)
    root.add_argument("run", type=named_path, metavar="RUN", help="folder of a search, finished or not")
    _add_network(root.add_argument_group("which network"))
    _add_files(root.add_argument_group("which files"))
    _add_study(root.add_argument_group("trials instead"))
    return root


def _add_network(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--candidate", metavar="TEXT", help="another one of the run's space (default: the run's best)")
    group.add_argument(
        "--seed-of",
        type=int,
        metavar="N",
        help="the cell derived from the supernet of seed N (default: of several seeds' that of the best held-out loss)",
    )
    group.add_argument(
        "--space",
        metavar="S",
        help=f"the run's own space again, which lets it be imported where it is yours: {known_plugins('space')}",
    )


def _add_files(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", metavar="F", help=f"one of {', '.join(FORMATS)} (default: {DEFAULT_FORMAT})")
    group.add_argument("--force", action="store_true", help="replace files that are there and differ")
    add_trust(group)
    add_quiet(group)


def _add_study(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--optuna", metavar="ADDRESS", help="storage that all trials go to, e.g. sqlite:///studies.db")
    group.add_argument("--study", metavar="NAME", help="of the study there (default: the run folder's name)")

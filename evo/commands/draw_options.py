"""The options of ``python -m evo.draw``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from evo.commands.options import add_trust, known_plugins
from evo.drawing.request import DrawRequest
from evo.storage.run_folder import is_run
from tasks.foundation.command_line import OneLineParser, named_path
from tasks.foundation.errors import UsageError

DESCRIPTION = "Draw a candidate: its cells, its network, its signals."
EPILOG = """\
where: of a run's best RUN/best/diagram.svg, of another candidate RUN/exports/DIGEST/diagram.svg; without a run
SPACE-DIGEST.svg in this folder. The command prints the path
a space that only a run's folder names is not imported; then the text of the candidate is shown, unless the space is
named again by --space
examples:
  python -m evo.draw runs/x
  python -m evo.draw runs/x --candidate "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
  python -m evo.draw --space "darts(cells=20)" "normal=...:reduction=..." --out cell.pdf

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with nothing half-written"""


def read_request(arguments: Sequence[str] | None) -> DrawRequest:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    asked = {name: getattr(given, name) for name in ("space", "out", "force", "trust")}
    if given.what is None:
        return DrawRequest(candidate=given.candidate, **asked)
    if given.space is None or _is_run(given.what):
        return DrawRequest(**{**asked, "run": given.what}, candidate=given.candidate)  # which refuses an empty text
    if given.candidate is not None:
        raise UsageError(f"{given.what!r} and --candidate {given.candidate!r}: give one candidate of --space")
    return DrawRequest(candidate=given.what, **asked)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog="python -m evo.draw", description=DESCRIPTION, epilog=EPILOG)
    root.add_argument(
        "what", nargs="?", metavar="RUN|TEXT", help="folder of a search, or beside --space the text of a candidate"
    )
    group = root.add_argument_group("what is drawn")
    group.add_argument(
        "--space", metavar="S", help=f"space of the text, or a run's own again: {known_plugins('space')}"
    )
    group.add_argument("--candidate", metavar="TEXT", help="another one of the run's space (default: the run's best)")
    files = root.add_argument_group("where")
    files.add_argument(
        "--out", type=named_path, metavar="FILE", help=".svg; .pdf and .png by the extra figures (default: see below)"
    )
    files.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_trust(files)
    return root


def _is_run(text: str) -> bool:
    """Return whether a text names the folder of a run; what no folder can be called does not."""
    try:
        return is_run(Path(text))
    except UsageError:
        return False

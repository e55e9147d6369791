"""What ``python -m tasks.check`` does: say what a source of images lacks; nothing heavy before the options are read."""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.foundation.command_line import (
    DONE,
    FAILED,
    OneLineParser,
    add_archives,
    add_assignments,
    any_images,
    parse_assignments,
    run_command,
    say,
)
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from tasks.conformance.verdicts import Verdict

MOST_IMAGES = 100_000
EPILOG = """\
examples:
  python -m tasks.check mine:Images --set data.path=photos
  python -m tasks.check "digits(size=16)" --images 64

exit codes: 0 no check failed, 1 a check failed, 2 usage, 130 interrupted"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m tasks.check",
        description="Check that a source of images keeps its contract (tasks/images/base.py).",
        epilog=EPILOG,
    )
    root.add_argument("data", metavar="DATA", help=f"{', '.join(any_images())}, or module:Class")
    add_assignments(root, "option of the source", form="data.OPTION=VALUE")
    add_archives(root.add_argument_group("images"))
    root.add_argument("--images", type=int, default=16, metavar="N", help="images that a check draws (default: 16)")
    root.add_argument("--seed", type=int, default=0, metavar="N", help="determines which (default: 0)")
    return root


def main(arguments: list[str] | None = None) -> int:
    """Check the source; returns the exit code."""
    return run_command("tasks.check", lambda: _check(parser().parse_args(arguments)))


def _check(given: argparse.Namespace) -> int:
    check_range("--images", given.images, 2, MOST_IMAGES)
    assigned = parse_assignments(given.assignments, ["data"])["data"]
    from tasks.conformance.verdicts import report, summary  # torch comes with it
    from tasks.images.sources import open_images, settle_spec

    spec, root = settle_spec(given.data, assigned), Path(given.data_root) if given.data_root else None
    make = partial(open_images, spec, data_root=root, download=given.download)
    source = make()  # refuses bad options before anything is said
    counts = report(_verdicts(source, make, given.images, given.seed))
    say(summary(counts))
    return FAILED if counts["FAILED"] else DONE


def _verdicts(source: Any, make: Any, images: int, seed: int) -> Iterator["Verdict"]:
    from tasks.conformance import CHECKS
    from tasks.conformance.case import SourceCase
    from tasks.conformance.verdicts import examine

    yield from examine(SourceCase(source, make, images=images, seed=seed), CHECKS)

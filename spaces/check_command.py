"""What ``python -m spaces.check`` does: say what a space still lacks; nothing heavy before the options are read."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from spaces import SPACES
from tasks.foundation.command_line import (
    DONE,
    FAILED,
    OneLineParser,
    add_assignments,
    parse_assignments,
    run_command,
    say,
)
from tasks.foundation.plugin_texts import joined, parse_plugin
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from tasks.conformance.verdicts import Verdict

MOST_MEMBERS = 100_000
EPILOG = """\
examples:
  python -m spaces.check mine:Mine
  python -m spaces.check "nds_resnet(pool=100)" --members 20

exit codes: 0 every check is ok or does not apply, 1 a check failed, 2 usage, 130 interrupted"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m spaces.check",
        description="Check that a search space keeps its contract (spaces/base.py).",
        epilog=EPILOG,
    )
    root.add_argument("space", metavar="SPACE", help=f"{', '.join(SPACES.listed())}, or module:Class")
    add_assignments(root, "option of the space", form="space.OPTION=VALUE")
    root.add_argument("--members", type=int, default=50, metavar="N", help="candidates to look at (default: 50)")
    root.add_argument("--networks", type=int, default=50, metavar="N", help="networks to build (default: 50)")
    root.add_argument("--seed", type=int, default=0, metavar="N", help="determines the candidates (default: 0)")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the space; returns the exit code."""
    return run_command("spaces.check", lambda: _check(parser().parse_args(arguments)))


def _check(given: argparse.Namespace) -> int:
    for name in ("members", "networks"):
        check_range(f"--{name}", getattr(given, name), 1, MOST_MEMBERS)
    asked = parse_plugin(given.space, option="SPACE", example="'nds_resnet(pool=100)'")
    assigned = parse_assignments(given.assignments, ["space"])["space"]
    options = SPACES.resolve(asked.name, joined("space", asked.given(), assigned))
    space, twin = (SPACES.build(asked.name, options) for _ in range(2))  # refuses bad options before anything is said
    from tasks.conformance.verdicts import report, summary  # torch comes with it

    with TemporaryDirectory() as folder:
        counts = report(_verdicts(given, (asked.name, options), (space, twin), Path(folder)))
    say(summary(counts))
    return FAILED if counts["FAILED"] else DONE


def _verdicts(
    given: argparse.Namespace, asked: tuple[str, Mapping[str, object]], made: tuple[Any, Any], folder: Path
) -> Iterator["Verdict"]:
    from spaces.conformance import CHECKS
    from spaces.conformance.case import SpaceCase
    from tasks.conformance.options import options_resolve
    from tasks.conformance.verdicts import examine, judge

    case = SpaceCase(*made, members=given.members, networks=given.networks, seed=given.seed)
    yield judge("options resolve", lambda: options_resolve(SPACES, *asked))
    yield judge("prepare", lambda: case.prepare(folder))
    yield from examine(case, CHECKS)

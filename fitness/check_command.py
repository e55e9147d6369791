"""What ``python -m fitness.check`` does: say what a fitness still lacks; nothing heavy before the options are read."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fitness import FITNESSES
from spaces import SPACES
from tasks import (
    DEFAULT_DATA,
    DONE,
    FAILED,
    OneLineParser,
    PluginText,
    add_assignments,
    add_data,
    parse_assignments,
    parse_plugin,
    run_command,
    say,
)
from tasks.foundation.plugin_texts import joined
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from fitness.conformance.case import Case
    from fitness.conformance.subject import Subject
    from tasks.conformance.verdicts import Verdict

DEFAULT_SPACE = "nds_resnet"
SMALL: Mapping[str, str] = {"pool": "200", "max_depth": "2", "width_divisor": "4"}
"""Options of the default space, with which its networks are small."""

MOST_MEMBERS = 100_000
EPILOG = """\
examples:
  python -m fitness.check narrow:Narrow --space mine:Mine
  python -m fitness.check "regression(steps=10)" --space "nasbench201(cells_per_stage=1)"

exit codes: 0 no check failed, 1 a check failed, 2 usage, 130 interrupted"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m fitness.check",
        description="Check that a fitness keeps its contract (fitness/base.py).",
        epilog=EPILOG,
    )
    root.add_argument("fitness", metavar="FITNESS", help=f"{', '.join(FITNESSES.listed())}, or module:Class")
    root.add_argument(
        "--space",
        metavar="S",
        help=f"space whose members are scored: a name, or module:Class (default: {DEFAULT_SPACE}, of small networks)",
    )
    add_assignments(root, "option of the fitness, space or data, e.g. fitness.steps=10")
    add_data(root.add_argument_group("images"))
    root.add_argument("--members", type=int, default=8, metavar="N", help="candidates to score (default: 8)")
    root.add_argument(
        "--seed", type=int, default=0, metavar="N", help="determines candidates, weights and images (default: 0)"
    )
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the fitness; returns the exit code."""
    return run_command("fitness.check", lambda: _check(parser().parse_args(arguments)))


def _check(given: argparse.Namespace) -> int:
    check_range("--members", given.members, 2, MOST_MEMBERS)
    assignments = parse_assignments(given.assignments, ["fitness", "space", "data"])
    fitness = parse_plugin(given.fitness, option="FITNESS", example="'regression(steps=10)'")
    options = FITNESSES.resolve(fitness.name, joined("fitness", fitness.given(), assignments["fitness"]))
    space = _space(given.space, assignments["space"])
    space_options = SPACES.resolve(space.name, space.given())

    import torch

    from fitness.conformance.other_process import OtherProcess
    from fitness.conformance.subject import Subject
    from tasks import remarks_of, settle_spec, shaped_spec
    from tasks.conformance.verdicts import report, summary

    torch.set_num_threads(1)  # as a worker has: sums depend on how many share them
    with TemporaryDirectory() as folder, OtherProcess() as process:
        subject = Subject(
            fitness.name,
            options,
            space.name,
            space_options,
            folder,
            data=shaped_spec(
                settle_spec(given.data or DEFAULT_DATA, assignments["data"]),
                image_size=given.image_size,
                channels=given.channels,
            ),
            data_root=given.data_root,
            members=given.members,
            seed=given.seed,
        )
        case = subject.open(process, download=given.download)
        for remark in remarks_of(case.images.source):
            say(remark)
        counts = report(_verdicts(subject, case))
    say(summary(counts))
    return FAILED if counts["FAILED"] else DONE


def _space(text: str | None, options: Mapping[str, str]) -> PluginText:
    if text is None:
        return PluginText(DEFAULT_SPACE, {**SMALL, **options})
    space = parse_plugin(text, option="--space", example="'nasbench201(cells_per_stage=1)'")
    joined("space", space.given(), options)
    return replace(space, options={**space.options, **options})


def _verdicts(subject: "Subject", case: "Case") -> Iterator["Verdict"]:
    from fitness.conformance import CHECKS
    from tasks.conformance.options import options_resolve
    from tasks.conformance.verdicts import examine, judge

    yield judge("options resolve", lambda: options_resolve(FITNESSES, subject.fitness, subject.fitness_options))
    yield from examine(case, CHECKS)

"""What shorter and otherwise judged trainings tell: ``python -m tests.benchmarks.regression_front FILE...``.

FILES are those of ``tests.benchmarks.regression_curves``, parts of one sample. A training may be read in several ways:
by the score of the fitness, with each kind of batch statistics; by the loss of the last step, as it was trained; by the
mean loss of the last third of the steps; and by that of all of them. Of each way and length: Spearman's rho, how far it
is ahead of the published one (100 steps, running statistics) and of counting parameters on the same rows, and the
seconds. Ways that no other beats in both rho and seconds are the front.

Letters: N networks, T steps.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.display.text_table import Table, show, to_markdown, to_text
from fitness.rank_correlation.rank_statistics import bootstrap, interval, spearman
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError

PROGRAM = "tests.benchmarks.regression_front"
PUBLISHED = ("running", 100)
COUNTING = "params"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """One way to read a training of so many steps: scores [N], seconds: the mean of all networks, or 0 for counting."""

    name: str
    steps: int
    scores: Array
    seconds: float


def read_curves(files: Sequence[Path]) -> list[Mapping[str, Any]]:
    """Return the networks of all files; raises UsageError for one without a network, or with other lengths."""
    rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    if len({tuple(row["scores"]) for row in rows}) != 1:
        raise UsageError("FILES: they need networks, and all of one --at")
    return rows


def ways_of(rows: Sequence[Mapping[str, Any]]) -> Iterator[Way]:
    """Yield every way and length, and counting parameters."""
    losses = np.array([row["losses"] for row in rows])  # [N, T]
    for text, kinds in rows[0]["scores"].items():
        steps, seconds = int(text), float(np.mean([row["cpu_s"][text] for row in rows]))
        for kind in kinds:
            yield Way(kind, steps, np.array([row["scores"][text][kind] for row in rows]), seconds)
        yield Way("loss of the last step", steps, -losses[:, steps - 1], seconds)
        yield Way("mean loss of the last third", steps, -losses[:, -(-2 * steps // 3) : steps].mean(axis=1), seconds)
        yield Way("mean loss of all steps", steps, -losses[:, :steps].mean(axis=1), seconds)
    yield Way(COUNTING, 0, np.array([row["params"] for row in rows], dtype=np.float64), 0.0)


def front_of(ways: Sequence[Way], labels: Array) -> set[int]:
    """Return the numbers of the ways that no other one beats in rho at no more seconds."""
    rho = [spearman(way.scores, labels) for way in ways]
    beaten = {
        one
        for one, way in enumerate(ways)
        for other, rival in enumerate(ways)
        if rival.seconds <= way.seconds and (rho[other], -rival.seconds) > (rho[one], -way.seconds)
    }
    return set(range(len(ways))) - beaten


def table_of(ways: Sequence[Way], labels: Array) -> Table:
    """Return the row of every way, longest first, the front marked by a star."""
    rho = [spearman(way.scores, labels) for way in ways]
    draws = [bootstrap(way.scores, labels, names=["spearman"])["spearman"] for way in ways]
    front = front_of(ways, labels)
    published = next((number for number, way in enumerate(ways) if (way.name, way.steps) == PUBLISHED), None)
    counting = next(number for number, way in enumerate(ways) if way.name == COUNTING)
    beside = [number for number in (published, counting) if number is not None]
    lines = [
        (
            f"{way.name}{' *' if number in front else ''}",
            str(way.steps),
            show(interval(rho[number], draws[number])),
            *(show(interval(rho[number] - rho[other], draws[number] - draws[other])) for other in beside),
            f"{way.seconds:.2f}",
        )
        for number, way in sorted(enumerate(ways), key=lambda each: -each[1].steps)
    ]
    heads = ["less the published way"] * (published is not None) + ["less parameters"]
    return Table(f"rho of {len(labels)} networks, 95 % interval", ("", "steps", "rho", *heads, "s"), tuple(lines))


def _main(options: argparse.Namespace) -> int:
    rows = read_curves(options.files)
    page = table_of(list(ways_of(rows)), np.array([row["label"] for row in rows]))
    say(f"{to_text(page)}\n\n{to_markdown(page)}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("files", nargs="+", type=Path, metavar="FILE", help="of regression_curves")
    return run_command(PROGRAM, lambda: _main(root.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

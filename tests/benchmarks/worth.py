"""What ways to rank networks are worth on rows that no panel holds: ``python -m tests.benchmarks.worth SCORES``.

The file has a row for each way, panel and network: ``way``, ``panel`` (none where the way hears no panel),
``candidate``, ``label``, ``score``, and of a search what rho it expected: ``expected``, ``low``, ``high``.

Letters: N rows, R draws of them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evo.display.text_table import Table, show, to_markdown
from fitness.rank_correlation.rank_statistics import bootstrap, interval, spearman
from tasks import derive_rng
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError

PROGRAM = "tests.benchmarks.worth"
BESIDE = ("params", "N", "consensus", "random search, its task")
STATED = ("expected", "low", "high")
SCHEMA = pa.schema(
    [
        ("way", pa.string()),
        ("panel", pa.int64()),
        ("candidate", pa.string()),
        ("label", pa.float64()),
        ("score", pa.float64()),
        *((name, pa.float64()) for name in STATED),
    ]
)

Array = NDArray[np.float64]
Stated = tuple[float, float, float]
"""An expected rho and its 95 % interval."""


@dataclass(frozen=True)
class Worth:
    """How each way to rank scores the other rows: scores [N] for each panel, or once where it hears no panel.

    texts, labels: of the other rows [N], texts only where a file is written
    expected: of rho, with its interval, for each panel, of ways that say so
    """

    texts: Sequence[str]
    labels: Array
    scores: dict[str, list[Array]]
    expected: dict[str, list[Stated]]

    def add(self, way: str, scores: Array, expected: Stated | None = None) -> None:
        """Add the scores [N] of a way that heard the next panel."""
        self.scores.setdefault(way, []).append(scores)
        if expected is not None:
            self.expected.setdefault(way, []).append(expected)

    def take(self, other: "Worth", prefix: str, panel: int) -> bool:
        """Add what other ways that begin so scored with a panel; returns whether there are any, of the same rows.

        Raises UsageError for other rows.
        """
        ways = [way for way, scores in other.scores.items() if way.startswith(prefix) and panel < len(scores)]
        if ways and (list(other.texts), other.labels.tolist()) != (list(self.texts), self.labels.tolist()):
            raise UsageError("the known scores are of other rows; give the command that they were made with")
        for way in ways:
            stated = other.expected.get(way)
            self.add(way, other.scores[way][panel], None if stated is None else stated[panel])
        return bool(ways)

    def rho(self, name: str) -> list[float]:
        """Return rho of a way, for each panel or once."""
        return [spearman(each, self.labels) for each in self.scores[name]]

    def draws(self, name: str) -> Array:
        """Return the mean rho of other rows, and other panels, drawn with replacement: [R], the same for all ways."""
        of_rows = np.array([bootstrap(each, self.labels, names=["spearman"])["spearman"] for each in self.scores[name]])
        panels = max(map(len, self.scores.values()))
        drawn = derive_rng(0, "panels").integers(panels, size=(panels, of_rows.shape[1]))
        found: Array = np.take_along_axis(of_rows, drawn % len(of_rows), axis=0).mean(axis=0)
        return found


def table_of(worth: Worth, beside: Sequence[str] = BESIDE) -> Table:
    """Return rho of every way, its mean over panels, and how far it is ahead of those ``beside`` on the same rows."""
    means = {name: float(np.mean(worth.rho(name))) for name in worth.scores}
    draws = {name: worth.draws(name) for name in worth.scores}
    lines = []
    for name in sorted(means, key=lambda one: -means[one]):
        ahead = [interval(means[name] - means[other], draws[name] - draws[other]) for other in beside if other in means]
        lines.append((name, show(interval(means[name], draws[name])), *map(show, ahead)))
    title = "Spearman's rho on other rows: mean over panels, and less that of others; intervals over rows and panels"
    return Table(title, ("", "rho", *(f"less {name}" for name in beside if name in means)), tuple(lines))


def expectations(worth: Worth) -> Table:
    """Return what searches expected less what was found, and how often the interval held it."""
    lines = []
    for name, stated in worth.expected.items():
        found, values = worth.rho(name), [value for value, _, _ in stated]
        error = interval(float(np.mean(values) - np.mean(found)), np.mean(values) - worth.draws(name))
        held = sum(low <= rho <= high for (_, low, high), rho in zip(stated, found, strict=True))
        spread = np.std(np.subtract(values, found))
        lines.append((name, f"{np.mean(values):.3f}", show(error), f"{spread:.3f}", f"{held} of {len(found)}"))
    return Table("what is expected", ("", "mean", "less what is found", "sd", "interval holds it"), tuple(lines))


def tables_of(worth: Worth) -> list[Table]:
    """Return both tables."""
    return [table_of(worth), expectations(worth)]


def write_worth(worth: Worth, path: Path) -> None:
    """Write the file."""
    pq.write_table(pa.Table.from_pylist(list(_rows(worth)), SCHEMA), path)


def _rows(worth: Worth) -> Iterator[dict[str, Any]]:
    for way, panels in worth.scores.items():
        for number, scores in enumerate(panels):
            stated = dict(zip(STATED, worth.expected[way][number], strict=True)) if way in worth.expected else {}
            where = {"way": way, "panel": number if len(panels) > 1 else None, **stated}
            for candidate, label, score in zip(worth.texts, worth.labels, scores, strict=True):
                yield {**where, "candidate": candidate, "label": float(label), "score": float(score)}


def read_worth(path: Path) -> Worth:
    """Return what ``write_worth`` wrote."""
    ways = [
        (way, list(rows)) for (way, _), rows in groupby(pq.read_table(path).to_pylist(), itemgetter("way", "panel"))
    ]
    first = ways[0][1]
    found = Worth([row["candidate"] for row in first], np.array([row["label"] for row in first]), {}, {})
    for way, rows in ways:
        stated = tuple(rows[0][name] for name in STATED)
        found.add(way, np.array([row["score"] for row in rows]), None if stated[0] is None else stated)
    return found


def _main(options: argparse.Namespace) -> int:
    say("\n\n".join(map(to_markdown, tables_of(read_worth(options.scores)))))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables of a file; returns the exit code."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("scores", type=Path, metavar="SCORES", help="the file of scores")
    return run_command(PROGRAM, lambda: _main(root.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

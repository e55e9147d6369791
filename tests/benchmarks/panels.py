"""What a few labels are worth to a consensus: ``python -m tests.benchmarks.panels FILE.parquet --label COLUMN``.

The file has candidates in three parts, the column ``part``: the ``reference`` sample, rows ``A`` of a table, and rows
``B``. Its metadata name the columns of labels; beside them, params and macs every column is a member's scores. Panels
are drawn from rows A; weights follow from their labels as in ``consensus(...,panel=FILE)``; rho is that of all rows B.

Letters: N candidates of a part, P of a panel.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evo.display.text_table import Table, short, to_markdown
from fitness.consensus.joined import joined
from fitness.consensus.panel_weights import panel_weights
from fitness.consensus.positions import Positions
from fitness.consensus.weights import DEFAULT, EQUAL, base_weights
from tasks import derive_rng
from tasks.foundation.command_line import say
from tests.benchmarks.worth import Worth, table_of

Array = NDArray[np.float64]
REFERENCE, POOL, ROWS = "reference", "A", "B"
SIZES, TEXTS = ("params", "macs"), ("candidate", "part")
LABELS = b"selfnas.labels"
HEADER = ("score", "rho", "lowest", "highest")


@dataclass(frozen=True)
class Parts:
    """Numbers [N] of each part, by column; members: the columns that are scores."""

    columns: Mapping[str, Mapping[str, Array]]
    members: Sequence[str]

    def logs(self, part: str) -> dict[str, Array]:
        """Return the logarithms of the positions of a part's candidates in the reference, by member."""
        reference = self.columns[REFERENCE]
        return {name: Positions.among(reference[name]).log_of(self.columns[part][name]) for name in self.members}

    def base(self, rule: str) -> dict[str, float]:
        """Return the weights of the members without labels."""
        reference = self.columns[REFERENCE]
        return base_weights(rule, {name: reference[name] for name in self.members}, {n: reference[n] for n in SIZES})


def read_parts(path: Path) -> Parts:
    """Return the parts of a file."""
    table = pq.read_table(path)
    labels = table.schema.metadata[LABELS].decode().split(",")
    numbers = {name: np.array(table[name].to_pylist(), float) for name in table.column_names if name not in TEXTS}
    part = np.array(table["part"].to_pylist())
    columns = {one: {name: values[part == one] for name, values in numbers.items()} for one in (REFERENCE, POOL, ROWS)}
    return Parts(columns, [name for name in numbers if name not in (*SIZES, *labels)])


def compare(parts: Parts, label: str, *, panels: int, size: int, seed: int) -> Worth:
    """Return what each member, counting, weights without labels, and panels of P = ``size`` make of rows B."""
    rows, logs = parts.columns[ROWS], parts.logs(ROWS)
    scores = {name: [rows[name]] for name in (*parts.members, SIZES[0])}
    scores |= {f"{rule} weights": [joined(logs, parts.base(rule))] for rule in (EQUAL, DEFAULT)}
    drawn = (panel_of(parts, label, size, derive_rng(seed, "panel", number)) for number in range(panels))
    scores[f"{panels} panels of {size} labels"] = [joined(logs, weights) for weights in drawn]
    return Worth((), rows[label], scores, {})


def ranges(worth: Worth, label: str) -> Table:
    """Return rho of each way, of panels the mean, the lowest and the highest."""
    return Table(f"rho with {label}", HEADER, tuple(_line(name, worth.rho(name)) for name in worth.scores))


def panel_of(parts: Parts, label: str, size: int, rng: np.random.Generator) -> dict[str, float]:
    """Return the weights that follow from the labels of ``size`` rows A."""
    labels = parts.columns[POOL][label]
    picked = rng.choice(len(labels), size=size, replace=False)
    logs = {name: values[picked] for name, values in parts.logs(POOL).items()}
    return panel_weights(logs, labels[picked], parts.base(DEFAULT))


def _line(name: str, found: Sequence[float]) -> tuple[str, ...]:
    ends = (short(min(found)), short(max(found))) if len(found) > 1 else ("", "")
    return (name, short(float(np.mean(found))), *ends)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.panels", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--label", required=True, help="column of labels")
    parser.add_argument("--panels", type=int, default=10, help="(default: %(default)s)")
    parser.add_argument("--size", type=int, default=20, help="labels of a panel (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the panels (default: %(default)s)")
    options = parser.parse_args(arguments)
    given = {"panels": options.panels, "size": options.size, "seed": options.seed}
    found = compare(read_parts(options.file), options.label, **given)
    *beside, _ = found.scores
    say(f"{to_markdown(ranges(found, options.label))}\n\n{to_markdown(table_of(found, beside))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

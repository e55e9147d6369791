"""``python -m tests.benchmarks.default_weights FILE...``: what a consensus of two loses by rules that know no labels.

A rule gives two members their weights; its loss on a label is how far it stays below the best of all weights, by rho on
the rows A of a file of ``tests.benchmarks.panels``, or on all rows of a file that ``evo.correlate`` wrote, which then
are their own reference. Last comes the rule of the smallest worst loss on all other files, and its loss on the one left
out.

Letters: N candidates.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.display.text_table import Table, short, to_markdown
from fitness.consensus.correlations import size_correlation
from fitness.consensus.joined import joined
from fitness.rank_correlation.rank_statistics import spearman
from tasks.foundation.command_line import DONE, say
from tests.benchmarks.panels import LABELS, POOL, REFERENCE, SIZES, Array, Parts, read_parts

POWERS, SHARES = (1, 2, 4, 8), (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
GRID = np.linspace(0, 1, 21)


@dataclass(frozen=True)
class Labelled:
    """Log positions [N] of candidates by each of two members, rank correlations of these with size, labels [N]."""

    file: str
    label: str
    logs: Mapping[str, Array]
    with_size: tuple[float, float]
    labels: Array

    def rho(self, weights: Sequence[float]) -> float:
        """Return how the joined members rank the labels."""
        return spearman(joined(self.logs, dict(zip(self.logs, weights, strict=True))), self.labels)

    def loss(self, rule: Callable[["Labelled"], Sequence[float]]) -> float:
        """Return how far a rule's weights stay below the best of ``GRID``."""
        return max(self.rho((share, 1 - share)) for share in GRID) - self.rho(rule(self))


def rules() -> dict[str, Callable[[Labelled], Sequence[float]]]:
    """Return the rules by name: less weight for what is size, or a fixed share of the first member."""
    by_size = {f"1 - rho^{power}": _by_size(power) for power in POWERS}
    return by_size | {f"{share:g} and {1 - share:.1g}": _fixed(share) for share in SHARES}


def _by_size(power: int) -> Callable[[Labelled], Sequence[float]]:
    return lambda labelled: [1 - abs(rho) ** power for rho in labelled.with_size]


def _fixed(share: float) -> Callable[[Labelled], Sequence[float]]:
    return lambda labelled: (share, 1 - share)


def read(path: Path, members: Sequence[str]) -> Iterator[Labelled]:
    """Yield what a file holds, by label."""
    names = pq.read_schema(path).names
    parts, labels = _parts(path) if "part" in names else _rows(path, members)
    reference = parts.columns[REFERENCE]
    sizes = {name: reference[name] for name in SIZES}
    first, second = (size_correlation(reference[name], sizes)[1] for name in members)
    logs = parts.logs(POOL)
    for label in labels:
        own = {name: logs[name] for name in members}
        yield Labelled(path.stem, label, own, (first, second), parts.columns[POOL][label])


def _parts(path: Path) -> tuple[Parts, list[str]]:
    return read_parts(path), pq.read_schema(path).metadata[LABELS].decode().split(",")


def _rows(path: Path, members: Sequence[str]) -> tuple[Parts, list[str]]:
    table = pq.read_table(path)
    columns = {name: np.array(table[name].to_pylist(), float) for name in (*members, *SIZES, "label")}
    return Parts({REFERENCE: columns, POOL: columns}, members), ["label"]


def page(found: Sequence[Labelled]) -> Table:
    """Return the loss of every rule on every label, the worst of them, and what leaving a file out would choose."""
    losses = {name: [one.loss(rule) for one in found] for name, rule in rules().items()}
    lines = [(name, *(f"{loss:.3f}" for loss in each), f"{max(each):.3f}") for name, each in losses.items()]
    files = [one.file for one in found]
    lines += [_left_out(file, files, losses) for file in dict.fromkeys(files)]
    header = ("rule", *(f"{one.file} {one.label} ({len(one.labels)})" for one in found), "worst")
    return Table("loss of rho", header, tuple(lines))


def _left_out(file: str, files: Sequence[str], losses: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    known = [other != file for other in files]
    chosen = min(losses, key=lambda name: max(np.array(losses[name])[known]))
    own = [short(loss) if not seen else "" for loss, seen in zip(losses[chosen], known, strict=True)]
    return (f"chosen without {file}: {chosen}", *own, "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.default_weights", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument(
        "--members", nargs=2, default=["regression(task=N)", "logsynflow"], help="(default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    say(to_markdown(page([one for path in options.files for one in read(path, options.members)])))
    return DONE


if __name__ == "__main__":
    sys.exit(main())

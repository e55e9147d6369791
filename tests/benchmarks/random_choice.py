"""``python -m tests.benchmarks.random_choice FILE``: what random search by a score ends at, from scores that are kept.

A random search scores random candidates and chooses the best, so draws from candidates that are scored already are what
its seeds would do. The file is one of ``tests.benchmarks.panels``; drawn are its rows A and B together. A consensus
chooses as a run does, by positions among reference and run.

Letters: N scored candidates, E evaluations of a search, L labels.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.display.text_table import Table, to_markdown
from fitness.consensus.joined import final_scores
from fitness.consensus.weights import DEFAULT, EQUAL
from tasks import derive_rng
from tasks.foundation.command_line import DONE, say
from tests.benchmarks.panels import LABELS, POOL, REFERENCE, ROWS, SIZES, Array, Parts, read_parts

Chooser = Callable[[Array], int]
"""Takes the numbers [E] of the candidates of a search, and returns that of the one chosen."""


def choosers(parts: Parts) -> dict[str, Chooser]:
    """Return how each score chooses among the candidates of a search."""
    found = {f"consensus, {rule} weights": _by_consensus(parts, rule) for rule in (EQUAL, DEFAULT)}
    found |= {name: _by_score(pooled(parts, name)) for name in (*parts.members, SIZES[0])}
    return found | {"nothing, the first": lambda drawn: int(drawn[0])}


def _by_score(scores: Array) -> Chooser:
    """Return what takes the highest score, and of several the first."""
    return lambda drawn: int(drawn[np.nanargmax(scores[drawn])])


def _by_consensus(parts: Parts, rule: str) -> Chooser:
    weights, reference = parts.base(rule), parts.columns[REFERENCE]
    sample = {name: reference[name] for name in parts.members}
    run = {name: pooled(parts, name) for name in parts.members}

    def chosen(drawn: Array) -> int:
        scores = final_scores(weights, sample, {name: values[drawn] for name, values in run.items()})
        return int(drawn[np.nanargmax(scores)])

    return chosen


def pooled(parts: Parts, column: str) -> Array:
    """Return a column [N] of rows A and B."""
    return np.concatenate([parts.columns[part][column] for part in (POOL, ROWS)])


def rows_of(parts: Parts, labels: Sequence[str], *, evaluations: int, draws: int, seed: int) -> Table:
    """Return the labels of what each score chooses: mean and standard deviation over draws."""
    known = {label: pooled(parts, label) for label in labels}
    count = len(known[labels[0]])
    drawn = [derive_rng(seed, "draw", one).choice(count, evaluations, replace=False) for one in range(draws)]
    lines = []
    for name, choose in choosers(parts).items():
        numbers = np.array([choose(one) for one in drawn])
        found = [known[label][numbers] for label in labels]
        lines.append((name, *(f"{each.mean():.2f} +- {each.std(ddof=1):.2f}" for each in found)))
    title = f"{draws:,} searches of {evaluations} of {count} random candidates"
    return Table(title, ("chosen by", *labels), tuple(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.random_choice", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--evaluations", type=int, default=150, help="of a search (default: %(default)s)")
    parser.add_argument("--draws", type=int, default=1_000, help="searches (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the draws (default: %(default)s)")
    options = parser.parse_args(arguments)
    labels = pq.read_schema(options.file).metadata[LABELS].decode().split(",")
    given = {"evaluations": options.evaluations, "draws": options.draws, "seed": options.seed}
    say(to_markdown(rows_of(read_parts(options.file), labels, **given)))
    return DONE


if __name__ == "__main__":
    sys.exit(main())

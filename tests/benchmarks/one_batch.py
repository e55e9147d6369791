"""``python -m tests.benchmarks.one_batch FILE``: how stored scores rank labelled candidates, signed, beside counting.

Letters: N candidates, R resamples.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.correlation.findings import ALL, BETTER, Finding, find
from evo.display.text_table import Table, short, show, to_markdown
from evo.scoring.scores import Column
from fitness.rank_correlation.rank_statistics import Interval, interval
from fitness.zero_cost.measures import MEASURES
from fitness.zero_cost.vote import VOTERS
from tasks import derive_rng

COUNTING, VOTE = "params", "vote"
SCORES = (*MEASURES, VOTE, COUNTING)
HEADER = ("score", "rho", "less parameters", "better half", "less parameters", "ordered pairs", "seconds")
RESAMPLES = 2_000


@dataclass(frozen=True)
class StoredScores:
    """A file of scores: what the labels are called, labels [N], and a column of scores for each fitness."""

    metric: str
    labels: np.ndarray
    columns: Sequence[Column]

    def values(self, name: str) -> np.ndarray:
        """Return the scores [N] of a fitness, the worst of all where it has none."""
        (column,) = (column for column in self.columns if column.label == name)
        return np.where(np.isnan(column.scores), -np.inf, column.scores)


def read_scores(path: Path, label: str = "label") -> StoredScores:
    """Return the one-batch scores of a file as ``evo.correlate`` writes it, and its column of labels ``label``."""
    table = pq.read_table(path)
    known = {name: np.array(table[name].to_pylist(), dtype=float) for name in table.column_names if name != "candidate"}
    columns = [Column(name, known[name], known.get(f"{name} seconds")) for name in SCORES if name in known]
    metric = (table.schema.metadata or {}).get(b"selfnas.metric", b"label").decode()
    return StoredScores(metric if label == "label" else label.removeprefix("label "), known[label], columns)


def ordered_pairs(preferences: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of pairs of candidates that preferences [N, N] order as labels [N] do.

    A preference is 1 for the first of two, -1 for the second, 0 for a draw, which is half right. Pairs of equal labels
    are left out.
    """
    return float(_right_shares(preferences, labels, np.ones((1, len(labels))))[0])


def ordered_pairs_interval(preferences: np.ndarray, labels: np.ndarray) -> Interval:
    """Return the same share with its 95 % bootstrap interval over candidates."""
    drawn = derive_rng(0, "pairs").integers(len(labels), size=(RESAMPLES, len(labels)))
    counts = np.stack([np.bincount(rows, minlength=len(labels)) for rows in drawn]).astype(float)
    return interval(ordered_pairs(preferences, labels), _right_shares(preferences, labels, counts))


def preferences_of(name: str, stored: StoredScores) -> np.ndarray:
    """Return which of two candidates a score prefers, [N, N]; ``vote`` as published, by majority on each pair."""
    voters = VOTERS if name == VOTE else (name,)
    preferred: np.ndarray = np.sign(np.sum([_signs(stored.values(voter)) for voter in voters], axis=0))
    return preferred


def comparison(path: Path, label: str = "label") -> Table:
    """Return a row for each score of a file, the best by rho first."""
    stored = read_scores(path, label)
    findings = {(one.label, one.part): one for one in find(stored.columns, stored.labels)}
    ranked = sorted(stored.columns, key=lambda column: -_rho(findings[column.label, ALL]).value)
    rows = tuple(
        (
            column.label,
            *(cell for part in (ALL, BETTER) for cell in _beside_counting(findings[column.label, part])),
            show(ordered_pairs_interval(preferences_of(column.label, stored), stored.labels)),
            short(column.seconds_each, 1),
        )
        for column in ranked
    )
    return Table(f"{path.stem}, {stored.metric}, {len(stored.labels)} rows", HEADER, rows)


def _beside_counting(finding: Finding) -> tuple[str, str]:
    beside = finding.differences.get(COUNTING)
    return show(_rho(finding)), show(beside["spearman"]) if beside else ""


def _rho(finding: Finding) -> Interval:
    return finding.intervals["spearman"]


def _signs(values: np.ndarray) -> np.ndarray:
    signs: np.ndarray = np.greater.outer(values, values).astype(float) - np.less.outer(values, values)
    return signs


def _right_shares(preferences: np.ndarray, labels: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the share of pairs ordered rightly of resamples that hold candidates so often, [R, N] -> [R].

    NaN where a resample has no pair with different labels.
    """
    wanted = _signs(labels)
    pairs = np.abs(wanted)
    right = (1 + preferences * wanted) / 2 * pairs
    held, counted = (np.einsum("rn,rn->r", counts @ each, counts) for each in (right, pairs))
    shares: np.ndarray = np.divide(held, counted, out=np.full(len(counts), np.nan), where=counted > 0)
    return shares


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="Parquet file of scores as evo.correlate writes it")
    parser.add_argument("--label", default="label", help="column of labels (default: label)")
    options = parser.parse_args(arguments)
    print(to_markdown(comparison(options.file, options.label)))


if __name__ == "__main__":
    main(sys.argv[1:])

"""``python -m tests.benchmarks.tier_thresholds SPACE TABLE METRIC``: how far tiers of quality differ, beside chance.

From these the thresholds of tier-guided sampling were read. Letters: N rows.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evo.display.text_table import Table, to_markdown
from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.tier_statistics import statistics_of
from evo.strategies.tier_ranking.traits import Trait, TraitReader, Traits
from fitness.predictors.tiers import tiers_of
from spaces import SPACES, CandidateTable
from tasks import derive_rng

ROWS, ROUNDS = 1_500, 60
SIZES = (50, 100, 128)
HEADER = ("labels", "rows", "trait", "5 % of the true", "50 % of the true", "95 % of the exchanged")


def distances(traits: Sequence[Traits], labels: Sequence[float]) -> list[float]:
    """Return how far the best tier is from the low ones, by trait."""
    found = statistics_of(traits, tiers_of(labels), GuidanceRule()).distances
    return [found[trait] for trait in Trait]


def lines(traits: Sequence[Traits], labels: np.ndarray, size: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """Return the quantiles over rounds of so many rows, a line for each trait."""
    true, exchanged = [], []
    for _ in range(ROUNDS):
        drawn = rng.choice(len(traits), size, replace=False)
        members = [traits[place] for place in drawn]
        true.append(distances(members, labels[drawn]))
        exchanged.append(distances(members, rng.permutation(labels[drawn])))
    low, middle = np.quantile(true, [0.05, 0.5], axis=0)
    chance = np.quantile(exchanged, 0.95, axis=0)
    return [
        (str(size), trait, *(f"{each[number]:.3f}" for each in (low, middle, chance)))
        for number, trait in enumerate(Trait)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tier_thresholds", description=__doc__)
    parser.add_argument("space", help="e.g. nasbench201")
    parser.add_argument("table", type=Path, help="with a column candidate or arch")
    parser.add_argument("metric", help="its column of labels")
    parser.add_argument("--seed", type=int, default=777, help="of the rows (default: 777)")
    given = parser.parse_args(arguments)
    space, table = SPACES.build(given.space, SPACES.resolve(given.space, {})), CandidateTable(given.table)
    rng = derive_rng(given.seed, "thresholds")
    pool = rng.choice(len(table), min(ROWS, len(table)), replace=False)
    reader, texts = TraitReader(space), table.candidates()
    traits = [reader.of(space.decode(texts[row])) for row in pool]
    labels = table.column(given.metric)[pool]
    rows = [(given.metric, *line) for size in SIZES for line in lines(traits, labels, size, rng)]
    print(to_markdown(Table("How far tiers differ", HEADER, tuple(rows))))


if __name__ == "__main__":
    main()

"""Catches: a verdict that is not what the interval says, a fitness that ranks the wrong way and is praised, a baseline
that is judged, a comparison with the lesser way of counting."""

import numpy as np

from evo.correlation.findings import find
from evo.correlation.verdict import verdicts
from evo.scoring.scores import Column

LABELS = np.arange(60.0)
RNG = np.random.default_rng(3)
NOISE = RNG.permutation(60).astype(float)
RANDOM = Column("random", RNG.random(60))
GOOD, WRONG, CHANCE = Column("good", LABELS), Column("wrong", -LABELS), Column("chance", NOISE)
COUNT = Column("params", LABELS + 40 * RNG.random(60))
LESSER = Column("macs", NOISE)


def said(*columns: Column) -> list[str]:
    return verdicts(find([*columns, RANDOM], LABELS))


def test_what_beats_counting_is_told_with_both_numbers() -> None:
    (line,) = said(GOOD, COUNT, LESSER)
    assert line.startswith("good: spearman 1.000 [1.000, 1.000] beats counting params (+.")


def test_where_nothing_beats_counting_that_comes_first() -> None:
    first, same, wrong = said(Column("same", COUNT.scores), WRONG, COUNT, LESSER)
    assert first.startswith("Nothing here beats counting params: spearman .")
    assert "cannot be told from counting params (.000 [.000, .000])" in same
    assert wrong == (
        "wrong: spearman -1.000 [-1.000, -1.000] ranks the wrong way round: its better scores have the worse labels."
    )


def test_what_is_worse_than_counting_is_told() -> None:
    assert "is worse than counting params (-" in said(CHANCE, Column("params", LABELS))[1]


def test_without_sizes_a_fitness_is_held_against_chance() -> None:
    assert said(GOOD, CHANCE) == [
        "good: spearman 1.000 [1.000, 1.000] agrees with the labels.",
        said(CHANCE)[0],
    ]
    assert said(CHANCE)[0].endswith("] cannot be told from chance.")


def test_scores_that_are_all_equal_have_no_verdict() -> None:
    assert said(Column("flat", np.ones(60)), COUNT)[1] == "flat: no verdict, its scores rank nothing."
    assert said(Column("params", np.ones(60))) == []

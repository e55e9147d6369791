"""Catches: the number of another candidate, a loss that is maximised, a candidate that cannot be found by another text
of its own, a missing number that becomes a score."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fitness import FITNESSES, EvalContext
from fitness.tabular import TabularFitness
from spaces.nasbench101.space import NasBench101
from tasks.foundation.errors import UsageError
from tests.toy import PublishedBits

MakeContext = Callable[..., EvalContext]
# One cell in two orders of its vertices.
CELL, TWIN = "conv3x3~0+conv1x1~0+output~12", "conv1x1~0+conv3x3~0+output~12"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("candidate,accuracy,loss\n3,0.9,1.5\n5,0.7,\n")
    return path


def test_the_score_is_the_candidates_number(make_context: MakeContext, table: Path) -> None:
    assert TabularFitness(table=table, metric="accuracy")(3, make_context()).value == 0.9
    assert TabularFitness(table=table, metric="accuracy")(5, make_context()).value == 0.7
    assert TabularFitness(table=table, metric="loss", lower_is_better=True)(3, make_context()).value == -1.5


def test_what_the_table_does_not_have_is_refused(make_context: MakeContext, table: Path) -> None:
    with pytest.raises(UsageError, match="no candidate '4'"):
        TabularFitness(table=table, metric="accuracy")(4, make_context())
    with pytest.raises(UsageError, match="'5' has no number"):
        TabularFitness(table=table, metric="loss")(5, make_context())
    with pytest.raises(UsageError, match="accuracy"):
        TabularFitness(table=table, metric="acuracy")


@pytest.mark.parametrize(
    ("numbers", "words"), [(("0.5", "0.5", ""), "is 0.5 in"), (("nan", "", "inf"), "is no number in")]
)
def test_a_column_that_tells_nothing_apart_is_refused(tmp_path: Path, numbers: tuple[str, ...], words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("candidate,accuracy\n" + "".join(f"{width},{number}\n" for width, number in enumerate(numbers, 3)))
    with pytest.raises(UsageError, match=f"t.csv: column 'accuracy' {words} all rows; nothing can be ranked by it"):
        TabularFitness(table=path, metric="accuracy")


def test_any_text_of_a_candidate_finds_it(make_context: MakeContext, tmp_path: Path) -> None:
    space, path = NasBench101(), tmp_path / "cells.csv"
    one, other = space.decode(CELL), space.decode(TWIN)
    assert (space.encode(one) != space.encode(other), space.key(one)) == (True, space.key(other))
    path.write_text(f"candidate,accuracy\n{space.encode(one)},0.5\n")
    fitness, context = TabularFitness(table=path, metric="accuracy"), replace(make_context(), space=space)
    assert fitness(one, context).value == fitness(other, context).value == 0.5
    with pytest.raises(UsageError, match="no candidate"):
        fitness(space.decode("conv3x3~0+output~1"), context)


def test_a_table_is_found_from_anywhere(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(table.parent)
    resolved = FITNESSES.resolve("tabular", {"table": "t.csv", "metric": "accuracy"})
    assert resolved == {"table": str(table), "metric": "accuracy", "lower_is_better": False}
    assert FITNESSES.resolve("tabular", resolved) == resolved


def test_a_table_may_hold_published_forms(make_context: MakeContext, tmp_path: Path) -> None:
    path, space = tmp_path / "bits.csv", PublishedBits(length=3)
    path.write_text("candidate,accuracy\nbits 110,0.5\n011,0.75\n")
    fitness, context = TabularFitness(table=path, metric="accuracy"), replace(make_context(), space=space)
    assert [fitness(space.decode(text), context).value for text in ("110", "011")] == [0.5, 0.75]
    with pytest.raises(UsageError, match="no candidate '111'"):
        fitness(space.decode("111"), context)

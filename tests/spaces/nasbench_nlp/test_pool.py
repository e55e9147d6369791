"""Catches: a cell that is in the pool under two texts, a file of recipes that ends in a traceback."""

from pathlib import Path

import numpy as np
import pytest

from spaces.nasbench_nlp.cell import canonical
from spaces.nasbench_nlp.pool import CanonicalCells, fitted_pool, published_pool
from spaces.nasbench_nlp.recipe import from_text
from tasks.foundation.errors import UsageError
from tests.dense_parquet import write_dense


def test_members_are_canonical(tmp_path: Path) -> None:
    pool = fitted_pool(tmp_path, size=20, seed=1)
    cells = [from_text(text) for text in pool.texts]
    assert [canonical(cell) for cell in cells] == cells
    assert len(pool.texts) == 20


def test_samples_are_drawn_from_the_generator() -> None:
    cells = CanonicalCells()
    assert cells.sample(np.random.default_rng(4)) == cells.sample(np.random.default_rng(4))


@pytest.mark.parametrize(
    ("recipes", "message"),
    [
        ("id,recepie\n1,{}\n", "columns recepie_id and recepie are needed"),
        ("recepie_id,recepie\n1,nonsense\n", "no table of recipes"),
        (None, "no table of recipes"),
    ],
)
def test_bad_recipes_are_refused_in_one_line(tmp_path: Path, recipes: str | None, message: str) -> None:
    path = tmp_path / "recipes.csv"
    if recipes is not None:
        path.write_text(recipes)
    with pytest.raises(UsageError, match=message) as caught:
        published_pool(tmp_path / "embedding.csv", path)
    assert "\n" not in str(caught.value)


def test_recipes_that_stand_for_gigabytes_are_refused(tmp_path: Path) -> None:
    path = write_dense(tmp_path / "recipes.parquet", "recepie_id", "recepie")
    with pytest.raises(UsageError, match=r"no table of recipes \(stands for"):
        published_pool(tmp_path / "embedding.csv", path)

"""Catches: a wrong key, type or file that ends in a traceback or is ignored; a value that is lost or changed as it is
read; a module that only a recipe names and that is imported untold."""

from pathlib import Path

import pytest

from evo.engine.recipe_file import SHIPPED, read_recipe, shipped_recipes
from tasks.foundation.errors import UsageError


def written(folder: Path, text: str) -> str:
    (folder / "r.toml").write_text(text)
    return str(folder / "r.toml")


def test_keys_and_assignments_are_read_as_they_stand(tmp_path: Path) -> None:
    text = 'space = "darts"\nseeds = 3\n[set]\nspace.cells = 5\nstrategy.augment = false\nstrategy.weight_decay = 4e-5'
    recipe = read_recipe(written(tmp_path, text))
    assert recipe.keys == {"space": "darts", "seeds": 3}
    assert recipe.assigned == ("space.cells=5", "strategy.augment=False", "strategy.weight_decay=4e-05")
    assert recipe.name == str(recipe.path) == str(tmp_path / "r.toml")


def test_shipped_ones_go_by_name() -> None:
    assert shipped_recipes() == sorted(path.name[:-5] for path in SHIPPED.iterdir() if path.name.endswith(".toml"))
    assert read_recipe("mae_nas").keys["fitness"] == "masked_autoencoding"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('space = "mine:Space"', "mine:Space"),
        ('space = "darts"\nconstraint_size = "space.file=mine:Space"', "mine:Space"),
        ('[set]\nfitness.objective = "mine:Objective"', "mine:Objective"),
    ],
)
def test_a_module_that_only_the_recipe_names_is_not_imported_untold(tmp_path: Path, text: str, named: str) -> None:
    recipe = read_recipe(written(tmp_path, text))
    with pytest.raises(UsageError, match=named):
        recipe.check_trusted(trust=False)
    recipe.check_trusted(trust=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('spac = "x"', "did you mean 'space'"),
        ('workers = "2"', "unknown key"),
        ('seed = "7"', "seed = '7': int is needed"),
        ("seed = true", "seed = True: int is needed"),
        ("space = 3", "space = 3: str is needed"),
        ('max_minutes = "1"', "float or int is needed"),
        ("set = 3", "set = 3: a table is needed"),
        ("[set]\nfitness = 3", "set.fitness = 3: a table is needed"),
        ("[set]\nfitness.a = [1]", "set.fitness.a = [1]: one value is needed"),
        ("[set]\nfitness.a.b = 1", "one value is needed"),
        ("space = ", "is no TOML"),
        ("a = " + "[" * 100_000, "is no TOML"),
    ],
)
def test_a_wrong_recipe_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_recipe(written(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_recipe_that_is_not_there_or_not_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is no TOML"):
        read_recipe(str(tmp_path / "r.toml"))
    with pytest.raises(UsageError, match="cannot be read"):
        read_recipe(str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match=r"unknown recipe 'none'.*a \.toml file"):
        read_recipe("none")

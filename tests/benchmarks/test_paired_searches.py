"""Catches: gains over other seeds than the same, a share of seconds upside down, a recipe that is not there."""

import argparse
from pathlib import Path

import numpy as np
import pytest

from evo.commands.run_options import read_command
from evo.engine.configuring import resolve_request
from tasks.foundation.errors import UsageError
from tests.benchmarks.accuracy_curves import Curve
from tests.benchmarks.paired_searches import PLAIN, RECIPES, parser, recipes_of, table_of


def options_of(*more: str) -> argparse.Namespace:
    return parser().parse_args(["--table", "t", *more])


def curve(name: str, seed: int, seconds: float, accuracy: float) -> Curve:
    ends = np.array([seconds / 2, seconds])
    found = np.array([[10.0, 10, 10], [accuracy, accuracy - 20, accuracy - 40]])
    return Curve(name, seed, ends, found, ("a", "b"), 0)


def test_each_seed_is_held_against_the_same_seed_of_the_plain_search() -> None:
    # Gains of 1 and 3: a mean of 2; Student's t of one degree of freedom is 12.706, the error of the mean 1.
    plain = [curve(PLAIN, 0, 100.0, 90.0), curve(PLAIN, 1, 300.0, 80.0)]
    fast = [curve("fast", 0, 30.0, 91.0), curve("fast", 1, 70.0, 83.0)]
    first, second = table_of({PLAIN: plain, "fast": fast}, PLAIN).rows
    assert first[:4] == (PLAIN, "2", "200", "1.00")
    assert first[7:] == ("", "", "")
    assert second[:5] == ("fast", "2", "50", "0.25", "87.00 [36.18, 137.82]")
    assert second[7:] == ("2.00 [-10.71, 14.71]",) * 3


def test_the_plain_recipe_comes_first_and_others_have_to_be_there() -> None:
    assert next(iter(recipes_of(options_of()))) == PLAIN
    assert list(recipes_of(options_of("--only", "fast"))) == [PLAIN, "fast"]
    with pytest.raises(UsageError, match=r"slow: .* has fast"):
        recipes_of(options_of("--only", "slow"))


@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_recipes_differ_in_nothing_but_what_they_say(recipe: Path) -> None:
    request = read_command(["--recipe", str(recipe), "--workers", "0", "--run-dir", "unused"]).request
    config = resolve_request(request).config
    assert (config.space.name, config.fitness.name, request.evaluations) == ("nasbench201", "regression", 150)
    assert {"population": 50, "tournament": 10}.items() <= config.strategy.options.items()

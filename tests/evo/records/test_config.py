"""Catches: a configuration that changes on its way through ``config.json``, limits that cannot end a search."""

import json
import re
from dataclasses import replace

import pytest

from evo.engine.plugins import build_plugins, build_strategy, resolve_choice
from evo.records.config import AUTO_AHEAD, Choice, Limits, SearchConfig
from evo.strategies.regularized_evolution import RegularizedEvolution
from tasks.foundation.errors import UsageError
from tests.runs import toy_config


def test_a_configuration_survives_json() -> None:
    config = replace(toy_config("CountOnes", seed=3, noise=0.5, reuse=False), data_root="x", ahead=9)
    assert SearchConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize("broken", [{}, {"space": {"name": "x"}}, {**toy_config().to_json(), "colour": "red"}])
def test_other_json_is_refused_rather_than_guessed(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        SearchConfig.from_json(broken)


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ({"evaluations": 0}, "--evaluations 0: must be at least 1"),
        ({"evaluations": -5}, "--evaluations -5: must be at least 1"),
        ({"max_minutes": 0.0}, "--max-minutes 0: must be more than 0"),
        ({"max_minutes": float("nan")}, "--max-minutes nan: must be more than 0"),
        ({"trial_timeout_s": -1.0}, "--trial-timeout -1: must be more than 0 seconds, and finite"),
    ],
)
def test_limits_that_allow_nothing_are_refused(limits: dict[str, float], line: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(line)}$"):
        Limits(**limits)  # type: ignore[arg-type]


def test_a_choice_holds_every_option_with_its_default_and_its_type() -> None:
    choice = resolve_choice("fitness", "tests.toy:CountOnes", {"noise": "0.5"})
    assert choice == Choice("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 0.0})
    assert resolve_choice("strategy", "regularized_evolution", {}).options == {"population": 50, "tournament": 10}


def test_the_look_ahead_is_left_open_until_the_workers_are_known() -> None:
    assert SearchConfig(Choice("a"), Choice("b"), Choice("c")).ahead == AUTO_AHEAD


def test_plug_ins_are_built_with_their_options() -> None:
    plugins = build_plugins(toy_config())
    assert plugins.space.decode("0" * 10) == (0,) * 10
    assert plugins.images.size == 32
    assert isinstance(build_strategy(toy_config(), plugins.space), RegularizedEvolution)


def test_a_fitness_that_refuses_the_space_is_a_usage_error_with_its_reason() -> None:
    with pytest.raises(UsageError, match=r"'tests.toy:LikesNoSpace' cannot score space .*: it likes none"):
        build_plugins(toy_config("LikesNoSpace"))


def test_a_fitness_that_refuses_what_the_runs_seed_draws_does_so_when_it_is_built() -> None:
    config = toy_config("LikesEvenSeeds", seed=2)
    assert build_plugins(config).fitness
    with pytest.raises(UsageError, match="3 is odd"):
        build_plugins(replace(config, seed=3))


def test_regression_refuses_a_space_without_networks() -> None:
    config = replace(toy_config(), fitness=resolve_choice("fitness", "regression", {}))
    with pytest.raises(UsageError, match="builds none"):
        build_plugins(config)

"""Catches: an option that is lost between a configuration and its objects, plug-ins that do not go together and pass,
an object of the caller's that is changed by a search, a first candidate that is none."""

from dataclasses import replace

import numpy as np
import pytest

from evo.engine.plugins import (
    SCORING,
    SUPERNET_OBJECTIVES,
    build_plugins,
    build_strategy,
    make,
    resolve_choice,
    table_of,
)
from evo.records.config import Choice
from evo.records.trial import Evaluation, Proposal
from evo.strategies.regularized_evolution import RegularizedEvolution
from evo.strategies.warm_start import WarmStart
from fitness import Fitness
from fitness.objectives.rotation import Rotation
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.tiny_images import TinyLabels
from tests.toy import BitStrings, CountOnes


def test_a_choice_holds_every_option_with_its_default_and_its_type() -> None:
    choice = resolve_choice("fitness", "tests.toy:CountOnes", {"noise": "0.5"})
    assert choice == Choice("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 0.0})
    assert resolve_choice("strategy", "regularized_evolution", {}).options == {"population": 50, "tournament": 10}


def test_beside_a_supernet_a_fitness_is_an_objective() -> None:
    assert table_of("fitness", "darts") is SUPERNET_OBJECTIVES
    assert table_of("fitness", "random_search") is table_of("fitness") is SCORING
    assert "steps" in resolve_choice("fitness", "rotation", {}).options
    assert "steps" not in resolve_choice("fitness", "rotation", {}, strategy="darts").options
    with pytest.raises(UsageError, match="unknown strategy 'dart'"):
        table_of("fitness", "dart")


def test_plug_ins_are_built_with_their_options() -> None:
    plugins = build_plugins(toy_config())
    assert plugins.space.decode("0" * 10) == (0,) * 10
    assert plugins.images.size == 32
    assert isinstance(build_strategy(toy_config(), plugins.space), RegularizedEvolution)


def test_the_callers_objects_stand_in_for_what_the_names_would_make() -> None:
    objects = {"space": BitStrings(length=3), "fitness": CountOnes(), "data": TinyLabels()}
    unnamed = replace(toy_config(), space=Choice("no:Space"), fitness=Choice("no:Fitness"), data="no:Images")
    plugins = build_plugins(unnamed, objects=objects)
    assert plugins.space.decode("000") == (0, 0, 0)
    assert isinstance(plugins.fitness, Fitness)
    assert plugins.images.size == 8
    for axis in ("space", "fitness"):
        with pytest.raises(UsageError, match=f"{axis} .* was handed over as an object"):
            make(axis, replace(toy_config(), objects=(axis,)), {})


def test_an_objective_of_the_callers_own_scores_by_training_on_it() -> None:
    made = make("fitness", toy_config(), {"fitness": Rotation()})
    assert isinstance(made, Fitness)
    beside_a_supernet = make("fitness", toy_config(), {"fitness": Rotation()}, table=SUPERNET_OBJECTIVES)
    assert isinstance(beside_a_supernet, Rotation)


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


def test_every_run_and_replay_begins_with_a_fresh_copy_of_the_callers_strategy() -> None:
    mine = RegularizedEvolution(population=3, tournament=2)
    first = build_strategy(toy_config(), BitStrings(), objects={"strategy": mine})
    first.ask(np.random.default_rng(0))
    second = build_strategy(toy_config(), BitStrings(), objects={"strategy": mine})
    assert mine.fresh
    assert first is not second
    assert (first.fresh, second.fresh) == (False, False)


class Bare:
    """A strategy by name that derives from nothing."""

    def __init__(self, space: BitStrings) -> None:
        self._space = space

    def ask(self, rng: np.random.Generator) -> Proposal:
        return Proposal(self._space.sample(rng))

    def tell(self, evaluation: Evaluation) -> None:
        """Learn nothing."""


def test_initial_candidates_come_first_whatever_the_strategy() -> None:
    names = ("regularized_evolution", f"{__name__}:Bare")
    for strategy in (resolve_choice("strategy", name, {}) for name in names):
        config = replace(toy_config(), strategy=strategy, initial=("0000000001", "1000000000"))
        made = build_strategy(config, BitStrings())
        assert isinstance(made, WarmStart)
        asked = [made.ask(np.random.default_rng(0)) for _ in range(3)]
        assert all(asked)
        assert [sum(one.candidate) for one in asked[:2] if one] == [1, 1]  # type: ignore[call-overload]


def test_an_initial_candidate_that_the_space_refuses_is_told() -> None:
    with pytest.raises(UsageError, match=r"--initial '012': .*10 characters of 0 and 1"):
        build_strategy(replace(toy_config(), initial=("012",)), BitStrings())

"""Catches: a first population that is another one at the same seed or the same at another, that has a task twice, that
leaves a shipped one out or chance no room, mutants of one task alone, a space without tasks that is not told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evo.engine.published_start import PLACES, published_start
from evo.records.config import Choice, SearchConfig
from spaces import SPACES
from tasks import load_any_task, preset_names
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.toy import BitStrings

SPACE = SPACES.build("proxy_tasks", {"mutation_probability": 0.05})


def config_with(options: Mapping[str, object], seed: int = 0) -> SearchConfig:
    return replace(toy_config(seed=seed), strategy=Choice("any", options))


def texts(options: Mapping[str, object], seed: int = 0, space: Any = SPACE) -> list[str]:
    return [space.encode(candidate) for candidate in published_start(config_with(options, seed), space)]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"population": 50}, 25),
        ({"population": 15}, 7),
        ({"population": 12}, 6),
        ({"population": 4}, 5),
        ({"population": 1}, 5),
        ({}, PLACES),
        ({"population": None}, PLACES),
    ],
)
def test_half_of_the_population_is_published_or_a_mutant(options: Mapping[str, object], count: int) -> None:
    found = texts(options)
    assert len(found) == len({SPACE.key(SPACE.decode(text)) for text in found}) == count
    assert found[:5] == [f"preset={name}" for name in preset_names()]
    assert not any("preset" in text for text in found[5:])


def test_the_seed_decides() -> None:
    assert texts({}) == texts({})
    assert texts({})[:8] == texts({"population": 16})
    assert texts({}) != texts({}, seed=1)


class Families(BitStrings):
    """Texts that say whose mutants they are."""

    def encode(self, candidate: Any) -> str:
        return str(candidate)

    def decode(self, text: str) -> Any:
        return text.removeprefix("preset=")

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return f"{candidate}-{rng.integers(1_000_000)}"

    def to_task(self, candidate: Any) -> Any:
        return load_any_task("N")


def test_each_published_task_has_its_turn() -> None:
    found = texts({"population": 36}, space=Families())
    assert [text.partition("-")[0] for text in found] == [*preset_names() * 3, *preset_names()[:3]]
    assert [text.count("-") for text in found] == [0] * 5 + [1] * 13


class Alike(Families):
    """Families that have one key each."""

    def key(self, candidate: Any) -> str:
        return str(candidate).partition("-")[0]


def test_a_mutant_that_is_nothing_new_is_none() -> None:
    assert texts({}, space=Alike()) == preset_names()


def test_sets_of_tasks_begin_with_the_tasks_alone() -> None:
    found = texts({}, space=SPACES.build("proxy_task_sets", {}))
    assert found[:5] == [f"preset={name}" for name in preset_names()]
    assert {text.count("+") for text in found[5:]} == {0, 1}


class KnowsOne(BitStrings):
    """Bit strings that stand for tasks, of which one is published and few others are there."""

    def decode(self, text: str) -> Any:
        return (1, 0) if text == "preset=N" else super().decode(text)

    def to_task(self, candidate: Any) -> Any:
        return load_any_task("N")


def test_a_space_with_fewer_mutants_than_places_gives_what_it_has() -> None:
    found = published_start(config_with({}), KnowsOne(length=2))
    assert sorted(found) == [(0, 0), (1, 0), (1, 1)]
    assert found[0] == (1, 0)


def test_a_space_that_knows_none_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"published .* and space 'tests\.toy:BitStrings' knows none; give a file"):
        published_start(config_with({}), BitStrings())

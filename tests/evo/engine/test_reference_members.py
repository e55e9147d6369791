"""Catches: a member that scores another space, with another seed or by the run's own fitness; folders that two members
share; a member of a member that nobody checks."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.engine.plugins import build_plugins
from evo.engine.reference_members import check_reference, folders_of, scorers_of
from fitness.reference import ReferenceMember, ReferenceRequest
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.tiny_reference import Standardised
from tests.toy import BitStrings, CountOnes

COUNT = ReferenceMember("a/b", "tests.toy:CountOnes", {"noise": 0.0, "sleep_s": 0.0})
NESTED = ReferenceMember("c", "tests.tiny_reference:Standardised")


def test_a_member_has_the_space_and_images_of_the_run_and_else_what_is_asked_for() -> None:
    config = replace(toy_config(seed=5), objects=("space", "fitness", "strategy"), reference_size=6, reuse=False)
    config = replace(config, objectives=("fitness", "-params"))
    objects: Mapping[str, object] = {"space": BitStrings(), "fitness": CountOnes(), "strategy": object()}
    plugins = build_plugins(replace(config, objects=()))
    handed = replace(COUNT, label="d", made=CountOnes(noise=3.0))
    request = ReferenceRequest((COUNT, handed, NESTED), seed=9)
    one, two, three = scorers_of(request, Path("runs/x"), config, plugins, objects)
    assert (one.label, one.folder) == ("a/b", "00-a-b")
    assert (one.config.space, one.config.data) == (config.space, config.data)
    assert (one.config.seed, one.config.reuse, one.config.reference_size) == (9, True, 0)
    assert one.config.objectives == ()  # a member's scores are what it is asked for
    assert (one.config.fitness.name, one.config.fitness.options) == (COUNT.name, COUNT.options)
    assert one.config.strategy.options == {"file": str(Path("runs/x/reference/candidates.txt").absolute())}
    assert one.config.objects == ("space",)
    assert one.objects == {"space": objects["space"]}
    assert (one.plugins.space, one.plugins.images) == (plugins.space, plugins.images)
    assert two.config.objects == ("space", "fitness")
    assert two.objects["fitness"] is handed.made
    assert three.config.reference_size == 6
    assert folders_of(request) == {"a/b": "00-a-b", "d": "01-d", "c": "02-c"}


class Asks(Standardised):
    """A fitness that asks for a reference by one member."""

    def __init__(self, member: ReferenceMember) -> None:
        super().__init__()
        self.asked = member

    def reference_request(self, space: Any) -> ReferenceRequest:
        return ReferenceRequest((self.asked,))


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (ReferenceMember("m", "unheard_of"), "m, by which the reference is to be scored: unknown fitness 'unheard_of'"),
        (ReferenceMember("m", "synflow"), "m, by which the reference is to be scored: fitness 'synflow' cannot score"),
        (ReferenceMember("m", "mine", made=Asks(ReferenceMember("n", "snip"))), "n, by which the reference"),
    ],
    ids=["unknown", "refused", "nested"],
)
def test_a_member_that_cannot_score_is_named(member: ReferenceMember, words: str) -> None:
    config = toy_config()
    plugins = replace(build_plugins(config), fitness=Asks(member))
    with pytest.raises(UsageError, match=words):
        check_reference(config, plugins, {})


@pytest.mark.parametrize("size", [-1, 10**9])
def test_a_size_that_no_folder_can_have_settled_is_refused(size: int) -> None:
    config = replace(toy_config(), reference_size=size)
    with pytest.raises(UsageError, match=f"reference_size {size}: must be at "):
        check_reference(config, build_plugins(config), {})


def test_what_asks_for_nothing_is_fine() -> None:
    config = toy_config()
    assert check_reference(config, build_plugins(config), {}) is None
    plugins = replace(build_plugins(config), fitness=Asks(NESTED))
    assert check_reference(config, plugins, {}) == ReferenceRequest((NESTED,))

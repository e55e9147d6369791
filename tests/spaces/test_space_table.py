"""Catches: a broken built-in entry, an option that is not refused by name, an ability that is not declared or whose
misspelt name is passed over, a space of one's own that is refused for want of a base class.
"""

from typing import Any

import numpy as np
import pytest

from spaces import (
    SPACES,
    ClassedSpace,
    CostedSpace,
    GraphSpace,
    InputSpec,
    KeyedSpace,
    NetworkSpace,
    PreparedSpace,
    RelaxableSpace,
    SequenceSpec,
    TaskSpace,
    candidate_key,
)
from spaces.space_table import ABILITIES
from tasks.foundation.errors import UsageError

PROTOCOLS = (
    *(KeyedSpace, ClassedSpace, GraphSpace, PreparedSpace, NetworkSpace, TaskSpace, RelaxableSpace),
    CostedSpace,
)


class Letters:
    """A space of one's own, without a base class."""

    def sample(self, rng: np.random.Generator) -> str:
        return "abc"[rng.integers(3)]

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        return {"a": "b", "b": "c", "c": "a"}[candidate]

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        return text


def with_member(name: str, value: object) -> Any:
    return type("Mine", (Letters,), {name: value})()


@pytest.mark.parametrize("name", sorted(SPACES.builtin))
def test_every_built_in_space_is_made_without_options(name: str) -> None:
    space = SPACES.build(name, {})
    assert isinstance(space, NetworkSpace) != isinstance(space, TaskSpace)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("nds_resnet", {"pool": "1"}, "pool is 1"),
        ("nds_resnet", {"pool": "many"}, "pool"),
        ("nds_resnet", {"pol": "5"}, "pool"),
        ("nasbench201", {"stem_channels": 0}, "stem_channels is 0"),
        ("nasbench201", {"affine": "perhaps"}, "affine"),
        ("proxy_tasks", {"mutation_probability": "1.5"}, "mutation_probability is 1.5; from 0.01 to 1 is needed"),
    ],
)
def test_a_bad_option_is_refused_by_name(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        SPACES.build(name, options)


def test_every_declared_ability_is_known_to_the_table() -> None:
    declared = {name for each in PROTOCOLS for name in vars(each) if not name.startswith("_")}
    assert declared <= {*ABILITIES, *SPACES.methods}


def test_a_plain_class_is_a_space() -> None:
    space = Letters()
    assert SPACES.accept(space, "mine:Letters") is space
    assert candidate_key(space, "a") == "a"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("keys", "key"),
        ("functional_kye", "functional_key"),
        ("prepar", "prepare"),
        ("to_grph", "to_graph"),
        ("operation_cost", "operation_costs"),
        ("biuld", "build"),
        ("to_taks", "to_task"),
        ("relaxe", "relax"),
        ("from_recepie", "from_recipe"),
    ],
)
def test_a_method_that_is_almost_an_ability_is_told(written: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"{written!r}, which is almost {meant!r}") as said:
        SPACES.accept(with_member(written, lambda self, *given: None), "mine:Mine")
    assert "\n" not in str(said.value)


def test_what_is_read_is_an_attribute_whose_misspelt_name_is_told() -> None:
    with pytest.raises(UsageError, match="'read', which is almost 'reads'"):
        SPACES.accept(with_member("read", SequenceSpec), "mine:Mine")
    SPACES.accept(with_member("reads", SequenceSpec), "mine:Mine")
    SPACES.accept(with_member("ready", True), "mine:Mine")


@pytest.mark.parametrize("name", ["size", "candidates", "to_genotype", "network_spec", "read", "_keys"])
def test_methods_of_other_names_are_nobodys_business(name: str) -> None:
    SPACES.accept(with_member(name, lambda self, *given: InputSpec()), "mine:Mine")

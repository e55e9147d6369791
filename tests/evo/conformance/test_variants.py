"""Catches: a variant that diverges, derives what is no candidate, or differs when it is trained again or
gone on with."""

import random
from typing import Any

import pytest

from evo.conformance import VARIANT_CHECKS, Check, variants
from evo.conformance.variants import VariantCase
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from spaces import SPACES
from tasks.conformance.outcomes import Nonconformance

SMALL = {"stem_channels": "4", "cells_per_stage": "1"}
TRAINING = {"epochs": "2", "pictures": "16", "batch": "4", "held_out": "4", "threads": "1"}
HERE = "tests.evo.conformance.test_variants"


class Forgetful(DartsRelaxation):
    """A variant that counts, and loses its count with every checkpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def derive(self, supernet: Any) -> Any:
        self.number += 1
        found = super().derive(supernet)
        return found if self.number < 2 else type(found)(("none",) * len(found.operations))


class Chance(DartsRelaxation):
    """A variant that derives by a generator of the process."""

    def derive(self, supernet: Any) -> Any:
        found, state = super().derive(supernet), hash(random.getstate())
        return type(found)(tuple(_any_operation((state, place)) for place in range(len(found.operations))))


class Unsteady(DartsRelaxation):
    """A variant of which no two objects are alike."""

    def __init__(self) -> None:
        super().__init__()
        self.seed = random.SystemRandom().random()

    def derive(self, supernet: Any) -> Any:
        found = super().derive(supernet)
        return type(found)(tuple(_any_operation((self.seed, place)) for place in range(len(found.operations))))


def _any_operation(of: object) -> str:
    return random.Random(repr(of)).choice(["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"])


def case_of(name: str) -> VariantCase:
    config = SearchConfig(
        resolve_choice("space", "nasbench201", SMALL),
        resolve_choice("fitness", "rotation", {}, strategy=name),
        resolve_choice("strategy", name, TRAINING),
        data="noise(size=8)",
    )
    return VariantCase(config, SPACES.build("nasbench201", SMALL))


@pytest.fixture(scope="module")
def sound() -> VariantCase:
    """The case of a built-in variant, trained once."""
    return case_of("darts")


@pytest.mark.parametrize("check", VARIANT_CHECKS, ids=lambda check: check.__name__)
def test_a_built_in_variant_passes(check: Check, sound: VariantCase) -> None:
    assert check(sound)


@pytest.mark.parametrize(
    ("check", "name", "words"),
    [
        (variants.equal_trainings_are_equal, "Unsteady", "a second training differs"),
        (variants.a_checkpoint_goes_on_the_same, "Forgetful", "gone on from a checkpoint it differs"),
        (variants.global_randomness_has_no_say, "Chance", "after seeding the global generators"),
    ],
)
def test_a_fault_is_told(check: Any, name: str, words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        check(case_of(f"{HERE}:{name}"))


def test_losses_that_are_no_numbers_and_other_texts_are_told(
    sound: VariantCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sound.epochs[0].row, "weights_loss", float("nan"))
    with pytest.raises(Nonconformance, match="the losses of its epochs are"):
        variants.a_supernet_is_trained(sound)
    monkeypatch.setattr(type(sound.space), "encode", lambda self, candidate: "another")
    with pytest.raises(Nonconformance, match="leads to another text"):
        variants.what_is_derived_is_of_the_space(sound)

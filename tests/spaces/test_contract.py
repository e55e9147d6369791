"""What every built-in space must do: all checks of ``spaces.conformance`` on a few members of one space of each class,
and the cheap laws on many generated ones; of the other names of a class, that they are sound.

Catches: texts that do not lead back, two texts for one candidate, mutations that are invalid, unchanged or not a
function of their generator, hidden randomness, networks that cannot be trained, whose stages differ from their
description, or that refuse inputs they should take.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import (
    SPACES,
    InputSpec,
    NetworkSpace,
    PreparedSpace,
    SequenceSpec,
    candidate_key,
    count_complexity,
    reads_sequences,
)
from spaces.conformance import CHECKS, Check, mutations, networks, texts
from spaces.conformance.case import NotApplicable, SpaceCase
from tasks.foundation.plugins import Variant
from tests.small_spaces import small_space

MEMBERS, NETWORKS = 6, 2
EXAMPLES = 60  # of each law
SMOKE: tuple[Check, ...] = (
    texts.text_leads_back,
    mutations.mutation_follows_its_generator,
    mutations.mutation_stays_in_the_space,
    networks.stages_match_feature_info,
    networks.other_inputs_and_outputs,
)


def names_by_class() -> dict[str, list[str]]:
    """Return the names of every class of space, in the order of the table."""
    names: dict[str, list[str]] = {}
    for name, plugin in SPACES.builtin.items():
        names.setdefault(plugin.target if isinstance(plugin, Variant) else plugin, []).append(name)
    return names


FIRST_OF_CLASS = [first for first, *_ in names_by_class().values()]
VARIANTS = [name for _, *others in names_by_class().values() for name in others]

seeds = st.integers(0, 2**32 - 1)
for_every_class = pytest.mark.parametrize("name", FIRST_OF_CLASS)


@cache
def case_of(name: str) -> SpaceCase:
    case = SpaceCase(small_space(name), small_space(name), members=MEMBERS, networks=NETWORKS)
    if isinstance(case.space, PreparedSpace):
        with TemporaryDirectory() as folder:
            case.prepare(Path(folder))
    return case


def networks_of(name: str) -> SpaceCase:
    case = case_of(name)
    if not isinstance(case.space, NetworkSpace):
        pytest.skip("the space builds no networks")
    return case


def sampled(name: str, seed: int) -> tuple[Any, Any]:
    """Return a space and the mutation of a sample of it."""
    space, rng = case_of(name).space, np.random.default_rng(seed)
    return space, space.mutate(space.sample(rng), rng)


@for_every_class
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_space_passes_the_check(name: str, check: Check) -> None:
    try:
        assert check(case_of(name))
    except NotApplicable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_of_a_class_is_sound(name: str) -> None:
    space = small_space(name)
    case = SpaceCase(space, space, members=4, networks=1)
    assert all(check(case) for check in SMOKE)
    assert [info.reduction for info in space.build(case.sampled()[0], InputSpec(), 10).feature_info] == [1, 2, 4]


def test_every_name_is_checked() -> None:
    assert sorted(FIRST_OF_CLASS + VARIANTS) == sorted(SPACES.builtin)
    assert len(FIRST_OF_CLASS) == 11


@for_every_class
def test_different_generators_sample_different_candidates(name: str) -> None:
    space = case_of(name).space
    assert len({space.sample(np.random.default_rng(seed)) for seed in range(50)}) > 40


@for_every_class
def test_networks_have_the_stages_that_fitnesses_expect(name: str) -> None:
    case = networks_of(name)
    if reads_sequences(case.space):
        assert len(case.space.build(case.sampled()[0], SequenceSpec(), 10).feature_info) == 1
        return
    network = case.space.build(case.sampled()[0], InputSpec(), 10)
    assert [info.reduction for info in network.feature_info] == [1, 2, 4]


@for_every_class
def test_networks_take_small_images_of_one_channel_and_refuse_what_cannot_be_halved_twice(name: str) -> None:
    case = networks_of(name)
    if reads_sequences(case.space):
        assert count_complexity(case.space, case.sampled()[0], SequenceSpec(width=3, length=2), 1).macs > 0
        return
    assert count_complexity(case.space, case.sampled()[0], InputSpec(1, 16), 1).macs > 0
    with pytest.raises(ValueError, match="30"):
        case.space.build(case.sampled()[0], InputSpec(3, 30), 10)


@for_every_class
@given(seed=seeds)
@settings(max_examples=EXAMPLES)
def test_text_is_one_word_that_leads_back_to_an_equal_candidate(name: str, seed: int) -> None:
    space, candidate = sampled(name, seed)
    text = space.encode(candidate)
    assert text.isascii()
    assert text.isprintable()
    assert not set(text) & set(" \t\"'\\")
    assert space.decode(text) == candidate
    assert hash(space.decode(text)) == hash(candidate)
    assert space.encode(space.decode(text)) == text


@for_every_class
@given(seed=seeds, position=st.integers(0, 200), insert=st.text(max_size=2), remove=st.integers(0, 2))
@settings(max_examples=3 * EXAMPLES)
def test_a_damaged_text_is_refused_in_one_line_or_is_the_text_of_what_it_means(
    name: str, seed: int, position: int, insert: str, remove: int
) -> None:
    space, candidate = sampled(name, seed)
    text = space.encode(candidate)
    position %= len(text) + 1
    damaged = text[:position] + insert + text[position + remove :]
    try:
        meant = space.decode(damaged)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        assert space.encode(meant) == damaged


@for_every_class
@given(text=st.text())
@settings(max_examples=EXAMPLES)
def test_any_other_text_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        case_of(name).space.decode(text)


@for_every_class
@given(seed=seeds)
@settings(max_examples=EXAMPLES)
def test_a_mutation_is_another_valid_candidate(name: str, seed: int) -> None:
    space, parent = sampled(name, seed)
    child = space.mutate(parent, np.random.default_rng(seed))
    assert candidate_key(space, child) != candidate_key(space, parent)
    assert space.decode(space.encode(child)) == child

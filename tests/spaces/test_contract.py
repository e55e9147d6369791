"""What every built-in space must do. Catches: texts that do not lead back, two texts for one candidate, mutations that
are invalid, unchanged or not a function of their generator, hidden randomness, networks that cannot be trained or
whose stages differ from their description.
"""

import random
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import SPACES, InputSpec, candidate_key, count_complexity, count_parameters

BUILT_IN = sorted(SPACES.builtin)
pytestmark = pytest.mark.parametrize("space", [SPACES.build(name, {}) for name in BUILT_IN], ids=BUILT_IN)
seeds = st.integers(0, 2**32 - 1)


def sampled(space: Any, seed: int) -> Any:
    return space.sample(np.random.default_rng(seed))


@given(seed=seeds)
def test_text_leads_back_to_an_equal_candidate_and_the_same_text(space: Any, seed: int) -> None:
    candidate = sampled(space, seed)
    text = space.encode(candidate)
    assert space.decode(text) == candidate
    assert hash(space.decode(text)) == hash(candidate)
    assert space.encode(space.decode(text)) == text


@given(seed=seeds)
def test_text_is_one_word_of_printable_ascii(space: Any, seed: int) -> None:
    text = space.encode(sampled(space, seed))
    assert text.isascii()
    assert text.isprintable()
    assert not set(text) & set(" \t\"'\\")


@given(seed=seeds, position=st.integers(0, 80), insert=st.text(max_size=2), remove=st.integers(0, 2))
@settings(max_examples=300)
def test_a_damaged_text_is_refused_in_one_line_or_is_the_text_of_what_it_means(
    space: Any, seed: int, position: int, insert: str, remove: int
) -> None:
    text = space.encode(sampled(space, seed))
    damaged = text[:position] + insert + text[position + remove :]
    try:
        candidate = space.decode(damaged)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        assert space.encode(candidate) == damaged


@given(text=st.text())
def test_any_other_text_is_refused(space: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        space.decode(text)


@given(seed=seeds)
def test_a_mutation_is_another_valid_candidate(space: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    parent = space.sample(rng)
    child = space.mutate(parent, rng)
    assert candidate_key(space, child) != candidate_key(space, parent)
    assert space.decode(space.encode(child)) == child


@given(seed=seeds)
def test_sample_and_mutation_are_functions_of_their_generator(space: Any, seed: int) -> None:
    def draw() -> list[Any]:
        rng = np.random.default_rng(seed)
        candidates = [space.sample(rng) for _ in range(3)]
        return [*candidates, *(space.mutate(candidate, rng) for candidate in candidates)]

    assert draw() == draw()


def test_different_generators_sample_different_candidates(space: Any) -> None:
    assert len({sampled(space, seed) for seed in range(50)}) > 40


def test_sample_mutate_and_text_use_no_global_randomness(space: Any) -> None:
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    rng = np.random.default_rng(0)
    for _ in range(20):
        space.decode(space.encode(space.mutate(space.sample(rng), rng)))
    after = torch.get_rng_state(), np.random.get_state()[1], random.getstate()
    assert torch.equal(before[0], after[0])
    assert np.array_equal(before[1], after[1])
    assert before[2] == after[2]


def test_candidates_are_frozen(space: Any) -> None:
    candidate = sampled(space, 0)
    with pytest.raises(FrozenInstanceError):
        setattr(candidate, fields(candidate)[0].name, ())


@pytest.mark.parametrize("seed", range(3))
def test_a_network_trains_and_shows_the_stages_it_describes(space: Any, seed: int) -> None:
    network = space.build(sampled(space, seed), InputSpec(), 10)
    x = torch.randn(2, 3, 32, 32)
    maps = network.forward_features(x)
    expected = [(2, info.channels, 32 // info.reduction, 32 // info.reduction) for info in network.feature_info]
    assert [tuple(feature.shape) for feature in maps] == expected
    assert [info.reduction for info in network.feature_info] == [1, 2, 4]
    logits = network(x)
    assert logits.shape == (2, 10)
    logits.square().sum().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert gradients
    assert all(gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize(("channels", "size", "num_outputs"), [(1, 16, 1), (5, 20, 3), (3, 64, 100)])
def test_other_inputs_and_outputs_are_built_alike(space: Any, channels: int, size: int, num_outputs: int) -> None:
    network = space.build(sampled(space, 1), InputSpec(channels, size), num_outputs)
    x = torch.randn(2, channels, size, size)
    sides = [feature.shape[-1] for feature in network.forward_features(x)]
    assert sides == [size // info.reduction for info in network.feature_info]
    assert network(x).shape == (2, num_outputs)


@pytest.mark.parametrize(
    ("input_spec", "num_outputs"), [(InputSpec(3, 30), 10), (InputSpec(0, 32), 10), (InputSpec(), 0)]
)
def test_an_impossible_input_or_output_is_refused(space: Any, input_spec: InputSpec, num_outputs: int) -> None:
    with pytest.raises(ValueError, match=r"30|0 channels|num_outputs is 0"):
        space.build(sampled(space, 0), input_spec, num_outputs)


@pytest.mark.parametrize("seed", range(3))
def test_counted_parameters_are_those_of_the_network(space: Any, seed: int) -> None:
    candidate = sampled(space, seed)
    counted = count_complexity(space, candidate, InputSpec(), 10)
    assert counted.params == count_parameters(space.build(candidate, InputSpec(), 10))
    assert counted.macs > 0


def test_initial_weights_are_a_function_of_torchs_seed(space: Any) -> None:
    def weights(seed: int) -> torch.Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return next(space.build(sampled(space, 0), InputSpec(), 10).parameters()).detach()

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))

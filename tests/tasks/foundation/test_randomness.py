"""Catches: a seed that changes between processes or releases, two purposes on one stream, a seed too large."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.randomness import derive_rng, derive_seed, torch_generator

NAMES = st.lists(st.one_of(st.integers(), st.text("abc/", max_size=3)), max_size=3)


def test_a_seed_is_the_first_eight_bytes_of_a_sha256_sum_less_one_bit() -> None:
    # printf '0\x1fweights\x1fconv3x3' | sha256sum, bytes read from the lowest
    assert derive_seed(0, "weights", "conv3x3") == int.from_bytes(bytes.fromhex("ba1b8dc4be5321df"), "little") // 2


@given(st.integers(0, 2**32), NAMES)
def test_seeds_fit_into_63_bits_and_equal_purposes_share_them(seed: int, names: list[int | str]) -> None:
    assert 0 <= derive_seed(seed, *names) < 2**63
    assert derive_rng(seed, *names).random() == derive_rng(seed, *names).random()


def test_different_purposes_get_different_numbers() -> None:
    purposes: list[tuple[int, *tuple[str | int, ...]]] = [
        (0,),
        (1,),
        (0, "a"),
        (0, "b"),
        (0, "a", "b"),
        (0, "ab"),
        (0, "a", 1),
    ]
    assert len({derive_rng(seed, *names).random() for seed, *names in purposes}) == len(purposes)


def test_a_torch_generator_advances_its_parent_by_one_draw() -> None:
    parent, twin = derive_rng(3), derive_rng(3)
    drawn = torch.rand(4, generator=torch_generator(parent))
    assert torch.equal(drawn, torch.rand(4, generator=torch.Generator().manual_seed(int(twin.integers(2**63)))))
    assert parent.random() == twin.random()


def test_two_torch_generators_of_one_parent_differ() -> None:
    parent = np.random.default_rng(0)
    first, second = torch_generator(parent), torch_generator(parent)
    assert not torch.equal(torch.rand(4, generator=first), torch.rand(4, generator=second))

"""Catches: another arithmetic than torchvision's on one image, changes in another order, one change for all images,
a range or an order that is never drawn.

Expected pixels are torchvision's, one image at a time.
"""

from collections import Counter
from itertools import permutations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms.v2 import functional as reference

from tasks.transforms.colours import (
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    Jitter,
    JitterStrength,
    grey,
    hue_turned,
    jittered,
)

HUE = 3
ADJUST = {
    BRIGHTNESS: reference.adjust_brightness,
    CONTRAST: reference.adjust_contrast,
    SATURATION: reference.adjust_saturation,
    HUE: reference.adjust_hue,
}
FACTORS = st.floats(0, 2, width=32)
TURNS = st.floats(-0.5, 0.5, width=32)


def images(count: int = 4, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, 6, 6, generator=torch.Generator().manual_seed(seed))


def one_after_another(image: Tensor, amounts: list[float], order: tuple[int, ...]) -> Tensor:
    for which in order:
        image = ADJUST[which](image, amounts[which])
    return image


def as_jitter(amounts: list[list[float]], orders: list[tuple[int, ...]]) -> Jitter:
    values = torch.tensor(amounts)
    blends = [[which for which in order if which != HUE] for order in orders]
    places = [order.index(HUE) for order in orders]
    return Jitter(values[:, :3], values[:, 3], torch.tensor(blends), torch.tensor(places))


@settings(max_examples=20)
@given(st.lists(FACTORS, min_size=3, max_size=3), TURNS)
def test_all_24_orders_are_torchvisions(factors: list[float], turn: float) -> None:
    orders = list(permutations(range(4)))
    amounts = [*factors, turn]
    found = jittered(images(24), as_jitter([amounts] * 24, orders))
    expected = [one_after_another(p, amounts, order) for p, order in zip(images(24), orders, strict=True)]
    torch.testing.assert_close(found, torch.stack(expected), atol=2e-5, rtol=0)


def test_every_image_has_a_change_of_its_own() -> None:
    amounts = [[0.5, 1.0, 1.0, 0.0], [1.0, 1.7, 1.0, 0.0], [1.0, 1.0, 0.2, 0.0], [1.0, 1.0, 1.0, 0.2]]
    found = jittered(images(), as_jitter(amounts, [(0, 1, 2, 3)] * 4))
    expected = [one_after_another(p, amounts[i], (i,)) for i, p in enumerate(images())]
    torch.testing.assert_close(found, torch.stack(expected), atol=1e-5, rtol=0)


@settings(max_examples=50)
@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=3, max_size=3), TURNS)
def test_hues_of_corners_edges_and_greys_turn_as_torchvisions(colour: list[float], turn: float) -> None:
    flat = torch.tensor(colour)[:, None, None].expand(3, 2, 2)
    found = hue_turned(flat[None], torch.tensor([turn]))[0]
    torch.testing.assert_close(found, reference.adjust_hue(flat, turn), atol=2e-5, rtol=0)


def test_a_third_of_the_circle_makes_red_green_and_none_changes_nothing() -> None:
    red = torch.tensor([1.0, 0.0, 0.0])[None, :, None, None]
    assert hue_turned(red, torch.tensor([1 / 3])).flatten().tolist() == pytest.approx([0, 1, 0], abs=1e-6)
    torch.testing.assert_close(hue_turned(images(), torch.zeros(4)), images())


def test_grey_is_torchvisions() -> None:
    expected = torch.stack([reference.rgb_to_grayscale(image) for image in images()])
    torch.testing.assert_close(grey(images()), expected)


def test_factors_and_turns_fill_their_ranges() -> None:
    strength, generator = JitterStrength(0.8, 0.4, 1.5, 0.2), torch.Generator().manual_seed(0)
    drawn = strength.draw(images(4000), generator)
    low, high = drawn.factors.amin(0).tolist(), drawn.factors.amax(0).tolist()
    assert low == pytest.approx([0.2, 0.6, 0.0], abs=0.01)
    assert high == pytest.approx([1.8, 1.4, 2.5], abs=0.01)
    assert drawn.factors.mean(0).tolist() == pytest.approx([1.0, 1.0, 1.25], abs=0.05)
    assert (drawn.turns.min().item(), drawn.turns.max().item()) == pytest.approx((-0.2, 0.2), abs=0.001)
    assert drawn.turns.mean().item() == pytest.approx(0, abs=0.01)


def test_all_orders_are_equally_likely() -> None:
    drawn = JitterStrength().draw(images(9600), torch.Generator().manual_seed(0))
    counts = Counter((*order, at) for order, at in zip(drawn.order.tolist(), drawn.hue_at.tolist(), strict=True))
    assert set(counts) == {(*order, at) for order in permutations(range(3)) for at in range(4)}
    assert all(300 < count < 500 for count in counts.values())  # 400 each, deviation 20

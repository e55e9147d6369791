"""Catches: masks that cut through patches, another share of hidden patches, one mask for all pictures, a mean over
pixels that are seen."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.masking import masked_mean, patch_masks


def drawn(*, batch: int = 4, size: int = 16, patch: int = 4, ratio: float = 0.5, seed: int = 0) -> torch.Tensor:
    shape = torch.Size((batch, 3, size, size))
    return patch_masks(shape, patch=patch, ratio=ratio, generator=torch.Generator().manual_seed(seed))


@given(patch=st.sampled_from([1, 2, 4, 8]), ratio=st.floats(0.05, 0.75), seed=st.integers(0, 999))
def test_whole_patches_are_hidden_and_as_many_as_asked_for(patch: int, ratio: float, seed: int) -> None:
    masks = drawn(patch=patch, ratio=ratio, seed=seed)
    patches = masks.unfold(2, patch, patch).unfold(3, patch, patch).flatten(4)
    assert torch.equal(patches.amin(4), patches.amax(4))
    number = patches[0, 0, ..., 0].numel()
    hidden = patches[..., 0].sum((1, 2, 3))
    assert set(hidden.tolist()) == {float(-(-ratio * number // 1))}


def test_pictures_have_masks_of_their_own_drawn_from_the_generator() -> None:
    masks = drawn()
    assert masks.shape == (4, 1, 16, 16)
    assert not torch.equal(masks[0], masks[1])
    assert torch.equal(masks, drawn())
    assert not torch.equal(masks, drawn(seed=1))


def test_every_patch_is_hidden_equally_often() -> None:
    often = drawn(batch=4_000, size=4, patch=2, ratio=0.5).mean((0, 1))
    assert (often - 0.5).abs().max() < 0.03  # deviation of a mean: .008


@pytest.mark.parametrize(("options", "words"), [({"patch": 5}, "do not fill"), ({"ratio": 1.0}, "hides 16 of 16")])
def test_a_mask_that_cannot_be_is_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        drawn(**options)  # type: ignore[arg-type]


def test_the_mean_is_over_hidden_pixels_of_all_channels() -> None:
    values = torch.tensor([[[[1.0, 5.0]], [[3.0, 7.0]]]])
    assert masked_mean(values, torch.tensor([[[[1.0, 0.0]]]])).item() == 2.0
    assert masked_mean(values, torch.tensor([[[[1.0, 1.0]]]])).item() == 4.0

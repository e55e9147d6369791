"""Catches: masks that cut through patches, another share of hidden patches, one mask for all images, a mean over
pixels that are seen; a seen pixel that changes, a fill that is not the one asked for or knows what is hidden; numbers
that cannot be and are found out late."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.transforms.masking import Fill, Masking, masked_mean, patch_masks


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


def hidden(fill: Fill, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return Masking(images.shape[-1], 2, 0.5, fill).hide(images, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("fill", "value"), [("zero", 0.0), (1.0, 1.0), (-2, -2.0)])
def test_hidden_pixels_have_the_number_asked_for_and_seen_ones_their_own(fill: Fill, value: float) -> None:
    images = torch.randn(3, 3, 8, 8)
    masked, masks = hidden(fill, images)
    assert torch.equal(masks, patch_masks(images.shape, patch=2, ratio=0.5, generator=torch.Generator().manual_seed(0)))
    assert torch.equal(masked, torch.where(masks == 1, value, images))


def test_the_mean_colour_is_each_images_own_and_of_what_is_seen() -> None:
    images = torch.randn(3, 3, 8, 8)
    masked, masks = hidden("mean", images)
    for image, shown, mask in zip(images, masked, masks, strict=True):
        for plane, shown_plane in zip(image, shown, strict=True):
            mean = plane[mask[0] == 0].mean()
            torch.testing.assert_close(shown_plane[mask[0] == 1], mean.expand(32))
            assert torch.equal(shown_plane[mask[0] == 0], plane[mask[0] == 0])


def test_pictures_keep_their_layout() -> None:
    images = torch.randn(2, 3, 8, 8).contiguous(memory_format=torch.channels_last)
    for fill in ("zero", "mean", 1.0):
        assert hidden(fill, images)[0].is_contiguous(memory_format=torch.channels_last)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"patch": 0}, "patch=0: must be at least 1"),
        ({"patch": -4}, "patch=-4"),
        ({"patch": 5}, "patch=5: .* do not fill images of 32 x 32"),
        ({"patch": 32}, "hides 1 of 1"),
        ({"ratio": 0.0}, "ratio=0.0: must be more than 0"),
        ({"ratio": 1.0}, "ratio=1.0: .* less than 1"),
        ({"ratio": math.nan}, "ratio=nan"),
        ({"ratio": 0.99}, "ratio=0.99 with patch=4 hides 64 of 64"),
        ({"fill": math.inf}, "fill=inf"),
        ({"fill": "grey"}, "fill=grey: must be zero, mean or a finite number"),
    ],
)
def test_what_cannot_be_is_refused_before_a_image_is_seen(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        Masking(**{"size": 32, "patch": 4, "ratio": 0.5, **options})
    assert len(str(caught.value).splitlines()) == 1


def test_what_floats_add_to_a_ratio_hides_no_patch_more() -> None:
    masks = patch_masks(torch.Size((1, 3, 40, 40)), patch=4, ratio=0.55, generator=torch.Generator())
    assert masks.sum() == 55 * 16

"""Catches: another arithmetic than torchvision's on one image, boxes drawn otherwise than torchvision's, one draw for
all images, views of one image in another's place, colours changed where nothing is known of them, a random number
that is not the generator's; a hole of another size than asked for, or one for all images.

Expected pixels are torchvision's, one image at a time.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as reference

from tasks.images.photos import NORMALISATION, Photos
from tasks.transforms.augment import (
    Boxes,
    ViewRecipe,
    blurred,
    cut_out,
    draw_boxes,
    enlarged,
    mirrored,
    shifted,
    two_views,
)
from tasks.transforms.colours import JitterStrength

SIZE = 12
NOTHING = ViewRecipe(area=(1, 1), ratio=(1, 1), mirror=0, jitter=0, grey=0, blur=0)


def pictures(count: int = 4, size: int = SIZE) -> Tensor:
    return NORMALISATION.apply(torch.rand(count, 3, size, size, generator=seeded()))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def compare(found: Tensor, single: Callable[[Tensor, int], Tensor]) -> None:
    """Assert that ``found`` is what ``single`` makes of every image by itself."""
    expected = torch.stack([single(picture, i) for i, picture in enumerate(pictures(len(found)))])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@settings(max_examples=40)
@given(st.data())
def test_boxes_are_enlarged_as_torchvision_does(data: st.DataObject) -> None:
    sides = [(data.draw(st.integers(1, SIZE)), data.draw(st.integers(1, SIZE))) for _ in range(4)]
    boxes = [(data.draw(st.integers(0, SIZE - h)), data.draw(st.integers(0, SIZE - w)), h, w) for h, w in sides]
    found = enlarged(pictures(), Boxes(*torch.tensor(boxes).unbind(1)))
    compare(found, lambda picture, i: reference.resized_crop(picture, *boxes[i], [SIZE, SIZE], antialias=True))


def test_only_the_chosen_are_mirrored() -> None:
    found = mirrored(pictures(), torch.tensor([True, False, False, True]))
    compare(found, lambda picture, i: reference.horizontal_flip(picture) if i in (0, 3) else picture)


def test_blur_is_torchvisions_and_none_where_sigma_is_0() -> None:
    sigma = [1.0, 2.0, 0.0, 1.3]
    found = blurred(pictures(), torch.tensor(sigma))
    compare(found, lambda picture, i: reference.gaussian_blur(picture, [3, 3], [sigma[i]]) if sigma[i] else picture)
    assert torch.equal(found[2], pictures()[2])


def test_boxes_are_drawn_as_torchvisions() -> None:
    area, ratio, count = (0.08, 1.0), (3 / 4, 4 / 3), 3000
    boxes = draw_boxes(torch.empty(count, 3, 32, 32), seeded(), area=area, ratio=ratio)
    found = torch.stack([boxes.top, boxes.left, boxes.height, boxes.width], dim=1).numpy()
    transform, picture = v2.RandomResizedCrop(32, scale=area, ratio=ratio), torch.empty(3, 32, 32)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        drawn = [transform.make_params([picture]) for _ in range(count)]
    expected = np.array([[box[key] for key in ("top", "left", "height", "width")] for box in drawn])
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    np.testing.assert_allclose(np.quantile(found, levels, axis=0), np.quantile(expected, levels, axis=0), atol=1)
    np.testing.assert_allclose(found.mean(0), expected.mean(0), atol=0.4)  # deviation of a mean: .15
    np.testing.assert_allclose(found.std(0), expected.std(0), atol=0.3)


@settings(max_examples=50)
@given(st.integers(1, 40), st.floats(0.01, 1), st.floats(0.2, 1), st.integers(0, 99))
def test_boxes_lie_in_the_picture(size: int, least: float, narrowest: float, seed: int) -> None:
    boxes = draw_boxes(torch.empty(20, 3, size, size), seeded(seed), area=(least, 1), ratio=(narrowest, 1 / narrowest))
    for start, length in ((boxes.top, boxes.height), (boxes.left, boxes.width)):
        assert start.min() >= 0
        assert length.min() >= 1
        assert (start + length).max() <= size


def test_where_no_box_fits_the_whole_picture_is_taken() -> None:
    boxes = draw_boxes(torch.empty(3, 3, 8, 8), seeded(), area=(1, 1), ratio=(2, 3))
    assert [values.tolist() for values in (boxes.top, boxes.left, boxes.height, boxes.width)] == [
        [0] * 3, [0] * 3, [8] * 3, [8] * 3
    ]  # fmt: skip


def test_moved_pictures_are_windows_of_the_padded_one_at_every_place() -> None:
    picture = torch.arange(1.0, 3 * 8 * 8 + 1).reshape(1, 3, 8, 8)
    black = NORMALISATION.apply(torch.zeros(1, 3, 1, 1))
    padded = black.expand(1, 3, 12, 12).clone()
    padded[..., 2:10, 2:10] = picture
    windows = {(top, left): padded[0, :, top : top + 8, left : left + 8] for top in range(5) for left in range(5)}
    possible = {w.numpy().tobytes(): (*place, False) for place, w in windows.items()}
    possible |= {w.flip(-1).numpy().tobytes(): (*place, True) for place, w in windows.items()}
    found = shifted(picture.expand(1000, 3, 8, 8), seeded(), NORMALISATION, padding=2)
    places = [possible[one.contiguous().numpy().tobytes()] for one in found]
    assert len({place[:2] for place in places}) == 25
    assert np.mean([place[2] for place in places]) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(("size", "most"), [(8, 1), (16, 2), (32, 4), (224, 28)])
def test_pictures_move_by_up_to_an_eighth_of_their_side_over_zeros_unless_told(size: int, most: int) -> None:
    found = shifted(torch.ones(300, 1, size, size), seeded())
    lit = (found[:, 0] == 1).any(2).sum(1)
    assert (lit.min().item(), lit.max().item()) == (size - most, size)
    assert set(found.unique().tolist()) == {0.0, 1.0}


def test_at_32_pixels_a_picture_moves_as_it_did_before_its_size_counted() -> None:
    picture = torch.rand(50, 3, 32, 32)
    assert torch.equal(shifted(picture, seeded(), NORMALISATION), shifted(picture, seeded(), NORMALISATION, padding=4))


def test_the_recipe_is_the_published_one() -> None:
    recipe = ViewRecipe()
    assert (recipe.area, recipe.ratio) == ((0.08, 1.0), (3 / 4, 4 / 3))
    assert (recipe.mirror, recipe.jitter, recipe.grey, recipe.blur, recipe.sigma) == (0.5, 0.3, 0.2, 0.2, (1.0, 2.0))
    assert recipe.strength == JitterStrength(0.8, 0.8, 0.8, 0.2)


@pytest.mark.parametrize("step", ["mirror", "jitter", "grey", "blur"])
def test_every_step_is_taken_as_often_as_asked_for(step: str) -> None:
    images = pictures(1000, size=4)
    views = replace(NOTHING, **{step: 0.3}).view(images, seeded(), NORMALISATION)
    changed = ((views - images).abs().amax((1, 2, 3)) > 1e-4).double().mean().item()
    assert changed == pytest.approx(0.3, abs=0.045)  # deviation .0145
    always = replace(NOTHING, **{step: 1.0}).view(images, seeded(), NORMALISATION)
    assert ((always - images).abs().amax((1, 2, 3)) > 1e-4).all()


def test_a_recipe_of_nothing_changes_nothing() -> None:
    torch.testing.assert_close(NOTHING.view(pictures(), seeded(), NORMALISATION), pictures(), atol=1e-5, rtol=0)


def test_greyed_pictures_have_three_equal_planes_of_pixels() -> None:
    views = replace(NOTHING, grey=1.0).view(pictures(), seeded(), NORMALISATION)
    compare(
        views,
        lambda picture, _: NORMALISATION.apply(
            reference.rgb_to_grayscale(NORMALISATION.undo(picture), num_output_channels=3)
        ),
    )


def test_blur_is_of_its_range() -> None:
    dot = torch.zeros(2000, 3, 3, 3)
    dot[..., 1, 1] = 1.0
    centres = replace(NOTHING, blur=1.0).view(dot, seeded(), None)[:, 0, 1, 1]
    weakest, strongest = (1 / (1 + 2 * np.exp(-0.5 / sigma**2)) for sigma in (1.0, 2.0))
    assert centres.max().item() == pytest.approx(weakest**2, abs=2e-3)
    assert centres.min().item() == pytest.approx(strongest**2, abs=2e-3)


@settings(max_examples=25)
@given(st.integers(1, 5), st.sampled_from([4, 8, 9]), st.integers(0, 99))
def test_views_are_pixels_again_and_the_generators_alone(count: int, size: int, seed: int) -> None:
    images = Photos(size=size).draw(count, np.random.default_rng(seed)).images
    views = two_views(images, seeded(seed), NORMALISATION)
    pixels = NORMALISATION.undo(views)
    assert views.shape == (2 * count, 3, size, size)
    assert pixels.min() > -1e-5
    assert pixels.max() < 1 + 1e-5
    torch.manual_seed(seed + 1)
    before = torch.get_rng_state()
    assert torch.equal(views, two_views(images, seeded(seed), NORMALISATION))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("views_of", [two_views, shifted])
def test_another_picture_in_the_batch_changes_nothing_and_another_seed_everything(
    views_of: Callable[..., Tensor],
) -> None:
    images, other = pictures(), pictures()
    other[1] = 0.3
    views, others = (views_of(batch, seeded(), NORMALISATION) for batch in (images, other))
    kept = [i for i in range(len(views)) if i % 4 != 1]
    torch.testing.assert_close(views[kept], others[kept])
    again = views_of(images, seeded(1), NORMALISATION)
    assert not any(torch.equal(a, b) for a, b in zip(views, again, strict=True))


def test_equal_pictures_get_views_of_their_own() -> None:
    views = two_views(pictures(1).expand(6, -1, -1, -1), seeded(), NORMALISATION)
    assert len(views.flatten(1).unique(dim=0)) == 12


def test_both_views_stand_where_their_picture_does_and_unknown_colours_are_kept() -> None:
    flat = torch.randn(5, 3, 1, 1, generator=seeded()) * 3
    views = two_views(flat.expand(5, 3, 8, 8), seeded())
    torch.testing.assert_close(views, torch.cat([flat, flat]).expand(10, 3, 8, 8))
    assert not torch.allclose(views, two_views(flat.expand(5, 3, 8, 8), seeded(), NORMALISATION))


@pytest.mark.parametrize("side", [4, 5])
def test_a_square_is_cut_out_around_a_place_anywhere_in_the_picture(side: int) -> None:
    images = pictures(2000) + 10  # nowhere 0
    cut = cut_out(images, seeded(), side)
    holes = cut == 0
    assert torch.equal(cut, torch.where(holes, 0.0, images))
    assert torch.equal(holes, holes[:, :1].expand_as(holes))
    rows, columns = holes[:, 0].any(2), holes[:, 0].any(1)
    assert torch.equal(holes[:, 0], rows[:, :, None] & columns[:, None, :])
    before, behind = side // 2, side - side // 2
    centres = range(SIZE)
    possible = {tuple(centre - before <= place < centre + behind for place in range(SIZE)) for centre in centres}
    assert {tuple(row) for row in rows.tolist()} == possible == {tuple(column) for column in columns.tolist()}
    assert len({tuple(hole) for hole in holes[:, 0].flatten(1).tolist()}) == SIZE**2

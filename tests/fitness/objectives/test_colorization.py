"""Catches: colours seen that have to be told, targets other than scikit-image's colours, lightness on another scale, a
normalisation that is not undone, a head that is not its formula."""

import numpy as np
import pytest
import torch
from skimage.color import lab2rgb, rgb2lab
from torch.nn import functional

from fitness.objectives.colorization import Colorization, ColourHead
from spaces import FeatureInfo, InputSpec
from tasks import ImageBatch
from tasks.images.noise import NoiseImages
from tasks.images.photos import NORMALISATION, Photos
from tasks.transforms.colour_bins import colour_bins
from tests.tiny import TinyNetwork


def pixels(count: int = 2, size: int = 8) -> torch.Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(0))


def test_inputs_and_targets_are_those_of_scikit_image() -> None:
    colours = pixels()
    batch = Colorization(source=Photos(8)).prepare(ImageBatch(NORMALISATION.apply(colours)), torch.Generator())
    lab = rgb2lab(colours.numpy(), channel_axis=1)
    mean, deviation = (0.517 + 0.379 + 0.312) / 3, (0.278 + 0.249 + 0.250) / 3
    lightness = np.broadcast_to((lab[:, :1] / 100 - mean) / deviation, batch.inputs.shape)
    np.testing.assert_allclose(batch.inputs.numpy(), lightness, atol=1e-3)
    centres = colour_bins().centres.numpy()
    distances = ((lab[:, 1:].transpose(0, 2, 3, 1)[..., None, :] - centres) ** 2).sum(-1)
    assert np.array_equal(batch.targets[0].numpy(), distances.argmin(-1))


def test_one_image_by_hand() -> None:
    """White and black are grey, of bin (0, 0); pure red is L 53.24, a 80.09, b 67.20, of bin (80, 70)."""
    colours = torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.5, 0.5]]).T.reshape(1, 3, 2, 2)
    batch = Colorization(source=Photos(2)).prepare(ImageBatch(NORMALISATION.apply(colours)), torch.Generator())
    bins = colour_bins().centres[batch.targets[0]]
    assert bins.tolist() == [[[[0, 0], [0, 0]], [[80, 70], [0, 0]]]]
    assert batch.inputs[0, :, 1, 0].tolist() == pytest.approx([(0.5324 - 1.208 / 3) / (0.777 / 3)] * 3, abs=1e-3)


def test_pictures_that_differ_in_colour_alone_look_the_same() -> None:
    of_one_lightness = np.array([[50.0, 0.0, 0.0], [50.0, 22.0, 31.0], [50.0, -18.0, -9.0]])[:, :, None, None]
    colours = torch.from_numpy(lab2rgb(of_one_lightness, channel_axis=1)).float()
    batch = Colorization(source=Photos(1)).prepare(ImageBatch(NORMALISATION.apply(colours)), torch.Generator())
    torch.testing.assert_close(batch.inputs, batch.inputs[:1].expand(3, -1, -1, -1), atol=1e-3, rtol=0)
    bins = colour_bins().centres[batch.targets[0].flatten()]
    assert bins.tolist() == [[0, 0], [20, 30], [-20, -10]]


def test_pixels_of_a_source_that_does_not_say_are_guessed_and_cut() -> None:
    images = torch.tensor([-9.0, -2.0, 0.0, 2.0, 9.0]).expand(1, 3, 1, 5)
    batch = Colorization(source=NoiseImages(5)).prepare(ImageBatch(images), torch.Generator())
    # Black, black, the grey of half of all levels (L 53.39), white and white, by mean 0.5 and deviation 0.25.
    assert batch.inputs[0, 1, 0].tolist() == pytest.approx([-2.0, -2.0, 0.1356, 2.0, 2.0], abs=1e-3)
    assert len(set(batch.targets[0].flatten().tolist())) == 1


def test_the_head_is_a_linear_map_enlarged_corner_on_corner() -> None:
    head = ColourHead([FeatureInfo(9, 1), FeatureInfo(2, 4)], 8)
    features = [torch.rand(1, 9, 8, 8), torch.rand(1, 2, 2, 2)]
    logits = head(features)
    assert logits.shape == (1, 261, 8, 8)
    small = torch.einsum("bchw,kc->bkhw", features[1], head.bins.weight[:, :, 0, 0]) + head.bins.bias[:, None, None]
    torch.testing.assert_close(logits[:, :, ::7, ::7], small)
    along = torch.linspace(0, 1, 8)
    upper = small[0, :, 0, :1] * (1 - along) + small[0, :, 0, 1:] * along
    torch.testing.assert_close(logits[0, :, 0], upper)


def test_the_loss_is_that_of_every_pixel() -> None:
    objective = Colorization(source=Photos(8))
    head, features = objective.head([FeatureInfo(2, 4)]), [torch.rand(2, 2, 2, 2)]
    batch = objective.prepare(ImageBatch(NORMALISATION.apply(pixels())), torch.Generator())
    by_pixel = head(features).movedim(1, -1).reshape(-1, 261)
    expected = functional.cross_entropy(by_pixel, batch.targets[0].flatten())
    torch.testing.assert_close(objective.loss(features, head, batch), expected)


def test_a_tiny_network_learns_that_what_is_dark_is_blue_and_what_is_bright_is_yellow() -> None:
    objective = Colorization(source=Photos(8))
    bright = (torch.rand(8, 1, 2, 2, generator=torch.Generator().manual_seed(1)) < 0.5).repeat_interleave(4, 2)
    bright = bright.repeat_interleave(4, 3)
    blue, yellow = torch.tensor([0.0, 0.0, 0.6]), torch.tensor([0.9, 0.9, 0.2])
    colours = torch.where(bright, yellow[:, None, None], blue[:, None, None])
    batch = objective.prepare(ImageBatch(NORMALISATION.apply(colours)), torch.Generator())
    assert len(batch.targets[0].unique()) == 2
    torch.manual_seed(0)
    network = TinyNetwork(8, InputSpec(size=8), 10)
    head = objective.head(network.feature_info)
    optimizer = torch.optim.Adam([*network.parameters(), *head.parameters()], lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        objective.loss(network.forward_features(batch.inputs), head, batch).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert float(objective.accuracy(network.forward_features(batch.inputs), head, batch)) > 0.8

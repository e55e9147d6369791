"""Catches: an error that counts what is seen or is not the absolute one, a network that is shown what it shall paint,
masks that all images share or that stay from step to step, a decoder that reads other stages than it says, an option
that changes nothing, a re-masking that outlives the pass it is for."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fitness import EvalContext
from fitness.objectives.masked_autoencoding import MaskedAutoencoding
from fitness.training.loop import SgdSettings, build_trainee, judge, train
from spaces import FeatureInfo, InputSpec
from tasks import Batch, ImageBatch, derive_rng
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetwork

SOURCE = NoiseImages(16)


def objective(**options: Any) -> MaskedAutoencoding:
    return MaskedAutoencoding(source=SOURCE, **options)


def prepared(batch: int = 4, *, seed: int = 0, **options: Any) -> Batch:
    images = SOURCE.draw(batch, derive_rng(0)).images
    return objective(**options).prepare(ImageBatch(images), torch.Generator().manual_seed(seed))


def plain_pictures(seed: int) -> ImageBatch:
    """Return 16 images of one colour each: what is seen says what is hidden."""
    colours = SOURCE.draw(16, derive_rng(seed)).images[:, :, :1, :1]
    return ImageBatch(colours.expand(-1, -1, 16, 16).contiguous())


def tiny(width: int = 4) -> TinyNetwork:
    return TinyNetwork(width, InputSpec(3, 16), 10)


def stage_gradients(decoder: str) -> list[bool]:
    """Return which stages the loss of this decoder sends a gradient to."""
    info = [FeatureInfo(4, 1), FeatureInfo(5, 2), FeatureInfo(6, 4)]
    maps = [torch.randn(4, one.channels, 16 // one.reduction, 16 // one.reduction, requires_grad=True) for one in info]
    masked = objective(decoder=decoder)
    masked.loss(maps, masked.head(info), prepared()).backward()  # type: ignore[no-untyped-call]
    return [x.grad is not None and bool(x.grad.any()) for x in maps]


def test_the_hierarchical_decoder_teaches_every_stage_and_the_single_one_the_last_alone() -> None:
    assert stage_gradients("hierarchical") == [True, True, True]
    assert stage_gradients("single") == [False, False, True]


def test_the_loss_is_the_mean_absolute_error_of_hidden_pixels() -> None:
    # Two pixels of three colours, the right one hidden: |1 - 2|, |0 - 2| and |-3 - 2| have the mean 8/3.
    original = torch.tensor([[[[9.0, 2.0]], [[9.0, 2.0]], [[9.0, 2.0]]]])
    painted = torch.tensor([[[[0.0, 1.0]], [[0.0, 0.0]], [[0.0, -3.0]]]])
    batch = Batch(torch.empty(0), (original, torch.tensor([[[[0.0, 1.0]]]])))

    class Painter(nn.Module):
        def forward(self, features: list[Tensor]) -> Tensor:
            return features[-1].to(torch.bfloat16)  # as under autocast

    loss = objective().loss([painted], Painter(), batch)
    assert loss.item() == pytest.approx(8 / 3)
    assert loss.dtype is torch.float32
    # Who paints 3, 2 and -1 everywhere is wrong by |3 - 2|, |2 - 2| and |-1 - 2|, whose mean is 4/3.
    own, of_mean = objective().beside_mean([painted], Painter(), batch, torch.tensor([3.0, 2.0, -1.0]))
    assert (own.item(), of_mean.item()) == (loss.item(), pytest.approx(4 / 3))
    assert objective().guessing_loss(batch) is None


def test_a_person_is_shown_the_image_what_is_seen_of_it_and_what_is_made_of_the_rest() -> None:
    batch = prepared()
    images, masks = batch.targets
    painted = torch.full_like(images, 5.0)
    shown = objective().shown([painted], nn.Sequential(Last()), batch)
    assert [torch.equal(one, other) for one, other in zip(shown, (images, batch.inputs), strict=False)] == [True, True]
    assert torch.equal(shown[2], images * (1 - masks) + painted * masks)


class Last(nn.Module):
    def forward(self, features: list[Tensor]) -> Tensor:
        return features[-1]


def test_the_network_is_shown_the_picture_without_its_hidden_patches() -> None:
    batch = prepared(patch=4, ratio=0.5)
    images, masks = batch.targets
    assert torch.equal(images, SOURCE.draw(4, derive_rng(0)).images)
    assert torch.equal(batch.inputs, images * (1 - masks))
    assert masks.mean((1, 2, 3)).tolist() == [0.5] * 4
    assert torch.equal(masks, masks[:, :, ::4, ::4].repeat_interleave(4, 2).repeat_interleave(4, 3))


def test_masks_are_each_pictures_own_and_new_at_every_step() -> None:
    masks = prepared(batch=6).targets[1]
    assert len({tuple(mask.flatten().tolist()) for mask in masks}) > 1
    assert torch.equal(masks, prepared(batch=6).targets[1])
    generator, pictures = torch.Generator().manual_seed(0), ImageBatch(SOURCE.draw(2, derive_rng(0)).images)
    first, second = (objective().prepare(pictures, generator).targets[1] for _ in range(2))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("fill", ["mean", 1.0, -0.5])
def test_the_fill_stands_in_hidden_patches(fill: Any) -> None:
    batch = prepared(fill=fill)
    images, masks = batch.targets
    hidden = batch.inputs[0, 0][masks[0, 0] == 1]
    value = images[0, 0][masks[0, 0] == 0].mean().item() if fill == "mean" else fill
    assert hidden.tolist() == pytest.approx([value] * 128)


def test_sparse_hides_again_between_layers_and_none_does_not() -> None:
    network, batch = tiny(), prepared(remask="sparse")
    masks = batch.targets[1]
    plain, sparse = (objective(remask=remask).encode(network, batch) for remask in ("none", "sparse"))
    assert all(torch.equal(a, b) for a, b in zip(plain, network.forward_features(batch.inputs), strict=True))
    assert plain[0].masked_select(masks == 1).any()
    assert not sparse[0].masked_select(masks == 1).any()
    assert not sparse[2].masked_select(masks[:, :, ::4, ::4] == 1).any()
    assert sparse[2].any()


def test_two_networks_can_be_encoded_in_turns_before_either_goes_back() -> None:
    sparse, first, second = objective(remask="sparse"), tiny(), tiny(5)
    one, other = prepared(seed=1), prepared(seed=2)

    def gradient(network: TinyNetwork, features: list[Tensor]) -> Tensor:
        network.zero_grad()
        features[-1].square().sum().backward()  # type: ignore[no-untyped-call]
        assert network.convolutions[0].weight.grad is not None
        return network.convolutions[0].weight.grad.clone()

    alone = gradient(first, sparse.encode(first, one))
    features = sparse.encode(first, one)
    sparse.encode(second, other)
    assert torch.equal(gradient(first, features), alone)


@pytest.mark.parametrize("patch", [1, 2, 8])
def test_patches_finer_and_coarser_than_the_coarsest_map_can_be_hidden_again(patch: int) -> None:
    network, batch = tiny(), prepared(patch=patch)
    assert [x.shape[-1] for x in objective(remask="sparse").encode(network, batch)] == [16, 8, 4]


@pytest.mark.parametrize(
    ("decoder", "remask"), [("hierarchical", "none"), ("hierarchical", "sparse"), ("single", "none")]
)
def test_a_network_learns_to_paint(make_context: Callable[..., EvalContext], decoder: str, remask: str) -> None:
    masked = objective(decoder=decoder, remask=remask)
    batches = [plain_pictures(step) for step in range(40)]

    def loss() -> float:
        return judge(trainee, masked, batches[:4], torch.Generator().manual_seed(9), "float32", make_context()).loss

    trainee = build_trainee(4, masked, make_context())
    before = loss()
    settings = SgdSettings(learning_rate=0.3, precision="float32")
    train(trainee, masked, batches, torch.Generator().manual_seed(0), settings, make_context())
    assert loss() < 0.85 * before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"patch": 0}, "patch=0: must be at least 1"),
        ({"patch": 5}, "do not fill images of 16 x 16"),
        ({"ratio": 1.0}, "ratio=1.0"),
        ({"ratio": 0.99}, "hides 16 of 16"),
        ({"fill": float("nan")}, "fill=nan"),
        ({"decoder": "single", "remask": "sparse"}, "remask=sparse with decoder=single"),
    ],
)
def test_what_cannot_be_is_refused_at_once(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        objective(**options)

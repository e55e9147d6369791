"""Catches: a sum of losses that is not balanced, or whose balance is learned, an error that counts what is seen or is
not the squared one, an image shown with what it hides, patches normalised over more or less than themselves, bounds of
another normalisation, images without labels that are found out late."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness import EvalContext
from fitness.objectives.patch_recovery import PatchRecovery, RecoveryHead, balanced, normalise_patches, pixel_bounds
from fitness.training.loop import SgdSettings, build_trainee, judge, train
from spaces import FeatureInfo
from tasks import Batch, ImageBatch, Normalisation, UsageError, derive_rng
from tasks.images.noise import NoiseImages

INFO = [FeatureInfo(4, 1), FeatureInfo(5, 2), FeatureInfo(6, 4)]


class Colours(NoiseImages):
    """Images of one colour each, whose label says which of two planes is brighter."""

    num_classes: ClassVar[int] = 2  # type: ignore[assignment]

    def draw(self, count: int, rng: Any, **split: Any) -> ImageBatch:
        colours = super().draw(count, rng, **split).images[:, :, :1, :1].clamp(-1, 1)
        labels = (colours[:, 0, 0, 0] > colours[:, 1, 0, 0]).long()
        return ImageBatch(colours.expand(-1, -1, self.size, self.size).contiguous(), labels)


class Stated(Colours):
    """The same, with a normalisation."""

    normalisation = Normalisation((0.5, 0.25, 0.75), (0.25, 0.25, 0.5))


SOURCE = Colours(16)


def prepared(seed: int = 0, **options: Any) -> Batch:
    return PatchRecovery(source=SOURCE, **options).prepare(
        SOURCE.draw(4, derive_rng(0)), torch.Generator().manual_seed(seed)
    )


def maps() -> list[Tensor]:
    torch.manual_seed(0)
    return [torch.randn(4, one.channels, 16 // one.reduction, 16 // one.reduction, requires_grad=True) for one in INFO]


def test_the_balanced_sum_is_twice_the_leading_loss_and_its_balance_is_not_learned() -> None:
    # a^2 = 4 and b^3 = 8: the value is 8; by a it grows by 2a = 4, by b with (4 / 8) * 3b^2 = 6.
    a, b = (torch.tensor(2.0, requires_grad=True) for _ in range(2))
    total = balanced(a**2, b**3)
    assert total.item() == 8
    assert [gradient.item() for gradient in torch.autograd.grad(total, (a, b))] == [4, 6]


def test_another_weight_scales_the_other_loss_alone() -> None:
    # as above, and half as much of b: 4 + 2 in value, 6 / 2 by b
    a, b = (torch.tensor(2.0, requires_grad=True) for _ in range(2))
    total = balanced(a**2, b**3, 0.5)
    assert total.item() == 6
    assert [gradient.item() for gradient in torch.autograd.grad(total, (a, b))] == [4, 3]


def test_a_perfect_image_asks_for_no_gradient_and_breaks_nothing() -> None:
    a, b = torch.tensor(2.0, requires_grad=True), torch.tensor(0.0, requires_grad=True)
    total = balanced(a**2, b**2)
    assert [gradient.item() for gradient in torch.autograd.grad(total, (a, b))] == [4, 0]


def test_loss_and_gradient_are_made_of_those_of_the_parts() -> None:
    recovery, features, batch = PatchRecovery(source=SOURCE), maps(), prepared()
    head = recovery.head(INFO)
    labels, images, masks = batch.targets
    cross_entropy = functional.cross_entropy(head.classifier(features), labels)
    hidden = masks.expand_as(images) == 1
    error = functional.mse_loss(head.decoder(features)[hidden], images[hidden])
    one, other = (torch.autograd.grad(loss, features[2], retain_graph=True)[0] for loss in (cross_entropy, error))
    loss = recovery.loss(features, head, batch)
    torch.testing.assert_close(loss, 2 * cross_entropy)
    expected = one + (cross_entropy / error).item() * other
    torch.testing.assert_close(torch.autograd.grad(loss, features[2])[0], expected)
    labels_alone = PatchRecovery(source=SOURCE, weight=0).loss(features, head, batch)
    torch.testing.assert_close(labels_alone, cross_entropy)
    torch.testing.assert_close(torch.autograd.grad(labels_alone, features[2])[0], one)


def test_the_error_is_the_mean_square_over_hidden_pixels_of_all_colours() -> None:
    # Two pixels of three colours, the right one hidden: (1 - 2)^2, (0 - 2)^2 and (-1 - 2)^2 have the mean 14/3. Both
    # logits are equal: ln 2. d loss / d (1, 0, -1) = ln 2 / (14/3) * 2/3 * (-1, -2, -3).
    painted = torch.tensor([[[[7.0, 1.0]], [[7.0, 0.0]], [[7.0, -1.0]]]], requires_grad=True)
    image = torch.full((1, 3, 1, 2), 2.0)
    batch = Batch(image, (torch.tensor([1]), image, torch.tensor([[[[0.0, 1.0]]]])))

    class Logits(nn.Module):
        def forward(self, features: list[Tensor]) -> Tensor:
            return torch.zeros(1, 2)

    class Painter(nn.Module):
        def forward(self, features: list[Tensor]) -> Tensor:
            return features[0]

    PatchRecovery(source=SOURCE).loss([painted], RecoveryHead(Logits(), Painter()), batch).backward()  # type: ignore[no-untyped-call]
    assert painted.grad is not None
    unit = 0.693147 / (14 / 3) * 2 / 3
    assert painted.grad[0, :, 0, 1].tolist() == pytest.approx([-unit, -2 * unit, -3 * unit], rel=1e-5)
    assert not painted.grad[0, :, 0, 0].any()
    # Who paints 3, 2 and -1 everywhere is wrong by 1, 0 and 9, whose mean is 10/3; who paints 0 by 4.
    told = [painted], RecoveryHead(Logits(), Painter()), batch, torch.tensor([3.0, 2.0, -1.0])
    errors = [PatchRecovery(source=SOURCE, normalise=normalise).beside_mean(*told) for normalise in (False, True)]
    assert [[each.item() for each in pair] for pair in errors] == [pytest.approx([14 / 3, of]) for of in (10 / 3, 4.0)]
    assert PatchRecovery(source=SOURCE).guessing_loss(batch) == pytest.approx(1.386294)  # twice ln 2
    assert PatchRecovery(source=SOURCE, weight=3).guessing_loss(batch) == pytest.approx(2.772589)  # four times


def test_both_losses_teach_the_last_stage_alone() -> None:
    recovery, features = PatchRecovery(source=SOURCE), maps()
    recovery.loss(features, recovery.head(INFO), prepared()).backward()  # type: ignore[no-untyped-call]
    assert [x.grad is not None for x in features] == [False, False, True]


def test_four_fifths_are_hidden_behind_ones_and_the_labels_are_the_images_own() -> None:
    drawn, batch = SOURCE.draw(4, derive_rng(0)), prepared()
    labels, images, masks = batch.targets
    assert torch.equal(labels, drawn.labels)  # type: ignore[arg-type]
    assert torch.equal(images, drawn.images)
    assert torch.equal(batch.inputs, torch.where(masks == 1, 1.0, images))
    assert masks.mean((1, 2, 3)).tolist() == [13 / 16] * 4  # of 16 patches, as many as are at least four fifths
    assert not torch.equal(masks[0], masks[1])


def test_patches_are_normalised_each_by_itself_over_pixels_and_colours() -> None:
    # Values 1, 3 | 5, 9, one colour, patches of one row: means 2 and 7, variances (n - 1) 2 and 8.
    images = torch.tensor([[[[1.0, 3.0], [5.0, 9.0]]]])
    wide = torch.cat([images, images + 100], dim=3)  # [1, 1, 2, 4]: to see that columns are kept apart
    square = torch.cat([wide, wide], dim=2)  # [1, 1, 4, 4]
    patch = (images - 4.5) / (35 / 3 + 1e-6) ** 0.5  # mean 4.5, squares 12.25 + 2.25 + .25 + 20.25 = 35
    torch.testing.assert_close(normalise_patches(square, 2), patch.repeat(1, 1, 2, 2), atol=1e-4, rtol=1e-4)
    both = torch.cat([images, images + 8], dim=1)
    normalised = normalise_patches(both, 2)
    assert normalised.mean().item() == pytest.approx(0, abs=1e-6)
    assert normalised.std().item() == pytest.approx(1, abs=1e-4)
    assert normalised[0, 0].max() < normalised[0, 1].max()


def test_normalised_patches_are_what_is_painted_and_have_no_bounds() -> None:
    batch = prepared(normalise=True)
    images = SOURCE.draw(4, derive_rng(0)).images
    assert torch.equal(batch.targets[1], normalise_patches(images, 4))
    assert torch.equal(batch.inputs, torch.where(batch.targets[2] == 1, 1.0, images))
    assert bounds(PatchRecovery(source=Stated(16), normalise=True)) is None


def bounds(recovery: PatchRecovery) -> tuple[float, float] | None:
    (*_, last) = recovery.head(INFO).decoder.layers  # type: ignore[misc]
    return (last.min_val, last.max_val) if isinstance(last, nn.Hardtanh) else None


def test_pixels_end_where_the_sources_do_of_any_colour() -> None:
    # 0 becomes -2, -1 and -1.5, and 1 becomes 2, 3 and 0.5.
    assert bounds(PatchRecovery(source=Stated(16))) == (-2, 3)
    assert bounds(PatchRecovery(source=SOURCE)) is None


def test_the_bounds_of_cifar10_are_the_published_ones() -> None:
    cifar = Normalisation((0.49139968, 0.48215827, 0.44653124), (0.24703233, 0.24348505, 0.26158768))
    assert pixel_bounds(cifar) == pytest.approx((-1.99, 2.13), abs=5e-3)


def test_pictures_without_labels_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="needs labels, and NoiseImages has no labels") as caught:
        PatchRecovery(source=NoiseImages(16))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"patch": 5}, "patch=5"),
        ({"ratio": 1.5}, "ratio=1.5"),
        ({"fill": float("inf")}, "fill"),
        ({"weight": -1.0}, "weight=-1.0: must be finite"),
    ],
)
def test_numbers_that_cannot_be_are_refused_at_once(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        PatchRecovery(source=SOURCE, **options)


@pytest.mark.parametrize("normalise", [False, True])
def test_a_network_learns_the_labels_behind_the_patches(
    make_context: Callable[..., EvalContext], normalise: bool
) -> None:
    recovery = PatchRecovery(source=SOURCE, ratio=0.5, normalise=normalise)
    assert recovery.has_answers
    trainee = build_trainee(6, recovery, make_context())
    batches = [SOURCE.draw(16, derive_rng(step)) for step in range(60)]
    settings = SgdSettings(learning_rate=0.1, precision="float32")
    train(trainee, recovery, batches, torch.Generator().manual_seed(0), settings, make_context())
    judgement = judge(trainee, recovery, batches[:4], torch.Generator().manual_seed(1), "float32", make_context())
    assert judgement.loss < 0.7 * 2 * 0.693
    assert judgement.accuracy is not None
    assert judgement.accuracy > 0.8

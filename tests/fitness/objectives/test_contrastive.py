"""Catches: a view that is its own rival or partner, dot products in place of cosines, a missing temperature, a loss in
half precision, another stage than the last, a projector that is not trained, views that are not of the same image, a
guess among other views than there are."""

import copy
import math
import pickle
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from fitness import FITNESSES, EvalContext
from fitness.objectives.contrastive import Contrastive, partners, similarities
from fitness.training.loop import SgdSettings, build_trainee, judge, train
from spaces import FeatureInfo
from tasks import Batch, ImageBatch, derive_rng
from tasks.images.noise import NoiseImages
from tasks.images.photos import Photos

MakeContext = Callable[..., EvalContext]
INFO = [FeatureInfo(5, 1), FeatureInfo(8, 2)]


def objective(**options: float) -> Contrastive:
    return Contrastive(source=NoiseImages(16), **options)  # type: ignore[arg-type]


def loss_of(projections: Tensor, temperature: float) -> Tensor:
    """Return the loss of given projections [2B, D]."""
    maps = projections[:, :, None, None]
    return objective(temperature=temperature).loss([maps.new_empty(0), maps], nn.Identity(), Batch(maps, ()))


def plain_loss(projections: Tensor, temperature: float) -> float:
    """Return the same by loops over views, in double precision."""
    views, count = projections.double().tolist(), len(projections) // 2
    total = 0.0
    for i, view in enumerate(views):
        scores = {
            j: sum(a * b for a, b in zip(view, other, strict=True)) / math.hypot(*view) / math.hypot(*other)
            for j, other in enumerate(views)
            if j != i
        }
        mine = scores[(i + count) % (2 * count)]
        assert len(scores) == 2 * count - 1
        total -= math.log(math.exp(mine / temperature) / sum(math.exp(s / temperature) for s in scores.values()))
    return total / len(views)


def test_two_images_by_hand() -> None:
    # Views a = (1, 0) and b = (0, 1), then a' = (3, 4) / 5 and b' = (0, 1), some longer than 1; temperature 1/2.
    # Cosines: aa' .6, ab 0, ab' 0; bb' 1, ba 0, ba' .8; a'b' .8.
    views = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 4.0], [0.0, 7.0]])
    losses = [
        -math.log(math.exp(1.2) / (math.exp(1.2) + 2)),  # a: its partner, b and b'
        -math.log(math.exp(2.0) / (math.exp(2.0) + 1 + math.exp(1.6))),  # b: its partner, a and a'
        -math.log(math.exp(1.2) / (math.exp(1.2) + 2 * math.exp(1.6))),  # a': its partner, b and b'
        -math.log(math.exp(2.0) / (math.exp(2.0) + 1 + math.exp(1.6))),  # b': its partner, a and a'
    ]
    assert loss_of(views, 0.5).item() == pytest.approx(sum(losses) / 4, abs=1e-6)


def test_views_that_are_all_alike_leave_a_guess_among_all_others() -> None:
    assert loss_of(torch.ones(12, 3), 0.07).item() == pytest.approx(math.log(11), abs=1e-5)
    assert objective().guessing_loss(Batch(torch.ones(12, 3, 4, 4), ())) == pytest.approx(math.log(11))


@settings(max_examples=25)
@given(st.integers(2, 6), st.integers(2, 9), st.floats(0.05, 2), st.integers(0, 999))
def test_the_loss_is_that_of_a_plain_loop(count: int, width: int, temperature: float, seed: int) -> None:
    projections = torch.randn(2 * count, width, generator=torch.Generator().manual_seed(seed))
    assert loss_of(projections, temperature).item() == pytest.approx(
        plain_loss(projections, temperature), rel=2e-4, abs=1e-6
    )


def test_the_loss_is_computed_in_float32_whatever_the_network_computes_in() -> None:
    projections = torch.randn(16, 32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(loss_of(projections, 0.07), loss_of(projections.clone(), 0.07))
        inside = similarities(projections)
    assert inside.dtype == torch.float32
    assert torch.equal(inside, similarities(projections))


def test_partners_are_the_other_half() -> None:
    assert partners(torch.zeros(6, 2)).tolist() == [3, 4, 5, 0, 1, 2]


def test_accuracy_is_the_share_of_views_that_find_their_partner() -> None:
    # a, b, then a' and b': b and b' agree; a' is nearer to b than to a, and a to a' than to b.
    maps = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.3, 0.9], [0.0, 1.0]])[:, :, None, None]
    judged = objective()
    assert judged.has_answers
    assert judged.accuracy([maps], nn.Identity(), Batch(maps, ())).item() == 0.75


def test_the_head_reads_the_mean_of_the_last_stage_without_batch_norm() -> None:
    head = objective().head(INFO)
    first, _, last = head
    assert [type(layer) for layer in head] == [nn.Linear, nn.ReLU, nn.Linear]
    features = [torch.randn(4, 5, 8, 8), torch.randn(4, 8, 4, 4)]
    means = torch.stack([features[1][:, :, y, x] for y in range(4) for x in range(4)]).mean(0)
    hidden = (means @ first.weight.T + first.bias).clamp(min=0)
    expected = plain_loss(hidden @ last.weight.T + last.bias, 0.07)
    assert objective().loss(features, head, Batch(features[0], ())).item() == pytest.approx(expected, rel=1e-3)


def test_the_head_has_the_published_size() -> None:
    # 576 channels: 0.406 million weights, as counted in the released program.
    head = objective().head([FeatureInfo(576, 4)])
    assert sum(parameter.numel() for parameter in head.parameters()) == 576 * 577 + 577 * 128 == 406_208


def test_views_of_one_image_are_half_a_batch_apart() -> None:
    flat = torch.arange(6.0)[:, None, None, None].expand(6, 3, 16, 16)
    batch = objective().prepare(ImageBatch(flat), torch.Generator())
    assert batch.inputs.mean((1, 2, 3)).tolist() == pytest.approx([*range(6)] * 2, abs=1e-5)
    assert batch.inputs.is_contiguous(memory_format=torch.channels_last)


def test_colours_change_where_the_source_says_what_they_were() -> None:
    grey = torch.zeros(40, 3, 16, 16)
    of_photos = Contrastive(source=Photos(16)).prepare(ImageBatch(grey), torch.Generator()).inputs
    assert of_photos.flatten(1).std(1).max() > 0.1
    assert objective().prepare(ImageBatch(grey), torch.Generator()).inputs.abs().max() == 0


def test_gradients_reach_the_projector_and_every_stage(make_context: MakeContext) -> None:
    trainee, taught = build_trainee(5, objective(), make_context()), objective()
    batch = taught.prepare(NoiseImages(16).draw(8, derive_rng(0)), torch.Generator())
    taught.loss(trainee.network.forward_features(batch.inputs), trainee.head, batch).backward()  # type: ignore[no-untyped-call]
    trained = [*trainee.network.convolutions.parameters(), *trainee.head.parameters()]  # type: ignore[operator, union-attr]
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in trained)


def test_the_loss_falls_on_photographs(make_context: MakeContext) -> None:
    taught, photographs = Contrastive(source=Photos(16), temperature=0.2), Photos(16).draw(8, derive_rng(5))
    trainee = build_trainee(9, taught, make_context())

    def judged() -> float:
        return judge(trainee, taught, [photographs] * 8, torch.Generator(), "float32", make_context()).loss

    before = judged()
    settings = SgdSettings(0.1, precision="float32")
    train(trainee, taught, [photographs] * 40, torch.Generator(), settings, make_context())
    assert judged() < before - 0.25


def test_heads_are_copied_and_pickled_whole() -> None:
    head, features = objective().head(INFO), [torch.randn(4, 8, 2, 2)]
    batch = Batch(features[0], ())
    loss = objective().loss(features, head, batch)
    for other in (copy.deepcopy(head), pickle.loads(pickle.dumps(head))):
        assert objective().loss(features, other, batch) == loss
    assert isinstance(pickle.loads(pickle.dumps(objective())), Contrastive)


def test_it_is_a_fitness_by_name(make_context: MakeContext) -> None:
    options = {"steps": 2, "batch": 8, "held_out": 8, "precision": "float32", "temperature": 0.5}
    score = FITNESSES.build("contrastive", options, source=NoiseImages(16))(3, make_context())
    assert score.value == -score.metrics["loss"]
    assert 0 <= score.metrics["accuracy"] <= 1


def test_a_single_image_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        objective().prepare(ImageBatch(torch.zeros(1, 3, 16, 16)), torch.Generator())


@pytest.mark.parametrize("options", [{"temperature": 0.0}, {"temperature": math.inf}, {"outputs": 0}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="are needed"):
        objective(**options)

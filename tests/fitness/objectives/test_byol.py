"""Catches: a target that never moves, moves too far, follows the predictor, is trained or is given to the optimiser;
one direction left out; a view compared with itself; a target in training mode when it is judged."""

import copy
import pickle
from collections.abc import Callable
from itertools import chain

import pytest
import torch
from torch import Tensor, nn

from fitness import FITNESSES, EvalContext
from fitness.objectives.byol import Byol, ByolHead, Target
from fitness.training.loop import SgdSettings, build_trainee, train
from spaces import FeatureInfo, FeatureNetwork, InputSpec
from tasks import Batch, ImageBatch, derive_rng
from tasks.images.noise import NoiseImages
from tasks.images.photos import Photos
from tests.tiny import TinyNetwork

MakeContext = Callable[..., EvalContext]
SMALL = {"hidden": 6, "outputs": 4}


class NormedNetwork(TinyNetwork):
    """A tiny network whose last stage is normalised over the batch."""

    def __init__(self) -> None:
        super().__init__(3, InputSpec(3, 16), 10)
        self.norm = nn.BatchNorm2d(6)

    def forward_features(self, x: Tensor) -> list[Tensor]:
        features = super().forward_features(x)
        return [*features[:-1], self.norm(features[-1])]


class Fixed(nn.Module):
    """Says the same whatever it is asked."""

    def __init__(self, answers: list[list[float]]) -> None:
        super().__init__()
        self.answers = nn.Parameter(torch.tensor(answers))

    def forward(self, _: Tensor) -> Tensor:
        return self.answers


def objective(**options: float) -> Byol:
    return Byol(source=NoiseImages(16), **{**SMALL, **options})  # type: ignore[arg-type]


def started(taught: Byol, network: FeatureNetwork) -> ByolHead:
    head = taught.head(network.feature_info)
    taught.start(network, head)
    assert isinstance(head, ByolHead)
    return head


def target_of(head: nn.Module) -> Target:
    assert isinstance(head, ByolHead)
    assert head.target is not None
    return head.target


def images(count: int = 8) -> ImageBatch:
    return NoiseImages(16).draw(count, derive_rng(0))


def loss_of(taught: Byol, network: FeatureNetwork, head: nn.Module, batch: Batch) -> Tensor:
    return taught.loss(network.forward_features(batch.inputs), head, batch)


def test_the_loss_by_hand() -> None:
    # Predictions of a, b, a', b' and projections of the same by the target. Each prediction meets the other view:
    # a (1, 0) with a' (3, 4): cosine .6; b (0, 1) with b' (0, -2): -1; a' (1, 1) with a (2, 2): 1; b' (5, 0) with
    # b (0, 9): 0. Directions of a: .8 + 0; of b: 4 + 2; the mean over two images is 3.4.
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    head.predictor = Fixed([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [5.0, 0.0]])  # type: ignore[assignment]
    target_of(head).projector = Fixed([[2.0, 2.0], [0.0, 9.0], [3.0, 4.0], [0.0, -2.0]])
    batch = taught.prepare(images(2), torch.Generator())
    assert loss_of(taught, network, head, batch).item() == pytest.approx(3.4, abs=1e-6)


def test_the_target_says_what_the_network_says_before_any_step() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    inputs = torch.randn(6, 3, 16, 16)
    own = head.projector(network.forward_features(inputs)[-1].mean((2, 3)))
    torch.testing.assert_close(target_of(head)(inputs), own)


def test_weights_of_the_target_move_by_a_hundredth_at_every_step() -> None:
    # From 1, after steps to 2 and to 4: .99 + .02 = 1.01, then .9999 + .04 = 1.0399. With a decay of .5: 1.5, 2.75.
    for options, expected in (({}, 1.0399), ({"decay": 0.5}, 2.75)):
        network, taught = NormedNetwork(), objective(**options)
        head = taught.head(network.feature_info)
        assert isinstance(head, ByolHead)
        trained = [*network.parameters(), *head.parameters()]
        for value in (1.0, 2.0, 4.0):
            with torch.no_grad():
                for parameter in trained:
                    parameter.fill_(value)
            (taught.start if value == 1.0 else taught.after_step)(network, head)
        weights = list(target_of(head).parameters())
        assert len(weights) == len([*network.parameters(), *head.projector.parameters()])
        assert all(weight.flatten().tolist() == pytest.approx([expected] * weight.numel()) for weight in weights)
        assert all((parameter == 4.0).all() for parameter in trained)


def test_training_moves_the_target_after_every_step(make_context: MakeContext) -> None:
    seen: list[list[Tensor]] = []

    class Noting(Byol):
        def start(self, network: FeatureNetwork, head: nn.Module) -> None:
            super().start(network, head)
            self.note(network, head)

        def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
            super().after_step(network, head)
            self.note(network, head)

        def note(self, network: FeatureNetwork, head: nn.Module) -> None:
            assert isinstance(head, ByolHead)
            originals = chain(network.parameters(), head.projector.parameters())
            seen.append([parameter.detach().clone() for parameter in originals])

    taught = Noting(source=NoiseImages(16), **SMALL)
    trainee = build_trainee(5, taught, make_context())
    settings = SgdSettings(0.1, precision="float32")
    train(trainee, taught, [images()] * 2, torch.Generator(), settings, make_context())
    for weight, start, first, second in zip(target_of(trainee.head).parameters(), *seen, strict=True):
        torch.testing.assert_close(weight, 0.99 * (0.99 * start + 0.01 * first) + 0.01 * second)
    assert not all(torch.equal(start, second) for start, _, second in zip(*seen, strict=True))


def test_gradients_reach_all_but_the_target() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    loss_of(taught, network, head, taught.prepare(images(), torch.Generator())).backward()  # type: ignore[no-untyped-call]
    trained = chain(
        network.convolutions.parameters(), network.norm.parameters(), head.projector[-1].parameters(),
        head.predictor.parameters(),
    )  # fmt: skip
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in trained)
    assert all(w.grad is None and not w.requires_grad for w in target_of(head).parameters())
    assert all(parameter.requires_grad for parameter in chain(network.parameters(), head.projector.parameters()))
    assert not target_of(head)(torch.zeros(2, 3, 16, 16, requires_grad=True)).requires_grad


def test_the_target_is_no_business_of_the_optimisers() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    optimiser = SgdSettings().optimizer([*network.parameters(), *head.parameters()])
    held = {id(parameter) for group in optimiser.param_groups for parameter in group["params"]}
    assert held.isdisjoint(id(weight) for weight in target_of(head).parameters())
    assert {id(parameter) for part in (head.projector, head.predictor) for parameter in part.parameters()} <= held


def test_batch_norms_of_the_target_keep_averages_of_their_own_and_are_judged_by_them() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    follower = target_of(head).network
    batch = taught.prepare(images(), torch.Generator())
    loss_of(taught, network, head, batch)
    assert isinstance(follower, NormedNetwork)
    torch.testing.assert_close(follower.norm.running_mean, network.norm.running_mean)  # one batch, the same weights
    with torch.no_grad():
        network.norm.running_mean.fill_(7.0)  # type: ignore[union-attr]
    kept = copy.deepcopy(target_of(head).state_dict())
    taught.after_step(network, head)
    network.eval()
    head.eval()
    loss_of(taught, network, head, batch)
    assert not follower.training
    assert all(torch.equal(kept[name], now) for name, now in target_of(head).named_buffers())


def test_a_loss_in_evaluation_mode_depends_on_each_image_alone() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network)
    batch = taught.prepare(images(4), torch.Generator())
    loss_of(taught, network, head, batch)
    network.eval()
    head.eval()
    singles = [loss_of(taught, network, head, Batch(batch.inputs[[i, 4 + i]], ())) for i in range(4)]
    torch.testing.assert_close(loss_of(taught, network, head, batch), torch.stack(singles).mean())


def test_the_head_is_the_published_one() -> None:
    head = Byol(source=NoiseImages(16)).head([FeatureInfo(8, 1), FeatureInfo(64, 4)])
    assert isinstance(head, ByolHead)
    shapes = [[tuple(p.shape) for p in part.parameters()] for part in (head.projector, head.predictor)]
    assert shapes[0] == [(4096, 64), (4096,), (4096,), (4096,), (256, 4096), (256,)]
    assert shapes[1] == [(4096, 256), (4096,), (4096,), (4096,), (256, 4096), (256,)]
    assert [type(layer) for layer in head.predictor] == [nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.Linear]


def test_the_loss_falls_on_photographs(make_context: MakeContext) -> None:
    taught, photographs = Byol(source=Photos(16), hidden=64, outputs=16), Photos(16).draw(8, derive_rng(5))
    trainee = build_trainee(9, taught, make_context())

    def learnt(steps: int) -> float:
        settings = SgdSettings(0.05, precision="float32")
        train(trainee, taught, [photographs] * steps, torch.Generator(), settings, make_context())
        with torch.no_grad():
            batch = taught.prepare(photographs, torch.Generator())
            return float(loss_of(taught, trainee.network, trainee.head, batch))

    before = learnt(0)
    assert learnt(40) < 0.6 * before


def test_heads_are_copied_and_pickled_with_their_target() -> None:
    network, taught = NormedNetwork(), objective()
    head = started(taught, network).eval()
    batch = taught.prepare(images(), torch.Generator())
    network.eval()
    loss = loss_of(taught, network, head, batch)
    for other in (copy.deepcopy(head), pickle.loads(pickle.dumps(head))):
        assert loss_of(taught, network, other, batch) == loss
        with torch.no_grad():
            next(target_of(other).parameters()).fill_(9.0)
        assert not any(weight.requires_grad for weight in target_of(other).parameters())
    assert loss_of(taught, network, head, batch) == loss
    assert isinstance(pickle.loads(pickle.dumps(taught)), Byol)


def test_it_is_a_fitness_by_name_without_right_answers(make_context: MakeContext) -> None:
    assert not objective().has_answers
    options = {"steps": 2, "batch": 8, "held_out": 8, "precision": "float32", **SMALL}
    score = FITNESSES.build("byol", options, source=NoiseImages(16))(3, make_context())
    assert score.metrics == {"loss": -score.value}


def test_a_head_without_a_target_is_refused() -> None:
    network, taught = NormedNetwork(), objective()
    head = taught.head(network.feature_info)
    with pytest.raises(ValueError, match="call start"):
        loss_of(taught, network, head, taught.prepare(images(), torch.Generator()))


@pytest.mark.parametrize("options", [{"decay": -0.1}, {"decay": 1.1}, {"hidden": 0}, {"outputs": 0}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="are needed"):
        objective(**options)

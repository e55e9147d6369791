"""Catches: an optimiser with another momentum or decay than published, decay on biases and norms, a held-out loss in
training mode, weights that depend on global random state, a time-out that is ignored."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn

from fitness import DeadlineExceededError, EvalContext, Objective
from fitness.training.loop import AdamSettings, SgdSettings, Trainee, build_trainee, judge, train
from spaces import FeatureInfo, FeatureNetwork, InputSpec
from tasks import Batch, ImageBatch
from tests.tiny import TinyNetwork

MakeContext = Callable[..., EvalContext]
PICTURES = ImageBatch(torch.zeros(1, 1, 1, 1))


class Line(FeatureNetwork):
    """y = w x + b: a weight of four dimensions, which decays, and a bias of one, which does not."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_info = [FeatureInfo(1, 1)]
        self.layer = nn.Conv2d(1, 1, kernel_size=1)
        nn.init.constant_(self.layer.weight, 1.0)
        nn.init.constant_(self.layer.bias, 0.0)  # type: ignore[arg-type]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        return [self.layer(x)]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[0]


class MeanOutput(Objective):
    """An objective: the mean output for inputs of 2; notes what it was asked."""

    def __init__(self) -> None:
        self.prepared = 0
        self.modes: list[bool] = []

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        self.prepared += 1
        return Batch(torch.full_like(batch.images, 2.0), ())

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        return nn.Sequential(nn.BatchNorm2d(feature_info[0].channels), nn.Linear(2, 2))

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        self.modes.append(head.training)
        return features[0].mean()


def line() -> Trainee:
    return Trainee(Line(), nn.Identity(), 0.0)


def run(trainee: Trainee, objective: MeanOutput, context: EvalContext, *, steps: int, **settings: float) -> None:
    given = SgdSettings(precision="float32", **settings)  # type: ignore[arg-type]
    train(trainee, objective, [PICTURES] * steps, torch.Generator(), given, context)


def test_two_steps_are_those_worked_by_hand(make_context: MakeContext) -> None:
    # y = 2w + b, so dw = 2 and db = 1; rate 0.1, momentum 0.9, decay 0.5 on w alone; w = 1, b = 0.
    # 1: v = 2 + 0.5 = 2.5, w = 0.75; u = 1, b = -0.1.
    # 2: v = 0.9 * 2.5 + 2 + 0.375 = 4.625, w = 0.2875; u = 1.9, b = -0.29.
    trainee = line()
    run(trainee, MeanOutput(), make_context(), steps=2, learning_rate=0.1, momentum=0.9, weight_decay=0.5)
    weight, bias = (parameter.item() for parameter in trainee.network.parameters())
    assert (weight, bias) == pytest.approx((0.2875, -0.29), abs=1e-6)


def test_two_clipped_steps_of_a_warm_up_are_those_worked_by_hand(make_context: MakeContext) -> None:
    # dw = 2 and db = 1 have the norm sqrt(5), here cut down to sqrt(5) / 2; rates .1 / 4 and .1 / 2, then .1 * 3 / 4.
    trainee = line()
    given = {"learning_rate": 0.1, "momentum": 0.0, "weight_decay": 0.0, "clip": 5**0.5 / 2, "warm_up": 4}
    run(trainee, MeanOutput(), make_context(), steps=3, **given)
    weight, bias = (parameter.item() for parameter in trainee.network.parameters())
    assert (weight, bias) == pytest.approx((1 - (0.025 + 0.05 + 0.075), -0.5 * (0.025 + 0.05 + 0.075)), abs=1e-5)


def test_a_warm_up_ends_at_the_rate_and_goes_with_no_cosine() -> None:
    for settings in (SgdSettings(learning_rate=0.4, warm_up=2), AdamSettings(learning_rate=0.4, warm_up=2)):
        optimizer = settings.optimizer([nn.Parameter(torch.zeros(1))])
        schedule, rates = settings.schedule(optimizer, 4), []
        for _ in range(4):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        assert rates == pytest.approx([0.2, 0.4, 0.4, 0.4])
    with pytest.raises(ValueError, match="warm_up=2: goes with a constant rate alone"):
        SgdSettings(cosine=True, warm_up=2)


def test_two_steps_of_adam_are_those_worked_by_hand(make_context: MakeContext) -> None:
    # Rate 0.1 and decay 0.5 on both. Where the gradient keeps its sign, Adam's first step is the rate itself.
    # 1: dw = 2 + 0.5 * 1, db = 1, so w = 0.9 and b = -0.1.
    # 2: dw = 2 + 0.45 = 2.45, mean (0.9 * 0.25 + 0.245) / 0.19, square (0.999 * 0.00625 + 0.0060025) / 0.001999.
    #    db = 1 - 0.05 = 0.95, mean (0.09 + 0.095) / 0.19, square (0.000999 + 0.0009025) / 0.001999.
    trainee, adam = line(), AdamSettings(learning_rate=0.1, weight_decay=0.5, precision="float32")
    train(trainee, MeanOutput(), [PICTURES] * 2, torch.Generator(), adam, make_context())
    weight, bias = (parameter.item() for parameter in trainee.network.parameters())
    assert weight == pytest.approx(0.9 - 0.1 * (0.47 / 0.19) / (0.01224625 / 0.001999) ** 0.5, abs=1e-5)
    assert bias == pytest.approx(-0.1 - 0.1 * (0.185 / 0.19) / (0.0019015 / 0.001999) ** 0.5, abs=1e-5)


def test_along_a_cosine_the_rate_falls_to_nothing(make_context: MakeContext) -> None:
    # y = 2w, dw = 2, no momentum: rates 0.1, 0.05 of two steps.
    trainee = line()
    run(trainee, MeanOutput(), make_context(), steps=2, momentum=0.0, weight_decay=0.0, cosine=True)
    assert next(trainee.network.parameters()).item() == pytest.approx(1 - 0.2 - 0.1, abs=1e-6)


class Following(MeanOutput):
    """Counts how often it was told of a step, and notes the weight it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def start(self, network: FeatureNetwork, head: nn.Module) -> None:
        self.seen.append(next(network.parameters()).item())

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
        self.seen.append(next(network.parameters()).item())


class AfterStepAlone(MeanOutput):
    """Follows, and needs no start."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
        self.steps += 1


def test_following_needs_no_start(make_context: MakeContext) -> None:
    objective = AfterStepAlone()
    run(line(), objective, make_context(), steps=3)
    assert objective.steps == 3


def test_an_objective_that_follows_is_told_of_the_start_and_of_every_step(make_context: MakeContext) -> None:
    objective = Following()
    run(line(), objective, make_context(), steps=2, momentum=0.0, weight_decay=0.0)
    assert objective.seen == pytest.approx([1.0, 0.8, 0.6], abs=1e-6)


class Doubling(MeanOutput):
    """Runs the network its own way and calls one answer in four right, then three."""

    def encode(self, network: FeatureNetwork, batch: Batch) -> list[Tensor]:
        return [2 * x for x in network.forward_features(batch.inputs)]

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return torch.tensor(0.25 if self.prepared == 1 else 0.75)


def test_an_objectives_own_way_of_running_the_network_and_its_right_answers_count(make_context: MakeContext) -> None:
    trained = line()
    run(trained, Doubling(), make_context(), steps=1, momentum=0.0, weight_decay=0.0)
    assert next(trained.network.parameters()).item() == pytest.approx(1 - 0.1 * 4, abs=1e-6)
    judgement = judge(line(), Doubling(), [PICTURES] * 2, torch.Generator(), "float32", make_context())
    assert (judgement.loss, judgement.accuracy) == (4.0, 0.5)


@pytest.mark.parametrize("settings", [SgdSettings(), AdamSettings()])
def test_frozen_parameters_are_left_alone(make_context: MakeContext, settings: SgdSettings | AdamSettings) -> None:
    trainee = line()
    weight, bias = trainee.network.parameters()
    weight.requires_grad_(False)
    train(trainee, MeanOutput(), [PICTURES], torch.Generator(), settings, make_context())
    assert (weight.item(), bias.item() != 0.0) == (1.0, True)


def test_the_published_settings_are_the_default() -> None:
    settings = SgdSettings()
    assert (settings.learning_rate, settings.momentum, settings.weight_decay) == (0.1, 0.9, 4e-5)


def test_every_step_prepares_anew_and_trains_in_training_mode(make_context: MakeContext) -> None:
    objective = MeanOutput()
    run(line(), objective, make_context(), steps=3)
    assert (objective.prepared, objective.modes) == (3, [True] * 3)


def test_the_loss_judged_is_that_of_evaluation_mode_and_changes_no_weight(make_context: MakeContext) -> None:
    objective, trainee = MeanOutput(), line()
    judgement = judge(trainee, objective, [PICTURES] * 2, torch.Generator(), "float32", make_context())
    assert (judgement.loss, judgement.accuracy) == (2.0, None)
    assert (objective.prepared, objective.modes) == (2, [False] * 2)
    assert not trainee.network.training
    assert all(parameter.grad is None for parameter in trainee.network.parameters())


def test_a_deadline_ends_training_between_steps(make_context: MakeContext) -> None:
    class Impatient(MeanOutput):
        def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
            object.__setattr__(context, "deadline", 0.0 if self.prepared == 1 else None)
            return super().prepare(batch, generator)

    context, objective = make_context(), Impatient()
    with pytest.raises(DeadlineExceededError):
        run(line(), objective, context, steps=5)
    assert objective.prepared == 2


def test_a_deadline_ends_judging_between_batches(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        judge(line(), MeanOutput(), [PICTURES], torch.Generator(), "float32", make_context(deadline=0.0))


def weights(context: EvalContext) -> list[Tensor]:
    trainee = build_trainee(3, MeanOutput(), context)
    return [*trainee.network.parameters(), *trainee.head.parameters()]


def test_weights_depend_on_the_contexts_generator_alone_and_leave_the_global_one_alone(
    make_context: MakeContext,
) -> None:
    torch.manual_seed(1)
    first, drawn = weights(make_context(seed=1)), torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(3), drawn)
    again, other = weights(make_context(seed=1)), weights(make_context(seed=2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_weights_are_torchs_own_initialisation_under_the_seed_drawn(make_context: MakeContext) -> None:
    seed = int(make_context(seed=5).rng.integers(2**63))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        expected = TinyNetwork(3, *_shape())
    trainee = build_trainee(3, MeanOutput(), make_context(seed=5))
    assert all(torch.equal(a, b) for a, b in zip(trainee.network.parameters(), expected.parameters(), strict=True))
    assert trainee.build_s > 0


def test_a_shape_other_than_the_images_can_be_asked_for(make_context: MakeContext) -> None:
    trainee = build_trainee(3, MeanOutput(), make_context(), (InputSpec(5, 16), 7))
    shapes = [tuple(parameter.shape) for parameter in trainee.network.parameters()]
    assert (shapes[0][1], shapes[-1]) == (5, (7,))


def test_convolution_weights_lie_channels_last(make_context: MakeContext) -> None:
    (first, *_) = build_trainee(3, MeanOutput(), make_context()).network.parameters()
    assert first.is_contiguous(memory_format=torch.channels_last)


def _shape() -> tuple:  # type: ignore[type-arg]
    from fitness.base import network_shape
    from tasks.images.noise import NoiseImages

    return network_shape(NoiseImages(16))

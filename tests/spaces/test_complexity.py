"""Catches: a layer counted wrongly or not at all (groups, stride, transposed, functional calls), biases or
normalisation counted, shapes lost to the short cuts, real weights allocated, a random generator moved.
"""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import Complexity, InputSpec, count_complexity, count_parameters
from spaces.complexity import NOTHING, count_layers, weightless
from spaces.nasbench201.space import NasBench201


class OneNetwork:
    """A space that builds what it is told, and remembers it."""

    def __init__(self, make: Callable[[], nn.Module]) -> None:
        self.make = make
        self.network: nn.Module | None = None

    def build(self, candidate: object, input_spec: InputSpec, num_outputs: int) -> nn.Module:
        self.network = self.make()
        return self.network


def complexity_of(make: Callable[[], nn.Module], *, channels: int = 3, size: int = 8) -> Complexity:
    return count_complexity(OneNetwork(make), None, InputSpec(channels, size), 10)


class Residual(nn.Module):
    """Adds what it is given in several ways, then convolves."""

    def __init__(self, add: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.add = add
        self.convolution = nn.Conv2d(3, 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(self.add(x))


class Merged(nn.Module):
    """Two layers' weights used in one functional call."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList(nn.Parameter(torch.empty(4, 3, 3, 3)) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(input=x, weight=torch.cat(list(self.weights)), padding=1)


@pytest.mark.parametrize(
    ("make", "params", "macs"),
    [
        # weights 5 * 3 * 9, biases 5; 64 positions
        (lambda: nn.Conv2d(3, 5, 3, padding=1), 135 + 5, 135 * 64),
        # stride 2 and no padding: 3 * 3 positions
        (lambda: nn.Conv2d(3, 5, 3, stride=2, bias=False), 135, 135 * 9),
        # each of 6 outputs reads one of 3 inputs
        (lambda: nn.Conv2d(3, 6, 3, padding=1, groups=3, bias=False), 54, 54 * 64),
        # every one of 64 inputs is multiplied by the whole kernel of 3 * 5 * 4
        (lambda: nn.ConvTranspose2d(3, 5, 2, stride=2, bias=False), 60, 60 * 64),
        (lambda: nn.Sequential(nn.Flatten(), nn.Linear(192, 7)), 192 * 7 + 7, 192 * 7),
        # a linear layer along the last axis of 3 * 8 rows
        (lambda: nn.Linear(8, 7, bias=False), 56, 56 * 24),
        (lambda: nn.Sequential(nn.Flatten(2), nn.Conv1d(3, 4, 1, bias=False)), 12, 12 * 64),
        (lambda: nn.BatchNorm2d(3), 6, 0),
        (Merged, 216, 216 * 64),
    ],
)
def test_layers_cost_what_a_hand_count_says(make: Callable[[], nn.Module], params: int, macs: int) -> None:
    assert complexity_of(make) == Complexity(params=params, macs=macs)


def test_a_layer_used_twice_is_one_set_of_parameters_and_two_of_multiply_adds() -> None:
    def make() -> nn.Module:
        layer = nn.Conv2d(3, 3, 1, bias=False)
        return nn.Sequential(layer, nn.ReLU(), layer)

    assert complexity_of(make) == Complexity(params=9, macs=2 * 9 * 64)


@pytest.mark.parametrize(
    "add",
    [
        lambda x: x + x,
        lambda x: x[:, :, :1, :1] + x,
        lambda x: x + x[:, :, :1, :1],
        lambda x: 1 + x,
        lambda x: x + 1,
        lambda x: torch.add(x, x),
        lambda x: torch.add(input=x, other=x),
        lambda x: sum([x, x]),
        lambda x: functional.relu(input=x),
    ],
)
def test_shapes_survive_every_way_to_add(add: Callable[[Tensor], Tensor]) -> None:
    assert complexity_of(lambda: Residual(add)) == Complexity(params=6, macs=6 * 64)


def test_normalisation_without_statistics_works_on_a_single_pixel() -> None:
    def make() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 4, 4, bias=False), nn.BatchNorm2d(4, affine=False, track_running_stats=False))

    assert complexity_of(make, size=4) == Complexity(params=192, macs=192)


def test_what_is_built_weightless_has_shapes_alone_and_costs_no_random_number() -> None:
    before = torch.get_rng_state()
    with weightless() as counter:
        layer = nn.Linear(3, 4)
        layer(torch.empty(1, 3))
    assert layer.weight.is_meta
    assert counter.total == 12
    assert torch.equal(torch.get_rng_state(), before)
    assert not nn.Linear(3, 4).weight.is_meta


def test_no_weights_are_allocated() -> None:
    space = OneNetwork(lambda: nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)))
    count_complexity(space, None, InputSpec(), 10)
    assert space.network is not None
    assert all(tensor.is_meta for tensor in space.network.state_dict().values())


def test_torchs_generator_is_left_alone_even_by_a_build_that_draws_from_it() -> None:
    def make() -> nn.Module:
        torch.rand(3, device="cpu")
        return nn.Conv2d(3, 4, 1)

    before = torch.get_rng_state()
    complexity_of(make)
    assert torch.equal(torch.get_rng_state(), before)


def test_counting_leaves_later_work_on_the_real_device_with_real_weights() -> None:
    complexity_of(lambda: nn.Conv2d(3, 4, 1))
    layer = nn.Conv2d(3, 4, 1)
    assert layer.weight.device.type == "cpu"
    assert layer.weight.abs().max() > 0


def test_counted_multiply_adds_equal_those_of_really_running_a_network(count_layers: Callable) -> None:
    space = NasBench201(cells_per_stage=1, affine=True)  # convolutions one by one, so that each can be watched
    cell = space.decode("|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|none~2|")
    cell = space.decode(space.encode(cell).replace("none~2", "nor_conv_1x1~2"))
    network = space.build(cell, InputSpec(size=16), 7)
    counted = count_complexity(space, cell, InputSpec(size=16), 7)
    assert counted.macs == count_layers(network, 16).macs
    assert counted.params == count_parameters(network)


def test_errors_of_the_space_come_through() -> None:
    space = NasBench201()
    with pytest.raises(ValueError, match="input size 30"):
        count_complexity(space, next(space.candidates()), InputSpec(size=30), 10)


def test_parts_are_counted_alone_and_add_up() -> None:
    convolution = count_layers(lambda: nn.Conv2d(3, 2, 3, padding=1), (1, 3, 4, 4))
    assert convolution == Complexity(params=56, macs=16 * 54)
    assert NOTHING + convolution + Complexity(1, 2) == Complexity(57, 16 * 54 + 2)

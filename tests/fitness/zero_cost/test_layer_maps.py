"""Catches: a layer that is not seen, one that is no layer, layers computed as one that count once, wrong columns."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.interception import NORMALISING, RELUS
from fitness.zero_cost.layer_maps import ACTIVATIONS, LayerMaps

X = torch.arange(2 * 2 * 2 * 3.0).view(2, 2, 2, 3) - 10  # [B, C, H, W]
CHANNELS_LAST = X.permute(0, 2, 3, 1).reshape(-1, 2)


def doubling(*, trained: bool = True, count: int = 1) -> nn.Conv2d:
    """Return a convolution that doubles both channels, ``count`` times over."""
    layer = nn.Conv2d(2, 2 * count, 1, bias=False).requires_grad_(requires_grad=trained)
    layer.weight.data = 2 * torch.eye(2)[:, :, None, None].repeat(count, 1, 1, 1)
    return layer


def maps_of(call: nn.Module, x: Tensor = X, of: frozenset[object] = frozenset()) -> list[Tensor]:
    maps = LayerMaps(of, Tensor.clone)  # type: ignore[arg-type]
    with maps:
        call(x)
    return maps.matrices()


def test_a_map_is_a_matrix_of_places_and_channels() -> None:
    (matrix,) = maps_of(doubling())
    assert torch.equal(matrix, 2 * CHANNELS_LAST)
    assert not matrix.requires_grad


def test_constant_kernels_are_no_layers_and_functions_only_where_asked_for() -> None:
    network = nn.Sequential(doubling(trained=False), nn.ReLU(inplace=True))
    assert maps_of(network, X.clone()) == []
    (matrix,) = maps_of(network, X.clone(), RELUS)
    assert torch.equal(matrix, (2 * CHANNELS_LAST).clamp_min(0))


def test_what_is_kept_outlives_a_change_in_place() -> None:
    before, after = maps_of(nn.Sequential(doubling(), nn.ReLU(inplace=True)), of=RELUS)
    assert torch.equal(before, 2 * CHANNELS_LAST)
    assert torch.equal(after, before.clamp_min(0))


def test_linear_maps_have_their_channels_last() -> None:
    layer = nn.Linear(3, 3, bias=False)
    layer.weight.data = torch.eye(3)
    found = maps_of(nn.Sequential(layer, nn.ReLU()), of=RELUS)
    assert [torch.equal(matrix, want) for matrix, want in zip(found, (X, X.clamp_min(0)), strict=True)] == [False] * 2
    assert torch.equal(found[0], X.view(-1, 3))
    assert torch.equal(found[1], X.view(-1, 3).clamp_min(0))


class Joined(nn.Module):
    """Two layers that are computed as one, with all that follows, and then taken apart."""

    def __init__(self, taking_apart: object) -> None:
        super().__init__()
        self.layers = nn.ModuleList([doubling(), doubling()])
        self.taking_apart = taking_apart

    def forward(self, x: Tensor) -> Tensor:
        weight = torch.cat([layer.weight * (number + 1) for number, layer in enumerate(self.layers)])
        maps = functional.relu(functional.batch_norm(functional.conv2d(x, weight), None, None, training=True))
        one, other = self.taking_apart(maps)  # type: ignore[operator]
        return one + other


def test_layers_that_are_computed_as_one_count_apart() -> None:
    ways = (
        lambda maps: maps.chunk(2, dim=1),
        lambda maps: torch.split(maps, [2, 2], dim=1),
        lambda maps: maps.split(2, 1),
    )
    for taking_apart in ways:
        found = maps_of(Joined(taking_apart), of=NORMALISING | RELUS)
        assert [tuple(matrix.shape) for matrix in found] == [(12, 2)] * 6  # of convolution, norm and ReLU two each
        assert torch.equal(found[0], 2 * CHANNELS_LAST)
        assert torch.equal(found[1], 4 * CHANNELS_LAST)


def test_pieces_of_the_batch_are_no_layers() -> None:
    found = maps_of(Joined(lambda maps: maps.chunk(2, dim=0)))
    assert [tuple(matrix.shape) for matrix in found] == [(12, 4)]


def test_every_activation_of_torch_is_seen() -> None:
    modules = [nn.ReLU(), nn.LeakyReLU(), nn.ELU(), nn.SELU(), nn.CELU(), nn.GELU(), nn.SiLU(), nn.ReLU6()]
    modules += [nn.Hardtanh(), nn.Hardswish(), nn.Mish(), nn.Softplus(), nn.Tanh(), nn.Sigmoid()]
    for module in modules:
        (matrix,) = maps_of(module, of=ACTIVATIONS)  # type: ignore[arg-type]
        torch.testing.assert_close(matrix, module(CHANNELS_LAST))

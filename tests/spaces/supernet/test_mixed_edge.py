"""Catches: an operation computed that gates leave out, or left out that they name, a weight on the wrong operation, a
gradient where there should be none, values dropped in the wrong unit, at the wrong rate or by the wrong generator.
"""

from collections import Counter
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from spaces import Dropping
from spaces.cells.operations import build_operation
from spaces.supernet.mixed_edge import EdgeGates, MixedEdge

CANDIDATES = ("none", "max_pool_3x3", "skip_connect", "conv_1x1", "noise")
POOL, SKIP, CONV = 1, 2, 3


def edge_of(candidates: tuple[str, ...] = CANDIDATES, stride: int = 1, **options: Any) -> MixedEdge:
    torch.manual_seed(0)
    return MixedEdge(
        candidates, stride, lambda name, step: build_operation(name, 4, step, affine=False, pool_norm=True), **options
    ).double()


def image(count: int = 3) -> Tensor:
    return torch.randn(count, 4, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def calls_of(edge: MixedEdge) -> Counter[str]:
    """Return a count that grows with every operation that is run."""
    called: Counter[str] = Counter()
    for name, operation in edge.operations.items():
        operation.register_forward_hook(lambda *_, name=name: called.update([name]))
    return called


def mixed(edge: MixedEdge, x: Tensor, gates: EdgeGates) -> Tensor:
    output = edge(x, gates)
    assert isinstance(output, Tensor)
    return output


@pytest.mark.parametrize("stride", [1, 2])
def test_an_edge_is_the_sum_of_weight_times_operation(stride: int) -> None:
    edge, x = edge_of(CANDIDATES[:-1], stride), image()
    weights = torch.tensor([0.4, 0.1, 0.2, 0.3], dtype=torch.float64)
    pool, skip, conv = (edge.operations[name](x) for name in CANDIDATES[1:-1])
    output = mixed(edge, x, EdgeGates(range(4), weights))
    torch.testing.assert_close(output, 0.1 * pool + 0.2 * skip + 0.3 * conv)


def test_only_what_gates_name_is_computed() -> None:
    edge = edge_of()
    called = calls_of(edge)
    mixed(edge, image(), EdgeGates((0, SKIP, CONV), torch.ones(5, dtype=torch.float64)))
    assert called == {"skip_connect": 1, "conv_1x1": 1}


def test_a_single_operation_without_weights_is_that_operation_to_the_bit() -> None:
    edge, x = edge_of(), image()
    assert torch.equal(mixed(edge, x, EdgeGates((CONV,))), edge.operations["conv_1x1"](x))
    one_hot = torch.tensor([0.0, 0, 0, 1, 0], dtype=torch.float64)
    assert torch.equal(mixed(edge, x, EdgeGates((CONV,), one_hot)), edge.operations["conv_1x1"](x))


def test_several_operations_without_weights_count_1_each() -> None:
    edge, x = edge_of(), image()
    torch.testing.assert_close(mixed(edge, x, EdgeGates((SKIP, CONV))), x + edge.operations["conv_1x1"](x))


@pytest.mark.parametrize("computed", [(), (0,)])
def test_none_alone_is_nothing(computed: tuple[int, ...]) -> None:
    assert edge_of()(image(), EdgeGates(computed, torch.ones(5, dtype=torch.float64))) is None


def test_no_gradient_but_that_of_its_gate_passes_a_detached_operation() -> None:
    """The two paths of SSWP-NAS: the active one counts 1, the other 0, and both gates learn."""
    edge, x = edge_of(("skip_connect", "conv_1x1")), image().requires_grad_()
    weights = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    slope = torch.randn_like(x)
    (mixed(edge, x, EdgeGates((0, 1), weights, detached=(1,))) * slope).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, slope)
    assert all(parameter.grad is None for parameter in edge.parameters())
    expected = torch.stack([(slope * x).sum(), (slope * edge.operations["conv_1x1"](x)).sum()])
    torch.testing.assert_close(weights.grad, expected)


@pytest.mark.parametrize("stride", [1, 2])
def test_an_auxiliary_skip_is_added_and_is_none_of_the_candidates(stride: int) -> None:
    edge, x = edge_of(("none", "skip_connect"), stride, auxiliary=True), image()
    weights = torch.tensor([0.5, 0.25], dtype=torch.float64)
    assert edge.auxiliary is not None
    expected = 0.25 * edge.operations["skip_connect"](x) + 0.7 * edge.auxiliary(x)
    torch.testing.assert_close(mixed(edge, x, EdgeGates((0, 1), weights, auxiliary=0.7)), expected)
    torch.testing.assert_close(mixed(edge, x, EdgeGates((0,), auxiliary=0.7)), 0.7 * edge.auxiliary(x))
    assert isinstance(edge.auxiliary, nn.Identity) == (stride == 1)


def test_an_auxiliary_skip_of_weight_0_is_not_computed() -> None:
    edge = edge_of(("skip_connect",), auxiliary=True)
    assert edge.auxiliary is not None
    edge.auxiliary.register_forward_hook(lambda *_: pytest.fail("it was computed"))
    edge(image(), EdgeGates((0,)))


def test_an_auxiliary_skip_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="built without it"):
        edge_of()(image(), EdgeGates((SKIP,), auxiliary=0.5))


def dropping(**chances: float) -> Dropping:
    return Dropping(torch.Generator().manual_seed(2), **chances)


def test_paths_are_dropped_image_by_image_and_the_mean_stays() -> None:
    x, gates = image(4_000)[:, :1, :1, :1], EdgeGates((SKIP,), dropping=dropping(paths=0.2))
    scale = gates.draw_scale(x)
    assert scale is not None
    assert scale.shape == (4_000, 1, 1, 1)
    assert scale.unique().tolist() == [0, 1.25]
    assert abs((scale == 0).double().mean() - 0.2) < 0.02
    assert gates.draw_scale(x) is not scale
    assert not torch.equal(gates.draw_scale(x), scale)  # type: ignore[arg-type]


def test_a_scale_is_that_of_the_edge_times_what_is_dropped() -> None:
    x, half = image(), torch.tensor(0.5, dtype=torch.float64)
    assert EdgeGates((SKIP,)).draw_scale(x) is None
    assert EdgeGates((SKIP,), scale=half).draw_scale(x) is half
    assert EdgeGates((SKIP,), scale=half, dropping=dropping(skips=0.5)).draw_scale(x) is half
    both = EdgeGates((SKIP,), scale=half, dropping=dropping(paths=0.5)).draw_scale(image(64))
    assert both is not None
    assert both.unique().tolist() == [0, 1]


def test_values_are_dropped_behind_an_identity_alone() -> None:
    edge, x = edge_of(), image(40)
    skipped = mixed(edge, x, EdgeGates((SKIP,), dropping=dropping(skips=0.75)))
    kept = skipped != 0
    torch.testing.assert_close(skipped[kept], 4 * x[kept])
    assert abs(kept.double().mean() - 0.25) < 0.03
    assert kept.flatten(1).any(1).all()  # by value, not by image
    conv = mixed(edge, x, EdgeGates((CONV,), dropping=dropping(skips=0.75)))
    assert torch.equal(conv, edge.operations["conv_1x1"](x))
    halved = edge_of(("skip_connect",), stride=2)
    assert (mixed(halved, x, EdgeGates((0,), dropping=dropping(skips=0.75))) != 0).all()


def test_what_is_dropped_is_a_function_of_the_generator_alone() -> None:
    edge, x = edge_of(), image()
    before = torch.get_rng_state()
    one, same = (mixed(edge, x, EdgeGates((SKIP,), dropping=dropping(skips=0.5))) for _ in range(2))
    assert torch.equal(one, same)
    assert torch.equal(torch.get_rng_state(), before)

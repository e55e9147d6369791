"""Catches: an active path not drawn by the pair's softmax, an estimator whose mean is not that of all pairs,
a gradient that passes through the other path, a step that changes the mass of a pair or what was not sampled.
"""

import math
from collections import Counter
from itertools import combinations, permutations

import pytest
import torch
from scipy import stats
from torch import Tensor

from evo.differentiable.relaxations.draws import sample
from evo.differentiable.relaxations.path_sampling import TwoPaths
from spaces import CellGates
from spaces.cells.operations import build_operation
from spaces.supernet.mixed_edge import EdgeGates, MixedEdge

CANDIDATES = ("skip_connect", "max_pool_3x3", "conv_1x1", "conv_3x3")
ALPHAS = torch.tensor([0.4, -0.3, 0.8, 0.0], dtype=torch.float64)
DRAWS = 20_000
MISSED = 1e-6
"""The chance that a right estimator fails its test, were the seed not fixed."""


def generator_of(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def mixed_edge() -> MixedEdge:
    torch.manual_seed(0)
    return MixedEdge(
        CANDIDATES, 1, lambda name, stride: build_operation(name, 2, stride, affine=False, pool_norm=True)
    ).double()


def image() -> Tensor:
    return torch.randn(3, 2, 4, 4, dtype=torch.float64, generator=generator_of(1))


def loss_of(output: Tensor) -> Tensor:
    return (output.exp() + output * image()[..., 0:1]).mean()  # not linear: its slope depends on the active path


def row_of(gates: CellGates, edge: int) -> EdgeGates:
    assert gates.weights is not None
    assert gates.computed is not None
    assert gates.detached is not None
    return EdgeGates(gates.computed[edge], gates.weights[edge], gates.detached[edge])


def by_hand(edge: MixedEdge, active: int, other: int) -> Tensor:
    """Return dL/dalpha by the formula, from the output of every operation alone."""
    outputs = [operation(image()).detach() for operation in edge.operations.values()]
    output = outputs[active].clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss_of(output), output)
    of_gates = {number: float((slope * outputs[number]).sum()) for number in (active, other)}
    total = sum(math.exp(ALPHAS[number]) for number in of_gates)
    shares = {number: math.exp(ALPHAS[number]) / total for number in of_gates}
    gradient = torch.zeros(4, dtype=torch.float64)
    for i in of_gates:
        gradient[i] = sum(of_gates[j] * shares[j] * ((i == j) - shares[i]) for j in of_gates)
    return gradient


def chances() -> dict[tuple[int, int], float]:
    """Return the chance of every active path and its other one."""
    shares = [float(share) for share in ALPHAS.softmax(0)]
    found = {}
    for one, other in combinations(range(4), 2):
        pair = shares[one] * shares[other] * (1 / (1 - shares[one]) + 1 / (1 - shares[other]))
        both = shares[one] + shares[other]
        found |= {(one, other): pair * shares[one] / both, (other, one): pair * shares[other] / both}
    return found


def many() -> tuple[Tensor, TwoPaths]:
    values = ALPHAS.repeat(DRAWS, 1).requires_grad_()
    generator = generator_of()
    return values, TwoPaths.drawn(values, sample(values, 2, generator), generator)


def test_every_active_path_and_its_other_one_are_as_frequent_as_they_should_be() -> None:
    assert sum(chances().values()) == pytest.approx(1)
    observed = Counter(map(tuple, many()[1].pairs.tolist()))
    for pair, chance in chances().items():
        assert stats.binomtest(observed[pair], DRAWS, chance).pvalue > MISSED


def test_the_gradient_of_a_pair_is_the_formulas() -> None:
    edge, x = mixed_edge(), image()
    for active, other in permutations(range(4), 2):
        values = ALPHAS.unsqueeze(0).clone().requires_grad_()
        gates = TwoPaths(torch.tensor([[active, other]])).learning(values)
        output = edge(x, row_of(gates, 0))
        torch.testing.assert_close(output, edge.operations[CANDIDATES[active]](x))
        (gradient,) = torch.autograd.grad(loss_of(output), values)
        torch.testing.assert_close(gradient[0], by_hand(edge, active, other))


def test_the_mean_of_many_draws_is_that_of_all_pairs() -> None:
    edge, x = mixed_edge(), image()
    values, paths = many()
    gates = paths.learning(values)
    drawn = list(map(tuple, paths.pairs.tolist()))
    mean = torch.zeros(4, dtype=torch.float64)
    for pair, times in Counter(drawn).items():  # the gates of equal pairs are equal: one of each is run
        loss = loss_of(edge(x, row_of(gates, drawn.index(pair))))
        (gradient,) = torch.autograd.grad(loss, values, retain_graph=True)
        mean += gradient.sum(dim=0) * times / DRAWS
    enumerated = {pair: by_hand(edge, *pair) for pair in chances()}
    expected = sum((chance * enumerated[pair] for pair, chance in chances().items()), torch.zeros(4))
    log = math.log(2 * len(mean) / MISSED)
    for number in range(4):  # Bernstein's inequality
        found = [float(gradient[number]) for gradient in enumerated.values()]
        centre = float(expected[number])
        variance = sum(chance * (value - centre) ** 2 for chance, value in zip(chances().values(), found, strict=True))
        spread = max(abs(value - centre) for value in found)
        bound = math.sqrt(2 * variance * log / DRAWS) + 2 * spread * log / (3 * DRAWS)
        assert abs(float(mean[number]) - centre) <= bound
        assert bound < 0.2 * max(map(abs, found))  # tight enough to tell estimators apart


def test_only_the_active_path_is_run_to_train_weights_and_only_it_passes_gradients_on() -> None:
    edge = mixed_edge()
    paths = TwoPaths(torch.tensor([[2, 3], [1, 2]]))
    assert paths.active().computed == [[2], [1]]
    assert paths.active().weights is None
    x = image().requires_grad_()
    loss = loss_of(edge(x, row_of(paths.learning(ALPHAS.repeat(2, 1)), 0)))
    active, other = (edge.operations[name][1].weight for name in ("conv_1x1", "conv_3x3"))
    of_x, of_active, of_other = torch.autograd.grad(loss, (x, active, other), allow_unused=True)
    assert of_other is None
    assert of_active.any()
    (alone,) = torch.autograd.grad(loss_of(edge.operations["conv_1x1"](x)), x)
    torch.testing.assert_close(of_x, alone)


def test_a_rescaled_step_moves_shares_within_pairs_and_nothing_else() -> None:
    before = torch.randn(5, 4, dtype=torch.float64, generator=generator_of(2))
    after = before + torch.randn(5, 4, dtype=torch.float64, generator=generator_of(3))
    pairs = torch.tensor([[0, 1], [3, 2], [1, 3], [2, 0], [3, 0]])
    found = TwoPaths(pairs).rescaled(before, after)
    for edge, (one, other) in enumerate(pairs.tolist()):
        rest = [number for number in range(4) if number not in (one, other)]
        assert torch.equal(found[edge, rest], before[edge, rest])
        mass = [float(values[edge, [one, other]].exp().sum()) for values in (before, found)]
        assert mass[0] == pytest.approx(mass[1], rel=1e-12)
        apart = [float(values[edge, one] - values[edge, other]) for values in (after, found)]
        assert apart[0] == pytest.approx(apart[1], rel=1e-12)


def test_a_step_that_went_nowhere_is_left_alone() -> None:
    before = torch.randn(5, 4, generator=generator_of(2))
    assert torch.equal(TwoPaths(torch.tensor([[0, 1]] * 5)).rescaled(before, before.clone()), before)

"""Catches: more than one operation run on an edge, one drawn by another law than the softmax, a wrong gradient of its
gate, a temperature off its ramp, a judgement of anything but the strongest.
"""

import math
from collections import Counter

import pytest
import torch
from scipy import stats

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.draws import gumbel
from evo.differentiable.relaxations.gdas import Gdas
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, SupernetOptions
from spaces.supernet.gates import single_paths
from spaces.supernet.mixed_edge import MixedEdge
from tests.evo.differentiable.small_supernets import begun, pass_of, plain

SHARES = (0.5, 0.25, 0.15, 0.1)


def row(count: int) -> torch.Tensor:
    return torch.tensor(SHARES, dtype=torch.float64).log().repeat(count, 1).requires_grad_()


@pytest.mark.parametrize("level", [Level.WEIGHTS, Level.ARCHITECTURE])
def test_one_operation_of_every_edge_is_drawn_from_the_softmax_whatever_the_temperature(level: Level) -> None:
    count = 4000
    gates = Gdas(first_tau=3.0).gates(Alphas({"cell": row(count)}, {}), pass_of(level))
    computed = [tuple(numbers) for numbers in gates.cells["cell"].computed or ()]
    observed = Counter(computed)
    assert sum(observed[number,] for number in range(4)) == count
    for number, share in enumerate(SHARES):
        assert stats.binomtest(observed[number,], count, share).pvalue > 1e-6
    assert gates.cells["cell"].detached is None
    if level is Level.WEIGHTS:
        assert gates.cells["cell"].weights is None


@pytest.mark.parametrize(("epoch", "tau"), [(0, 10.0), (1, 5.05), (2, 0.1)])
def test_the_gate_is_1_and_its_gradient_that_of_the_relaxed_choice(epoch: int, tau: float) -> None:
    variant, alphas = Gdas(), row(3)
    supernet = begun(variant, "nasbench201")
    assert variant.on_epoch(Moment(epoch, 3), supernet) is None
    weights = variant.gates(Alphas({"cell": alphas}, {}), pass_of(Level.ARCHITECTURE)).cells["cell"].weights
    assert weights is not None
    noise = gumbel(alphas, pass_of(Level.ARCHITECTURE).generator)
    for edge in range(3):
        noisy = [float(value) for value in (alphas + noise)[edge].detach()]
        chosen = max(range(4), key=noisy.__getitem__)
        assert weights[edge].tolist() == [float(number == chosen) for number in range(4)]
        raised = [math.exp((value - max(noisy)) / tau) for value in noisy]
        soft = [value / sum(raised) for value in raised]
        expected = [soft[chosen] * ((number == chosen) - soft[number]) / tau for number in range(4)]
        (gradient,) = torch.autograd.grad(weights[edge, chosen], alphas, retain_graph=True)
        assert gradient[edge].tolist() == pytest.approx(expected)
        assert gradient.count_nonzero() == gradient[edge].count_nonzero()


def test_cells_of_a_name_share_a_draw_and_only_drawn_operations_run() -> None:
    variant = Gdas()
    supernet = begun(variant, "nasbench201")
    called: Counter[str] = Counter()
    for edge in (module for module in supernet.modules() if isinstance(module, MixedEdge)):
        for name, operation in edge.operations.items():
            operation.register_forward_hook(lambda *_, name=name: called.update([name]))
    gates = variant.gates(supernet.alphas, pass_of(Level.WEIGHTS))
    supernet(torch.randn(2, 3, 8, 8), gates)
    rows = supernet.candidates["cell"]
    drawn = Counter(rows[edge][number] for edge, (number,) in enumerate(gates.cells["cell"].computed or ()))
    del drawn["none"]
    assert called == {name: 3 * times for name, times in drawn.items()}  # three cells


def test_a_judgement_is_of_the_strongest_operations() -> None:
    variant = Gdas()
    assert variant.options() == SupernetOptions()
    supernet = begun(variant, "darts")
    expected = single_paths(strongest_paths(supernet, supernet.alphas))
    assert plain(variant.gates(supernet.alphas, pass_of(Level.JUDGING))) == plain(expected)


@pytest.mark.parametrize("taus", [(0.0, 1.0), (1.0, 0.0), (math.inf, 1.0), (1.0, math.nan)])
def test_temperatures_out_of_range_are_refused(taus: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"first_tau=.*finite numbers above 0"):
        Gdas(first_tau=taus[0], last_tau=taus[1])

"""Catches: more than one operation run on an edge, one drawn by another law than the softmax, a wrong gradient of its
gate, a temperature off its ramp, a judgement of anything but the strongest; a gradient that is not the published one,
of an edge that computes nothing too, in either form, for either order and for the Hessian.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from scipy import stats
from torch import Tensor

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.draws import gumbel
from evo.differentiable.relaxations.gdas import Gdas
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, CellGates, Gates, Supernet, SupernetOptions
from spaces.supernet.gates import single_paths
from spaces.supernet.mixed_edge import EdgeGates, MixedEdge
from spaces.supernet.mixed_graph import MixedGraph
from tests.evo.differentiable.small_supernets import begun, pass_of, plain
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer

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


def published(self: MixedGraph, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> list[Tensor]:
    """Return the states of a cell as the published program writes them, by hard weights and the numbers drawn."""
    (x,) = inputs
    nodes = [x]
    for incoming in self.nodes:
        total: Any = 0
        for number, source in incoming:
            edge: Any = self.edges[number]
            (drawn,) = gates[number].computed
            name = edge.candidates[drawn]
            output = nodes[source] * 0 if name == "none" else edge.operations[name](nodes[source])
            weights = gates[number].weights
            if weights is None:
                total = total + output
                continue
            total = total + sum(weights[k] * output if k == drawn else weights[k] for k in range(len(weights)))
        nodes.append(total)
    return nodes


def supernet_in_float64(variant: Gdas) -> tuple[Supernet[Any], Tensor]:
    supernet = begun(variant, "nasbench201").double()
    with torch.no_grad():
        for alphas in supernet.architecture_parameters():
            alphas[:] = torch.linspace(-0.5, 0.5, alphas.numel()).view_as(alphas)
    return supernet, torch.randn(4, 3, 8, 8, dtype=torch.float64)


def loss_of(supernet: Supernet[Any], x: Tensor, gates: Gates) -> Tensor:
    return supernet(x, gates)[:, :5].log_softmax(dim=1)[:, 0].mean().square()


def hard_gates(alphas: Tensor, tau: float, seed: int) -> Gates:
    """Return gates of the published program's hard weights."""
    logits = (alphas.log_softmax(dim=1) + gumbel(alphas, pass_of(Level.ARCHITECTURE, seed).generator)) / tau
    shares = logits.softmax(dim=1)
    index = shares.max(dim=1, keepdim=True)[1]
    hard = torch.zeros_like(logits).scatter_(1, index, 1.0) - shares.detach() + shares
    return Gates({"cell": CellGates(hard, computed=index.tolist())})


def in_both_forms(supernet: Supernet[Any], x: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Return the gradients of the variant, as published by default, and lean."""
    found = []
    for lean in (False, True):
        variant = Gdas(first_tau=2.0, lean_gradient=lean)
        loss = loss_of(supernet, x, variant.gates(supernet.alphas, pass_of(Level.ARCHITECTURE, seed)))
        found += torch.autograd.grad(loss, supernet.architecture_parameters())
    return found[0], found[1]


def test_the_gradient_is_that_of_the_published_program(monkeypatch: pytest.MonkeyPatch) -> None:
    supernet, x = supernet_in_float64(Gdas())
    (alphas,) = supernet.architecture_parameters()
    seeds = (0, 2, 5)
    found = [in_both_forms(supernet, x, seed) for seed in seeds]
    monkeypatch.setattr(MixedGraph, "forward", published)
    drawn: set[int] = set()
    for seed, (as_published, lean) in zip(seeds, found, strict=True):
        gates = hard_gates(alphas, 2.0, seed)
        numbers = [row[0] for row in gates.cells["cell"].computed or ()]
        drawn |= set(numbers)
        (expected,) = torch.autograd.grad(loss_of(supernet, x, gates), alphas)
        torch.testing.assert_close(as_published, expected, rtol=1e-9, atol=1e-12)
        of_none = [edge for edge, number in enumerate(numbers) if number == 0]
        assert not lean[of_none].any()
    assert 0 in drawn
    assert len(drawn) > 2
    wanted, others = (torch.stack(each) for each in zip(*found, strict=True))
    assert 0.2 < (others - wanted).norm() / wanted.norm() < 2


def test_without_the_other_gates_only_the_operation_drawn_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    supernet, x = supernet_in_float64(Gdas())
    (alphas,) = supernet.architecture_parameters()
    _, lean = in_both_forms(supernet, x, 5)
    gates = hard_gates(alphas, 2.0, 5)
    cell = gates.cells["cell"]
    assert cell.weights is not None
    alone = torch.zeros_like(cell.weights).scatter(1, torch.tensor(cell.computed), 1.0)
    learning = alone * cell.weights + (1 - alone) * cell.weights.detach()
    monkeypatch.setattr(MixedGraph, "forward", published)
    loss = loss_of(supernet, x, Gates({"cell": CellGates(learning, computed=cell.computed)}))
    torch.testing.assert_close(lean, torch.autograd.grad(loss, alphas)[0], rtol=1e-9, atol=1e-12)
    assert lean.any()


def test_the_hessian_is_that_of_the_published_program(monkeypatch: pytest.MonkeyPatch) -> None:
    supernet, x = supernet_in_float64(Gdas())
    (alphas,) = supernet.architecture_parameters()

    def row(gates: Gates) -> Tensor:
        (gradient,) = torch.autograd.grad(loss_of(supernet, x, gates), alphas, create_graph=True)
        (product,) = torch.autograd.grad((gradient * torch.linspace(-1, 1, 30).view_as(gradient)).sum(), alphas)
        return product

    found = row(Gdas(first_tau=2.0).gates(supernet.alphas, pass_of(Level.ARCHITECTURE, 5)))
    monkeypatch.setattr(MixedGraph, "forward", published)
    torch.testing.assert_close(found, row(hard_gates(alphas, 2.0, 5)), rtol=1e-9, atol=1e-12)
    assert found.abs().max() > 1e-6


@pytest.mark.parametrize("order", [1, 2])
def test_a_search_steps_as_the_published_program_does(order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained() -> Tensor:
        trainer = make_trainer(make_setup("rotation", pictures=8, order=order), Gdas())
        trainer.epoch(0)
        (alphas,) = trainer.supernet.architecture_parameters()
        assert alphas.grad is not None
        return alphas.grad

    found = trained()
    monkeypatch.setattr(MixedGraph, "forward", published)
    torch.testing.assert_close(found, trained(), rtol=1e-3, atol=1e-6)


def test_what_is_drawn_follows_parameters_whichever_way_they_are_moved() -> None:
    variant, alphas = Gdas(), Alphas({"cell": torch.zeros(5, 4)}, {})
    variant.gates(alphas, pass_of(Level.WEIGHTS))
    for number in range(4):
        with torch.no_grad():
            alphas.operations["cell"].data[:, number] += 1000.0 * (number + 1)  # which torch does not count
        variant.after_architecture_step(alphas)
        computed = variant.gates(alphas, pass_of(Level.WEIGHTS)).cells["cell"].computed
        assert computed == [[number]] * 5

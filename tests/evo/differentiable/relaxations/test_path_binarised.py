"""Catches: a cell that is frozen at another epoch, to another operation or never, a frozen edge that runs two,
parameters of frozen or unsampled operations that an optimiser moves, operations dropped in the wrong pass or phase, a
derivation that forgets what is frozen.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import torch

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.path_binarised import PathBinarised
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Gates, Supernet, SupernetOptions
from spaces.supernet.mixed_edge import MixedEdge
from tests.evo.differentiable.small_supernets import pass_of, plain, supernet_of

EPOCHS = 10  # 2 of warm-up, 4 of both levels, 4 in which 3 cells are frozen
CELLS = ("cell_0", "cell_1", "cell_2")
WARMING, WARM, LAST = Moment(1, EPOCHS), Moment(2, EPOCHS), Moment(EPOCHS - 1, EPOCHS)
SKIP, POOLS = 0, {1, 2}


@pytest.fixture(scope="module")
def layered() -> Supernet[Any]:
    return supernet_of("layered")


def scattered(supernet: Supernet[Any], seed: int = 0) -> Supernet[Any]:
    """Return the supernet with other architecture parameters."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for values in supernet.architecture_parameters():
            values.copy_(torch.randn(values.shape, generator=generator))
    return supernet


def at(moment: Moment, supernet: Supernet[Any], **options: Any) -> PathBinarised:
    variant = PathBinarised(**options)
    variant.begin(supernet)
    assert variant.on_epoch(moment, supernet) is None
    return variant


def numbers_of(gates: Gates, name: str) -> list[list[int]]:
    return [list(numbers) for numbers in gates.cells[name].computed or ()]


def test_parameters_start_equal() -> None:
    assert PathBinarised().options() == SupernetOptions(spread=0.0)


def test_weights_learn_on_one_operation_per_edge_and_parameters_on_two(layered: Supernet[Any]) -> None:
    variant = at(WARM, layered)
    gates = variant.gates(layered.alphas, pass_of(Level.WEIGHTS))
    assert {len(numbers) for name in CELLS for numbers in numbers_of(gates, name)} == {1}
    assert all(cell.weights is None for cell in gates.cells.values())
    gates = variant.gates(layered.alphas, pass_of(Level.ARCHITECTURE))
    for cell in gates.cells.values():
        assert cell.weights is not None
        for row, computed, detached in zip(
            cell.weights.tolist(), cell.computed or (), cell.detached or (), strict=True
        ):
            active, other = computed
            assert list(detached) == [other] != [active]
            assert row == [float(number == active) for number in range(7)]


@pytest.mark.parametrize(
    ("pruning", "order"), [("forward", CELLS), ("backward", CELLS[::-1]), ("none", ())], ids=lambda given: str(given)
)
def test_cells_are_frozen_one_after_the_other_until_all_are(
    layered: Supernet[Any], pruning: Any, order: Sequence[str]
) -> None:
    variant = PathBinarised(pruning=pruning)
    variant.begin(layered)
    expected: dict[str, list[int]] = {}
    begins = dict(zip((6, 7, 8), order, strict=False))
    for epoch in range(EPOCHS):
        strongest = strongest_paths(scattered(layered, epoch), layered.alphas)
        assert variant.on_epoch(Moment(epoch, EPOCHS), layered) is None
        if epoch in begins:
            expected[begins[epoch]] = strongest[begins[epoch]]
        assert variant.state() == {"frozen": expected}
        assert variant.trains_architecture(Moment(epoch, EPOCHS)) == (epoch >= 2 and len(expected) < 3)
    assert set(expected) == set(order)


@pytest.mark.parametrize("epochs", [1, 2, 3, 5])
def test_every_cell_is_frozen_however_short_the_search(layered: Supernet[Any], epochs: int) -> None:
    variant = PathBinarised()
    variant.begin(layered)
    for epoch in range(epochs):
        variant.on_epoch(Moment(epoch, epochs), layered)
    assert set(variant.state()["frozen"]) == set(CELLS)


def test_a_frozen_edge_runs_one_operation_in_every_pass(layered: Supernet[Any]) -> None:
    variant = at(LAST, scattered(layered))
    frozen = variant.state()["frozen"]
    called: Counter[tuple[int, str]] = Counter()
    edges = [module for module in layered.modules() if isinstance(module, MixedEdge)]
    hooks = [
        operation.register_forward_hook(lambda *_, key=(place, name): called.update([key]))
        for place, edge in enumerate(edges)
        for name, operation in edge.operations.items()
    ]
    rows = [row for name in CELLS for row in layered.candidates[name]]
    chosen = [number for name in CELLS for number in frozen[name]]
    for level in Level:
        called.clear()
        with torch.no_grad():
            layered(torch.randn(2, 3, 8, 8), variant.gates(layered.alphas, pass_of(level)))
        assert called == {(place, row[number]): 1 for place, (row, number) in enumerate(zip(rows, chosen, strict=True))}
    for hook in hooks:
        hook.remove()


def test_no_gradient_reaches_the_parameters_of_a_frozen_cell(layered: Supernet[Any]) -> None:
    variant = at(Moment(6, EPOCHS), scattered(layered))
    gates = variant.gates(layered.alphas, pass_of(Level.ARCHITECTURE))
    loss = layered(torch.randn(2, 3, 8, 8), gates).square().mean()
    gradients = torch.autograd.grad(loss, layered.architecture_parameters(), allow_unused=True)
    assert [gradient is not None for gradient in gradients] == [False, True, True]
    for gradient, name in zip(gradients[1:], CELLS[1:], strict=True):
        sampled = torch.zeros(14, 7).scatter(1, torch.tensor(numbers_of(gates, name)), 1.0)
        assert gradient is not None
        assert not gradient[sampled == 0].any()


@pytest.mark.parametrize("missing", [None, 0.0], ids=["no gradient", "gradients of zero"])
def test_no_optimiser_moves_what_is_frozen_or_was_not_sampled(layered: Supernet[Any], missing: float | None) -> None:
    parameters = scattered(layered).architecture_parameters()
    optimiser = torch.optim.Adam(parameters, lr=0.1, betas=(0.9, 0.99), weight_decay=0.1)
    variant = PathBinarised()
    variant.begin(layered)
    for epoch in range(2, 8):
        variant.on_epoch(Moment(epoch, EPOCHS), layered)
        before = {name: values.detach().clone() for name, values in layered.alphas.operations.items()}
        gates = variant.gates(layered.alphas, pass_of(Level.ARCHITECTURE, seed=epoch))
        cells = {name: cell.weights for name, cell in gates.cells.items() if cell.weights is not None}
        loss = sum((weights * torch.randn(14, 7)).sum() for weights in cells.values())
        for values, gradient in zip(parameters, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True):
            values.grad = torch.full_like(values, missing) if gradient is None and missing is not None else gradient
        variant.gates(layered.alphas, pass_of(Level.WEIGHTS))  # what is sampled for weights is another matter
        variant.before_architecture_step(layered.alphas)
        optimiser.step()
        with torch.no_grad():
            variant.after_architecture_step(layered.alphas)
        for name, values in layered.alphas.operations.items():
            assert torch.equal(values, before[name]) == (name not in cells)
            if name in cells:
                pairs = torch.tensor(numbers_of(gates, name))
                others = torch.ones(14, 7).scatter(1, pairs, 0.0).bool()
                assert torch.equal(values[others], before[name][others])
                masses = [each.gather(1, pairs).exp().sum(1) for each in (values, before[name])]
                torch.testing.assert_close(*masses)
    assert set(variant.state()["frozen"]) == {"cell_0", "cell_1"}


@pytest.mark.parametrize("pools", [False, True])
def test_skips_are_dropped_only_to_train_weights_and_only_after_the_warm_up(
    layered: Supernet[Any], pools: bool
) -> None:
    with torch.no_grad():
        for values in layered.architecture_parameters():
            values.zero_()

    def seen(moment: Moment, level: Level) -> set[int]:
        variant = at(moment, layered, operation_dropout=1.0, pool_dropout=pools, pruning="none")
        return {
            number
            for seed in range(5)
            for name in CELLS
            for numbers in numbers_of(variant.gates(layered.alphas, pass_of(level, seed)), name)
            for number in numbers
        }

    everything = set(range(7))
    assert seen(WARMING, Level.WEIGHTS) == everything
    assert seen(WARM, Level.ARCHITECTURE) == everything
    for moment in (WARM, LAST):
        assert seen(moment, Level.WEIGHTS) == everything - {SKIP} - (POOLS if pools else set())


def test_a_judgement_is_of_what_is_frozen_and_else_of_the_strongest(layered: Supernet[Any]) -> None:
    variant = at(Moment(7, EPOCHS), scattered(layered, 1))
    frozen = variant.state()["frozen"]
    strongest = strongest_paths(scattered(layered, 2), layered.alphas)
    gates = variant.gates(layered.alphas, pass_of(Level.JUDGING))
    for name in CELLS:
        assert numbers_of(gates, name) == [[number] for number in frozen.get(name, strongest[name])]


def test_frozen_edges_are_derived_with_their_operation_and_ranked_by_the_softmax(layered: Supernet[Any]) -> None:
    variant = at(LAST, scattered(layered, 1))
    frozen = variant.state()["frozen"]
    derived = layered.gates_of(variant.derive(layered))
    assert plain(derived) == plain(layered.gates_of(layered.derive()))
    scattered(layered, 2)
    derived = layered.gates_of(variant.derive(layered))
    for name in CELLS:
        shares = layered.alphas.operations[name].detach().softmax(1)
        strengths = [float(row[number]) for row, number in zip(shares, frozen[name], strict=True)]
        for node in range(2, 6):
            into = [edge for edge, (_, target) in enumerate(layered.edges) if target == node]
            kept = sorted(into, key=lambda edge: -strengths[edge])[:2]
            found = {
                edge: numbers for edge, numbers in enumerate(numbers_of(derived, name)) if edge in into and numbers
            }
            assert found == {edge: [frozen[name][edge]] for edge in sorted(kept)}


def test_skips_and_pools_are_limited_in_every_cell_where_asked(layered: Supernet[Any]) -> None:
    with torch.no_grad():
        for values in layered.architecture_parameters():
            values.copy_(torch.arange(14.0).unsqueeze(1) * 0.01)
            values[:9, SKIP] += 2
            values[9:, 1] += 2
    for options, skips, pools in (({}, 6, 2), ({"most_skips": 2}, 2, 2), ({"most_skips": 2, "most_pools": 1}, 2, 1)):
        for moment in (WARM, LAST):
            derived = layered.gates_of(at(moment, layered, **options).derive(layered))
            for name in CELLS:
                found = [number for numbers in numbers_of(derived, name) for number in numbers]
                assert (found.count(SKIP), sum(number in POOLS for number in found)) == (skips, pools)


def test_a_search_that_is_resumed_keeps_what_is_frozen(layered: Supernet[Any]) -> None:
    variant = at(Moment(7, EPOCHS), scattered(layered, 1))
    again = PathBinarised()
    again.recall(json.loads(json.dumps(variant.state())))
    again.begin(scattered(layered, 2))
    for each in (variant, again):
        each.on_epoch(Moment(8, EPOCHS), layered)
    assert again.state() == variant.state()
    for level in Level:
        first, second = (plain(each.gates(layered.alphas, pass_of(level))) for each in (variant, again))
        assert first == second


def test_an_edge_is_frozen_to_none_only_where_it_can_be_derived() -> None:
    for space, allowed in (("darts", False), ("nasbench201", True)):
        supernet = supernet_of(space)
        with torch.no_grad():
            for values in supernet.architecture_parameters():
                values[:, 0] += 10
        frozen = at(LAST, supernet).state()["frozen"]
        assert all((number == 0) == allowed for numbers in frozen.values() for number in numbers)


def test_a_space_of_single_candidates_is_refused() -> None:
    only = [("skip_connect",)] * 14
    supernet = supernet_of("layered", SupernetOptions(candidates=dict.fromkeys(CELLS, only)))
    with pytest.raises(ValueError, match="two candidates of every edge are sampled; cell 'cell_0' has 1"):
        PathBinarised().begin(supernet)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"warm_up": 0.7}, "warm_up=0.7"),
        ({"operation_dropout": 1.1}, "operation_dropout=1.1"),
        ({"operation_dropout": math.nan}, "operation_dropout=nan"),
        ({"most_skips": -1}, "most_skips=-1"),
        ({"most_pools": -1}, "most_pools=-1"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        PathBinarised(**options)

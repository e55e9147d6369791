"""Catches: cells computed again that are not what they were: other noise or dropped paths, another precision or mode,
gates without their gradient; running statistics, noise or generators that move twice; maps that are kept all the same;
a cell that is run again where nobody asks for a gradient.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from spaces import SPACES, CellGates, Dropping, Gates, InputSpec, Supernet, SupernetOptions
from spaces.supernet.cell_pass import RecomputedMaps, keep_maps

SMALL = {"channels": 8, "cells": 3}
IMAGES = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1)).contiguous(
    memory_format=torch.channels_last
)


@dataclass
class Counting:
    """Runs cells by another cell pass and counts how often each layer of theirs runs."""

    inner: Any
    runs: int = 0
    watched: set[nn.Module] = field(default_factory=set)

    def __call__(self, cell: nn.Module, inputs: Any, gates: Any) -> Any:
        if cell not in self.watched:
            self.watched.add(cell)
            cell.register_forward_pre_hook(self._noted)
        return self.inner(cell, inputs, gates)

    def _noted(self, *_: Any) -> None:
        self.runs += 1


def supernet_of(space: str, options: SupernetOptions | None = None) -> Supernet[Any]:
    size = {"stem_channels": 4, "cells_per_stage": 1} if space == "nasbench201" else SMALL
    torch.manual_seed(0)
    supernet: Supernet[Any] = SPACES.build(space, size).relax(InputSpec(3, 8), 10, options or SupernetOptions())
    return supernet.to(memory_format=torch.channels_last)


def mixed(supernet: Supernet[Any], generator: torch.Generator) -> Gates:
    return supernet.mixture()


def dropped(supernet: Supernet[Any], generator: torch.Generator) -> Gates:
    return Gates(supernet.mixture().cells, dropping=Dropping(generator, paths=0.5, skips=0.5))


def with_skip(supernet: Supernet[Any], generator: torch.Generator) -> Gates:
    return Gates(supernet.mixture().cells, auxiliary=0.5)


def two_paths(supernet: Supernet[Any], generator: torch.Generator) -> Gates:
    """Run two operations of every edge, the second without a gradient of its own, as SSWP-NAS does."""
    cells = {}
    for name, values in supernet.alphas.operations.items():
        shares, count = values[:, 3:5].softmax(dim=1), len(values)
        hard = torch.zeros_like(values)
        hard[:, 3] = 1.0
        weights = hard.index_add(1, torch.tensor([3, 4]), shares - shares.detach())
        cells[name] = CellGates(weights, computed=[(3, 4)] * count, detached=[(4,)] * count)
    return Gates(cells)


def passed(
    supernet: Supernet[Any],
    make: Callable[[Supernet[Any], torch.Generator], Gates],
    *,
    checkpointing: bool,
    precision: torch.dtype = torch.float32,
) -> list[Tensor]:
    """Make a pass forward and back; returns the loss, gradients, and everything that the pass leaves behind."""
    supernet = copy.deepcopy(supernet)
    supernet.checkpointing = checkpointing
    generator = torch.Generator().manual_seed(2)
    torch.manual_seed(3)
    with torch.autocast("cpu", precision, enabled=precision is not torch.float32):
        features = supernet.forward_features(IMAGES, make(supernet, generator))
        loss = torch.stack([each.float().square().mean() for each in features]).sum()
    loss.backward()  # type: ignore[no-untyped-call]
    gradients = [torch.zeros(()) if each.grad is None else each.grad for each in supernet.parameters()]
    return [loss, *gradients, *supernet.state_dict().values(), generator.get_state(), torch.get_rng_state()]


@pytest.mark.parametrize(
    ("space", "options", "make"),
    [
        ("darts", SupernetOptions(), dropped),
        ("darts", SupernetOptions(portion=2, edge_alphas=True), mixed),
        ("darts", SupernetOptions(auxiliary_skip=True), with_skip),
        ("s4", SupernetOptions(), dropped),
        ("darts_layered", SupernetOptions(), two_paths),
        ("nasbench201", SupernetOptions(), dropped),
    ],
)
def test_gradients_and_all_that_passes_leave_are_those_of_kept_maps(
    space: str, options: SupernetOptions, make: Callable[[Supernet[Any], torch.Generator], Gates]
) -> None:
    supernet = supernet_of(space, options)
    plain, again = (passed(supernet, make, checkpointing=wanted) for wanted in (False, True))
    assert any(float(each.float().abs().max()) > 0 for each in plain[2:4])  # gradients of the architecture
    for one, other in zip(plain, again, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-6, atol=1e-9)


def test_precision_is_that_of_the_first_time() -> None:
    supernet = supernet_of("darts_layered")
    plain, again = (
        passed(supernet, two_paths, checkpointing=wanted, precision=torch.bfloat16) for wanted in (False, True)
    )
    assert all(torch.equal(one, other) for one, other in zip(plain, again, strict=True))
    exact = passed(supernet, two_paths, checkpointing=False)
    assert not torch.equal(plain[0], exact[0])


def test_what_sees_calls_of_functions_sees_them_again_and_once() -> None:
    class Halving(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            found = func(*args, **(kwargs or {}))
            return found / 2 if func is functional.relu else found

    supernet = supernet_of("nasbench201")
    for module in supernet.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    gradients = []
    for checkpointing, outside in ((False, False), (True, False), (True, True)):
        supernet.checkpointing = checkpointing
        mode = Halving()
        with mode:
            loss = supernet.forward_features(IMAGES)[-1].square().mean()
            if outside:
                gradients.append(torch.autograd.grad(loss, supernet.weight_parameters(), allow_unused=True))
        if not outside:
            gradients.append(torch.autograd.grad(loss, supernet.weight_parameters(), allow_unused=True))
    for plain, *others in zip(*gradients, strict=True):
        for each in others:
            assert (plain is None) is (each is None)
            if plain is not None:
                torch.testing.assert_close(each, plain, rtol=1e-6, atol=1e-9)


def test_running_statistics_that_are_frozen_in_a_pass_are_frozen_in_its_repetition() -> None:
    supernet = supernet_of("darts")
    supernet.checkpointing = True
    norms = [module for module in supernet.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.track_running_stats = False
    before = {name: value.clone() for name, value in supernet.state_dict().items()}
    loss = supernet.forward_features(IMAGES)[-1].square().mean()
    for norm in norms:
        norm.track_running_stats = True
    loss.backward()  # type: ignore[no-untyped-call]
    assert all(torch.equal(value, before[name]) for name, value in supernet.state_dict().items())
    assert all(norm.track_running_stats and norm.momentum == 0.1 for norm in norms)


def test_a_hessian_is_that_of_kept_maps() -> None:
    supernet, found = supernet_of("nasbench201").double(), []
    (alphas,) = supernet.architecture_parameters()
    for checkpointing in (False, True):
        supernet.checkpointing = checkpointing
        loss = supernet.forward_features(IMAGES.double())[-1].square().mean()
        (gradient,) = torch.autograd.grad(loss, alphas, create_graph=True)
        rows = (torch.autograd.grad(gradient[0, number], alphas, retain_graph=True)[0] for number in (1, 3))
        found.append(torch.stack(list(rows)))
    assert float(found[0].abs().max()) > 0
    torch.testing.assert_close(found[1], found[0], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(("space", "cells"), [("darts", 3), ("nasbench201", 3)])
def test_cells_run_again_only_for_a_gradient_and_keep_little(space: str, cells: int) -> None:
    supernet, sizes = supernet_of(space), []
    for inner, runs in ((keep_maps, cells), (RecomputedMaps(), 2 * cells)):
        kept = []
        counting = Counting(inner)
        hooks = torch.autograd.graph.saved_tensors_hooks(lambda each: kept.append(each) or each, lambda each: each)  # noqa: B023
        with supernet.running_cells_by(counting):
            with hooks:
                loss = supernet.forward_features(IMAGES)[-1].square().mean()
            sizes.append(len(kept))
            loss.backward()  # type: ignore[no-untyped-call]
            assert counting.runs == runs
            with torch.no_grad():
                supernet.forward_features(IMAGES)
            assert counting.runs == runs + cells
    assert sizes[1] < sizes[0] / 3
    assert not supernet.checkpointing


def test_the_property_says_how_cells_are_run_also_of_a_copy() -> None:
    supernet = supernet_of("nasbench201")
    assert not supernet.checkpointing
    supernet.checkpointing = True
    assert supernet.checkpointing
    supernet.forward_features(IMAGES)
    slow = copy.deepcopy(supernet)
    assert slow.checkpointing
    assert isinstance(slow.body.cell_pass, RecomputedMaps)
    assert set(slow.body.cell_pass._parts) <= set(slow.modules())
    supernet.checkpointing = False
    assert supernet.body.cell_pass is keep_maps

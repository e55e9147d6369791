"""Catches: a plain form that computes something else than the trainer, such as weights that are no softmax, another
order of edges, or steps of its own; a benchmark that would not notice; ratios and shares of another denominator.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, SupernetPass
from spaces.darts.space import DartsCells
from tasks.foundation.errors import UsageError
from tests.benchmarks import plain_supernet
from tests.benchmarks.plain_supernet import LAYOUTS, Agreement, PlainGraph, PlainTrainer, compare
from tests.benchmarks.supernet import FORMS, MIB, OURS, Measured, comparison, make_config, make_parser, take_turns
from tests.benchmarks.supernet_parts import ELSE, JUDGING, WRITING, Clocks, Parts
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer

EXACT = 1e-5


def trained_of(setup: SupernetSetup) -> SupernetTrainer:
    """Return a trainer whose architecture parameters are far enough from uniform to tell edges apart."""
    ours = make_trainer(setup)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for values in ours.supernet.architecture_parameters():
            values.normal_(generator=generator)
    return ours


def agreement(setup: SupernetSetup, layout: str = "contiguous") -> Agreement:
    data, ours = SupernetData(setup), trained_of(setup)
    batch = setup.objective.prepare(data.held_out[0], setup.generator("test"))
    plain = PlainTrainer(setup, data, ours, layout)
    return compare(ours, plain, batch, SupernetPass(Level.ARCHITECTURE, setup.generator("test")))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_plain_form_computes_what_the_trainer_does(layout: str) -> None:
    setup = replace(make_setup(), space=DartsCells(channels=4, cells=3))
    found = agreement(setup, layout)
    assert found.loss < EXACT
    assert found.gradients < EXACT
    ours = make_trainer(setup)
    assert found.compared == len(ours.weights()) + len(ours.supernet.architecture_parameters())


def test_it_goes_on_as_the_trainer_does() -> None:
    setup = make_setup(objective="rotation", architecture_rate=0.1, augment=True, clip=0.5)
    data, ours = SupernetData(setup), trained_of(setup)
    plain = PlainTrainer(setup, data, ours, "channels_last")
    for epoch in range(2):
        notes = ours._train(epoch)
        for found, known in zip(plain.train(epoch), (notes.weights, notes.architecture), strict=True):
            assert found == pytest.approx([float(loss) for loss in known], abs=1e-4)
    moved = plain.network.alphas["cell"]
    assert torch.allclose(moved, ours.supernet.alphas.operations["cell"], atol=1e-3)
    assert not torch.allclose(moved, trained_of(setup).supernet.alphas.operations["cell"], atol=0.1)


def unnormalised(plain: Callable[..., list[Tensor]]) -> Callable[..., list[Tensor]]:
    """Return ``PlainGraph.forward`` without its softmax."""

    def forward(self: PlainGraph, inputs: Any, alphas: Tensor) -> list[Tensor]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Tensor, "softmax", lambda values, dim: values)
            return plain(self, inputs, alphas)

    return forward


def reversed_edges(plain: Callable[..., list[Tensor]]) -> Callable[..., list[Tensor]]:
    """Return ``PlainGraph.forward`` with the weights of other edges."""
    return lambda self, inputs, alphas: plain(self, inputs, alphas.flip(0))


@pytest.mark.parametrize("wrong", [unnormalised, reversed_edges])
def test_another_computation_is_noticed(wrong: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert agreement(make_setup()).gradients < EXACT
    monkeypatch.setattr(PlainGraph, "forward", wrong(PlainGraph.forward))
    found = agreement(make_setup())
    assert found.loss > 100 * EXACT
    assert found.gradients > 100 * EXACT


def test_another_pooling_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = plain_supernet._replaced

    def padded(layer: torch.nn.Module) -> torch.nn.Module:
        found = replaced(layer)
        if isinstance(found, torch.nn.AvgPool2d):
            found.count_include_pad = True
        return found

    monkeypatch.setattr(plain_supernet, "_replaced", padded)
    assert agreement(make_setup()).gradients > 100 * EXACT


def test_plain_cells_hold_no_layer_of_this_projects_own() -> None:
    setup = replace(make_setup(), space=DartsCells(channels=4, cells=3))
    plain = PlainTrainer(setup, SupernetData(setup), make_trainer(setup), "contiguous")
    kinds = {type(module) for module in plain.network.modules()}
    assert PlainGraph in kinds
    assert not kinds & {plain_supernet.MixedGraph, plain_supernet.AveragePool3x3, plain_supernet.DilatedConv2d}


def test_turns_begin_with_another_form_each_time_and_one_is_not_counted() -> None:
    calls: list[tuple[str, int]] = []
    forms = {name: lambda epoch, name=name: calls.append((name, epoch)) for name in "abc"}
    found = take_turns(forms, 2, steps=4)
    assert calls == [(name, epoch) for epoch, order in enumerate(("abc", "abc", "bca")) for name in order]
    assert [(len(each.wall), len(each.cpu)) for each in found.values()] == [(2, 2)] * 3


def test_the_table_compares_medians_with_the_trainers() -> None:
    measured = {
        OURS: Measured([2.0, 9.0, 1.0], [0.5, 0.25, 1.0]),
        FORMS[1]: Measured([3.0, 3.0, 8.0], [1.5, 0.25, 2.0]),
    }
    head, ours, plain = comparison(measured, {OURS: 3 * MIB, FORMS[1]: 5 * MIB}, batch=8)
    assert " ".join(head.split()[3:]) == "wall s ratio CPU s ratio lowest highest images/s peak MiB"
    assert ours.split() == [OURS, "2.000", "1.00", "0.500", "1.00", "0.250", "1.000", "32.0", "3"]
    assert plain.split()[2:] == ["3.000", "1.50", "1.500", "3.00", "0.250", "2.000", "10.7", "5"]


def test_shares_are_of_a_whole_epoch() -> None:
    parts = Parts.of({"clipping": 4.0, JUDGING: 5.0}, total=10.0, writing=3.0, steps=2)
    assert (parts.step["clipping"], parts.step[ELSE], parts.step["optimisers"]) == (2.0, 0.5, 0.0)
    assert parts.epoch == {JUDGING: 5.0, "packing the checkpoint": 0.0, WRITING: 3.0}
    table = {line[:28].strip(): line[28:].split() for line in parts.lines(12)}
    assert table["clipping"] == ["2.0000", "24.000", "63.16%"]  # of 12 * 2.5 + 8 seconds
    assert table[JUDGING] == ["5.000", "13.16%"]
    assert table["an epoch of 12 step pairs"] == ["38.000"]


def test_a_part_within_a_part_belongs_to_the_outer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([1.0, 4.0, 10.0, 16.0])
    monkeypatch.setattr("time.process_time", lambda: next(now))
    clocks = Clocks()
    inner = clocks.around("inner", lambda: None)
    clocks.around("outer", inner)()
    inner()
    assert clocks.seconds == {"outer": 3.0, "inner": 6.0}


def test_options_reach_the_search() -> None:
    asked = ["--space", "nasbench201(stem_channels=4)", "--objective", "rotation", "--batch", "8", "--steps", "3"]
    config = make_config(make_parser().parse_args([*asked, "--threads", "2"]))
    assert (config.space.options["stem_channels"], config.fitness.name, config.data) == (4, "rotation", "noise")
    names = ("batch", "pictures", "held_out", "threads", "order")
    assert [config.strategy.options[name] for name in names] == [8, 48, 256, 2, 1]
    with pytest.raises(UsageError, match="unknown option of space"):
        make_config(make_parser().parse_args(["--space", "darts(depth=3)"]))

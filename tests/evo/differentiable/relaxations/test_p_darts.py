"""Catches: a stage that begins at another epoch, in another depth or with other candidates than it should, a resumed
search in the wrong stage, tricks that are on unasked, at another chance or in a pass that judges.
"""

import json
import math
from typing import Any

import pytest
import torch

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.p_darts import PDarts, fading, kept_candidates
from spaces import Supernet, SupernetOptions
from tests.evo.differentiable.small_supernets import begun, pass_of, supernet_of

NAMES = (
    *("none", "max_pool_3x3", "avg_pool_3x3", "skip_connect"),
    *("sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"),
)


@pytest.fixture(scope="module")
def whole() -> Supernet[Any]:
    return supernet_of("darts", SupernetOptions(cells=3))


def small(**options: Any) -> PDarts:
    return PDarts(cells=3, deeper=0, **options)


def test_stages_are_as_deep_as_in_the_paper(whole: Supernet[Any]) -> None:
    variant = PDarts()
    assert (variant.stages, variant.options()) == (3, SupernetOptions(cells=5))
    asked = {epoch: variant.on_epoch(Moment(epoch, 75), whole) for epoch in range(75)}
    assert {epoch: options.cells for epoch, options in asked.items() if options} == {25: 11, 50: 17}
    assert asked[50] == variant.options()


def test_an_edge_keeps_the_candidates_of_the_largest_parameters_in_the_spaces_order(whole: Supernet[Any]) -> None:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for values in whole.architecture_parameters():
            values.copy_(torch.randn(values.shape, generator=generator))
        whole.alphas.operations["normal"][0] = torch.tensor([5.0, 1.0, 4.0, -1.0, 3.0, -2.0, 2.0, -3.0])
    kept = kept_candidates(whole, 5)
    assert kept["normal"][0] == ["none", "max_pool_3x3", "avg_pool_3x3", "sep_conv_3x3", "dil_conv_3x3"]
    for name, values in whole.alphas.operations.items():
        for row, largest in zip(kept[name], values.softmax(1).topk(5).indices.tolist(), strict=True):
            assert row == [NAMES[number] for number in sorted(largest)]


def test_of_candidates_with_equal_parameters_an_edge_keeps_the_first(whole: Supernet[Any]) -> None:
    with torch.no_grad():
        whole.alphas.operations["reduction"][13] = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0])
    expected = ["none", "max_pool_3x3", "avg_pool_3x3", "dil_conv_3x3", "dil_conv_5x5"]
    assert kept_candidates(whole, 5)["reduction"][13] == expected


def test_candidates_are_8_then_5_then_3_and_a_search_resumed_at_any_epoch_has_the_same() -> None:
    variant, torn = small(), small()
    supernet, sizes = begun(variant, "darts"), []
    for epoch in range(6):
        options, again = variant.on_epoch(Moment(epoch, 6), supernet), torn.on_epoch(Moment(epoch, 6), supernet)
        assert options == again
        if options:
            assert options.candidates == kept_candidates(supernet, {2: 5, 4: 3}[epoch])
            supernet = begun(variant, "darts")
        sizes.append({len(row) for rows in supernet.candidates.values() for row in rows})
        state, torn = json.loads(json.dumps(torn.state())), small()
        torn.recall(state)
        torn.begin(supernet)
        assert torn.options() == variant.options()
    assert sizes == [{8}, {8}, {5}, {5}, {3}, {3}]
    operations = {
        operation for cell in variant.derive(supernet).__dict__.values() for node in cell for operation, _ in node
    }
    assert "none" not in operations


def test_the_chance_to_drop_a_skip_falls_within_a_stage_as_in_the_public_program() -> None:
    first = [24 / 25 - 0.04 * epoch for epoch in range(10)]
    then = [math.exp(-0.2 * epoch) for epoch in range(15)]
    assert [fading(Moment(epoch, 25)) for epoch in range(25)] == pytest.approx(first + then)
    assert [fading(Moment(epoch, 5)) for epoch in range(5)] == pytest.approx(
        [0.8, 0.6, 1.0, math.exp(-1), math.exp(-2)]
    )


def test_skips_are_dropped_only_where_asked_and_in_training(whole: Supernet[Any]) -> None:
    variant, plain = small(skip_dropout=True), small()
    for each in (variant, plain):
        each.begin(whole)
    for epoch, chance in enumerate([0.0, 0.0, 0.4 * 0.5, 0.4 * math.exp(-0.5), 0.7 * 0.5, 0.7 * math.exp(-0.5)]):
        for each in (variant, plain):
            each.on_epoch(Moment(epoch, 6), whole)
        for level in Level:
            assert plain.gates(whole.alphas, pass_of(level)).dropping is None
            supernet_pass = pass_of(level)
            dropping = variant.gates(whole.alphas, supernet_pass).dropping
            if level is Level.JUDGING or not chance:
                assert dropping is None
            else:
                assert dropping is not None
                assert (dropping.skips, dropping.paths) == (pytest.approx(chance), 0.0)
                assert dropping.generator is supernet_pass.generator


def test_skips_are_limited_in_the_normal_cell_where_asked(whole: Supernet[Any]) -> None:
    with torch.no_grad():
        for values in whole.alphas.operations.values():
            values.copy_(torch.arange(14.0).unsqueeze(1) * 0.01)
            values[:, NAMES.index("skip_connect")] += 1
    for most, expected in ((None, 8), (8, 8), (2, 2), (0, 0)):
        candidate = small(most_skips=most).derive(whole)
        skips = [sum(op == "skip_connect" for node in cell for op, _ in node) for cell in candidate.__dict__.values()]
        assert skips == [expected, 8]


@pytest.mark.parametrize("space", ["nasbench201", "layered"])
def test_a_space_with_fewer_candidates_is_refused_in_one_line(space: str) -> None:
    with pytest.raises(ValueError, match=r"needs 8 candidates on every edge in stage 1.*has [57]$"):
        small().begin(supernet_of(space))


def test_a_limit_on_a_cell_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.differentiable.relaxations.p_darts._KEPT", (5, 4, 3))
    with pytest.raises(ValueError, match="limits the cell 'normal', and the cells of this space are cell"):
        small(most_skips=2).begin(supernet_of("nasbench201"))


def test_epochs_that_stages_cannot_share_are_refused(whole: Supernet[Any]) -> None:
    with pytest.raises(ValueError, match="epochs=4: P-DARTS needs a multiple of 3"):
        small().on_epoch(Moment(0, 4), whole)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"cells": 0}, "cells=0"),
        ({"deeper": -1}, "deeper=-1"),
        ({"most_skips": 9}, "most_skips=9"),
        ({"most_skips": -1}, "most_skips=-1"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, int], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        PDarts(**options)

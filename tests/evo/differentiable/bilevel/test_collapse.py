"""Catches: shares that count edges which are not kept, or miss an operation without weights; an entropy of the wrong
base or over the wrong axis; an agreement that counts a pair twice, or compares places in two lists; a normal cell that
hides behind the reduction cell.
"""

import math

import pytest
import torch

from evo.differentiable.bilevel.collapse import agreement, alpha_entropy, choices_of, measure_collapse
from spaces import InputSpec, SupernetOptions
from spaces.darts.space import DartsCells
from spaces.nasbench201.space import NasBench201

CELL = "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|avg_pool_3x3~0|skip_connect~1|nor_conv_1x1~2|"


def test_shares_are_of_the_operations_kept_in_a_cell() -> None:
    space = NasBench201(stem_channels=4, cells_per_stage=1)
    supernet = space.relax(InputSpec(3, 8), 10, SupernetOptions(spread=0.0))
    found = measure_collapse(supernet, space.decode(CELL))
    assert (found.skips, found.parameter_free) == pytest.approx((2 / 6, 4 / 6))
    assert found.entropy == pytest.approx(math.log(5))
    assert (found.normal_skips, found.normal_parameter_free) == (None, None)
    kept = ("skip_connect", "none", "nor_conv_3x3", "avg_pool_3x3", "skip_connect", "nor_conv_1x1")
    assert choices_of(supernet, space.decode(CELL)) == {"cell": kept}


def test_edges_that_a_genotype_leaves_out_do_not_count() -> None:
    space = DartsCells(channels=4, cells=3)
    supernet = space.relax(InputSpec(3, 8), 10, SupernetOptions())
    with torch.no_grad():
        for alphas in supernet.operation_alphas.values():
            alphas.zero_()
            alphas[:, supernet.candidates["normal"][0].index("skip_connect")] = 1.0
    derived = supernet.derive()
    found = measure_collapse(supernet, derived)
    assert (found.skips, found.parameter_free) == (1.0, 1.0)
    kept = [sum(number is not None for number in cell) for cell in choices_of(supernet, derived).values()]
    assert kept == [8, 8]


def test_the_normal_cell_is_counted_by_itself() -> None:
    supernet = DartsCells(channels=4, cells=3).relax(InputSpec(3, 8), 10, SupernetOptions())
    wanted = {"normal": "skip_connect", "reduction": "sep_conv_3x3"}
    with torch.no_grad():
        for name, alphas in supernet.operation_alphas.items():
            alphas.zero_()
            alphas[:, supernet.candidates[name][0].index(wanted[name])] = 1.0
    found = measure_collapse(supernet, supernet.derive())
    assert (found.skips, found.parameter_free) == (0.5, 0.5)
    assert (found.normal_skips, found.normal_parameter_free) == (1.0, 1.0)


def test_operations_are_compared_by_name_where_seeds_have_other_candidates_left() -> None:
    space, cells = DartsCells(channels=4, cells=3), []
    for first in ("sep_conv_3x3", "skip_connect"):
        rows = [[first, "dil_conv_3x3", "none"]] * 14
        options = SupernetOptions(candidates={"normal": rows, "reduction": rows})
        supernet = space.relax(InputSpec(3, 8), 10, options)
        with torch.no_grad():
            for alphas in supernet.operation_alphas.values():
                alphas.copy_(torch.arange(14.0).unsqueeze(1) / 100 * torch.tensor([1.0, 0.0, 0.0]))
                alphas[:, 0] += 1.0
        cells.append(choices_of(supernet, supernet.derive()))
    (one, other) = cells
    edges = [pair for name in one for pair in zip(one[name], other[name], strict=True)]
    assert {pair for pair in edges if None not in pair} == {("sep_conv_3x3", "skip_connect")}
    assert agreement(cells) == sum(pair == (None, None) for pair in edges) / 28 < 1


def test_the_entropy_is_the_mean_over_edges_in_nats() -> None:
    data, sure = torch.zeros(1, 2), torch.tensor([[0.0, -math.inf], [0.0, -1e9]])
    assert alpha_entropy([data]) == pytest.approx(math.log(2))
    assert alpha_entropy([data, sure[1:]]) == pytest.approx(math.log(2) / 2)
    assert alpha_entropy([torch.log(torch.tensor([[0.25, 0.75]]))]) == pytest.approx(0.5623351446188083)


def test_agreement_is_the_mean_over_pairs() -> None:
    one = {"a": ("skip", None), "b": ("none", "conv")}
    two, three = one | {"b": ("none", "pool")}, one | {"a": ("conv", "skip")}
    assert agreement([one, one]) == 1.0
    assert agreement([one, two, three]) == pytest.approx((0.75 + 0.5 + 0.25) / 3)
    assert agreement([one]) is None
    assert agreement([]) is None

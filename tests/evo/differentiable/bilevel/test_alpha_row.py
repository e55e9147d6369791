"""Catches: a number under the name of another edge or operation, one that is kept of an operation that is gone."""

import torch

from evo.differentiable.bilevel.alpha_row import alpha_names, alpha_values
from spaces import InputSpec, SupernetOptions
from spaces.nasbench201.space import NasBench201

SPACE = NasBench201(stem_channels=2, cells_per_stage=1)
FEW = [["skip_connect", "nor_conv_3x3"]] * 6


def test_every_parameter_has_its_edge_and_its_operation() -> None:
    whole = SPACE.relax(InputSpec(3, 8), 3, SupernetOptions(edge_alphas=True))
    names = alpha_names(whole)
    assert len(names) == len(set(names)) == 6 * 5 + 6
    with torch.no_grad():
        whole.operation_alphas["cell"][1, 3] = 1 / 3  # the second edge, into node 2 from node 0
        whole.edge_alphas["cell"][0] = 7
    values = dict(zip(names, alpha_values(whole, names), strict=True))
    operation = whole.candidates["cell"][1][3]
    assert values[f"cell 0->2 {operation}"] == 0.333333
    assert values["cell 0->1"] == 7


def test_what_a_later_stage_has_dropped_has_no_value() -> None:
    names = alpha_names(SPACE.relax(InputSpec(3, 8), 3, SupernetOptions()))
    later = SPACE.relax(InputSpec(3, 8), 3, SupernetOptions(candidates={"cell": FEW}))
    values = dict(zip(names, alpha_values(later, names), strict=True))
    assert {name.split()[2] for name, value in values.items() if value is not None} == {*FEW[0]}
    assert values["cell 0->1 none"] is None

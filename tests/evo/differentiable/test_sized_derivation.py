"""Catches: an architecture outside of limits where one within is derivable, one that gives up more strength than it has
to, a variant's own limits that are forgotten, a search for what there is not that has no end, one that is changed
although it is within."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
import torch

from evo.constraints.constraint import constraints_of
from evo.constraints.size_limits import SizeLimits
from evo.differentiable.relaxations.base import Relaxation
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.differentiable.relaxations.gdas import Gdas
from evo.differentiable.relaxations.operation_kinds import is_skip
from evo.differentiable.relaxations.p_darts import PDarts
from evo.differentiable.relaxations.path_binarised import PathBinarised
from evo.differentiable.relaxations.pc_darts import PcDarts
from evo.differentiable.sized_derivation import SizedDerivation, _Descent
from evo.engine.asked_sizes import without_images
from spaces import Complexity, Supernet
from spaces.nasbench201.cell import OPERATIONS
from tests.evo.differentiable.small_supernets import SPACES, begun


def sized(space: str, *bounds: str) -> SizedDerivation:
    made = SPACES[space]
    return SizedDerivation(SizeLimits(constraints_of(bounds), without_images(made)), made.encode)


def size_of(space: str, candidate: Any) -> Complexity:
    found = without_images(SPACES[space])(SPACES[space].encode(candidate))
    assert found is not None
    return found


def drawn(variant: Relaxation, space: str, seed: int) -> Supernet[Any]:
    """Return a supernet with parameters of a seed, which the variant has begun with."""
    supernet = begun(variant, space)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in supernet.architecture_parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return supernet


def test_what_is_within_is_derived_as_ever() -> None:
    variant = DartsRelaxation()
    supernet = drawn(variant, "darts", 0)
    plain = variant.derive(supernet)
    assert sized("darts", "params<1e9").derive(variant, supernet) == plain


@pytest.mark.parametrize("seed", range(6))
def test_one_change_is_the_strongest_of_all_that_lead_within(seed: int) -> None:
    """Worked by trying every cell of NAS-Bench-201 that differs from what is derived on one edge."""
    variant = DartsRelaxation()
    supernet = drawn(variant, "nasbench201", seed)
    plain = variant.derive(supernet)
    strengths = next(iter(supernet.alphas.operations.values())).detach().softmax(dim=1)
    bound = size_of("nasbench201", plain).params - 1
    near = {}
    for edge, number in itertools.product(range(6), range(len(OPERATIONS))):
        changed = list(plain.operations)
        changed[edge] = OPERATIONS[number]
        cell = type(plain)(tuple(changed))
        if size_of("nasbench201", cell).params <= bound:
            lost = strengths[edge, OPERATIONS.index(plain.operations[edge])] - strengths[edge, number]
            near[cell] = float(lost)
    found = sized("nasbench201", f"params<={bound}").derive(variant, supernet)
    assert found == min(near, key=lambda cell: near[cell])


VARIANTS: list[tuple[str, Relaxation]] = [
    ("darts", DartsRelaxation()),
    ("darts", PcDarts(portion=2)),
    ("nasbench201", Gdas()),
    ("layered", PathBinarised()),
    ("darts", PDarts(cells=3, deeper=0)),
]


@pytest.mark.parametrize(("space", "variant"), VARIANTS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("part", [0.9, 1.1])
def test_every_variant_comes_within_smaller_and_larger_bounds(space: str, variant: Relaxation, part: float) -> None:
    supernet = drawn(variant, space, 1)
    before = size_of(space, variant.derive(supernet))
    bound = int(part * before.macs)
    derivation = sized(space, f"macs{'<' if part < 1 else '>'}{bound}")
    found = derivation.derive(variant, supernet)
    assert derivation.admits(found)
    assert found == derivation.derive(variant, supernet)
    supernet.gates_of(found)  # it holds the architecture


def test_frozen_cells_change_where_limits_need_it() -> None:
    variant = PathBinarised()
    supernet = drawn(variant, "layered", 2)
    variant.recall({"frozen": {name: [4] * 14 for name in supernet.candidates}})
    bound = int(0.9 * size_of("layered", variant.derive(supernet)).params)
    derivation = sized("layered", f"params<{bound}")
    assert derivation.admits(derivation.derive(variant, supernet))


def test_a_variants_own_limits_are_kept() -> None:
    variant = PDarts(cells=3, deeper=0, most_skips=1)
    supernet = drawn(variant, "darts", 2)  # for which two skips would do
    least = int(0.8 * size_of("darts", variant.derive(supernet)).params)
    derivation = sized("darts", f"params<{least}")
    found = derivation.derive(variant, supernet)
    assert derivation.admits(found)
    kept = zip(supernet.candidates["normal"], supernet.gates_of(found).cells["normal"].computed or (), strict=True)
    assert sum(is_skip(names[numbers[0]]) for names, numbers in kept if numbers) <= 1


def test_a_change_of_another_cell_is_taken_where_it_leads_nearer() -> None:
    variant = DartsRelaxation()
    supernet = drawn(variant, "darts", 0)
    descent = _Descent(sized("darts", "params<10"), variant, supernet)
    first = descent.first()
    other = descent.next(first)
    assert other is not None
    near, far = replace(first, excess=1e-9), replace(first, excess=1e9)
    assert descent._joined(near, other, "normal") is near
    joined = descent._joined(far, other, "normal")
    assert joined.candidate == descent._derived({**first.strengths, "normal": other.strengths["normal"]}).candidate
    assert joined.candidate != first.candidate


def test_where_nothing_is_within_the_nearest_is_returned() -> None:
    variant = DartsRelaxation()
    supernet = drawn(variant, "nasbench201", 0)
    derivation = sized("nasbench201", "params<10")
    found = derivation.derive(variant, supernet)
    assert not derivation.admits(found)
    assert size_of("nasbench201", found) == size_of("nasbench201", type(found)(("none",) * 6))

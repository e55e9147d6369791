"""Catches: an operation missing from a family or added to it, a wrong number of nodes, sizes of another form."""

import pytest

from spaces.cells.genotype import Concatenation
from spaces.cells.operations import OPERATIONS
from spaces.nds.cell_families import FAMILIES, family_named, sizes_of

# Billions of cells of one type, as the study's table counts them: two ordered choices per node.
PUBLISHED_CELLS = {"nasnet": 71_465_842, "amoeba": 556_628, "pnas": 556_628, "enas": 5_063, "darts": 242}


@pytest.mark.parametrize(("name", "billions"), PUBLISHED_CELLS.items())
def test_families_have_the_published_number_of_cells(name: str, billions: int) -> None:
    assert abs(family_named(name).cells / 10**9 - billions) <= 0.5


@pytest.mark.parametrize("name", FAMILIES)
def test_operations_are_known_and_named_once(name: str) -> None:
    operations = FAMILIES[name].operations
    assert set(operations) <= set(OPERATIONS)
    assert len(set(operations)) == len(operations)


def test_families_that_concatenate_all_nodes_are_darts_and_pnas() -> None:
    found = {name for name, family in FAMILIES.items() if family.concatenation is Concatenation.ALL}
    assert found == {"darts", "pnas"}


@pytest.mark.parametrize(
    ("fixed", "imagenet", "widths", "depths"),
    [
        (False, False, (16, 24, 32), (4, 8, 12, 16, 20)),
        (True, False, (16,), (20,)),
        (False, True, (32, 48, 64, 80, 96), (6, 10, 14, 18, 22)),
        (True, True, (32,), (22,)),
    ],
)
def test_sizes_of_every_form(fixed: bool, imagenet: bool, widths: tuple[int, ...], depths: tuple[int, ...]) -> None:
    sizes = sizes_of(fixed=fixed, imagenet=imagenet)
    assert (sizes.widths, sizes.depths) == (widths, depths)


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="did you mean 'amoeba'"):
        family_named("amoebas")

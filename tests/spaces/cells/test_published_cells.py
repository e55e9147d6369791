"""Catches: a published cell that is not as it was published: another operation, source or family; a name that is not
known, or known in a family that cannot build it; parameters or multiply-adds other than those that are published."""

import pytest

from spaces import SPACES, InputSpec, network_complexity, read_candidate
from spaces.cells.genotype import Concatenation
from spaces.cells.notation import read_genotype
from spaces.cells.published_cells import named_genotype, published_cells, published_names
from tests.published_genotypes import DARTS_V2, P_DARTS, PC_DARTS_IMAGENET

# Of networks of 20 cells and 36 channels without the auxiliary head, for ten classes of 32 x 32 pixels: parameters, and
# multiply-adds in thousands, counted by other programs; papers round them to .1 and 1 million.
SIZES = {
    "DARTS_V1": (3_169_414, 500_987.52),
    "DARTS_V2": (3_349_342, 528_359.04),
    "PDARTS": (3_433_798, 532_174.464),
    "PC_DARTS_cifar": (3_634_678, 556_670.592),
    "PC_DARTS_image": (3_721_510, 570_466.944),
    "GDAS_V1": (3_368_782, 519_428.736),
    "MdeNAS": (3_783_286, 599_110.272),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_published_cell_has_the_published_size_and_leads_back(name: str) -> None:
    space = SPACES.build("darts", {"channels": 36, "cells": 20})
    candidate = read_candidate(space, name)
    counted = network_complexity(space, candidate, InputSpec(), 10)
    assert (counted.params, counted.macs) == (SIZES[name][0], round(1_000 * SIZES[name][1]))
    assert read_candidate(space, space.to_published(candidate)) == candidate


@pytest.mark.parametrize(
    ("name", "text"), [("DARTS_V2", DARTS_V2), ("PDARTS", P_DARTS), ("PC_DARTS_image", PC_DARTS_IMAGENET)]
)
def test_a_named_cell_is_the_one_that_programs_print(name: str, text: str) -> None:
    assert named_genotype(name, "darts", Concatenation.ALL) == read_genotype(text)


@pytest.mark.parametrize(
    ("space", "name", "normal", "reduction"),
    [
        ("nds_nasnet", "NASNet", (2, 3, 4, 5, 6), (4, 5, 6)),
        ("nds_amoeba", "AmoebaNet", (4, 5, 6), (3, 4, 6)),
        ("nds_pnas", "PNASNet", (2, 3, 4, 5, 6), (2, 3, 4, 5, 6)),
        ("nds_enas", "ENASNet", (2, 3, 4, 5, 6), (2, 3, 6)),
        ("nds_darts_in", "DARTS_V1", (2, 3, 4, 5), (2, 3, 4, 5)),
    ],
)
def test_a_cell_of_each_family_is_built_and_concatenates_what_is_published(
    space: str, name: str, normal: tuple[int, ...], reduction: tuple[int, ...]
) -> None:
    made = SPACES.build(space, {})
    candidate = read_candidate(made, name)
    genotype = made.to_genotype(candidate)
    assert (genotype.normal.concat, genotype.reduction.concat) == (normal, reduction)
    assert network_complexity(made, candidate, InputSpec(), 10).params > 100_000
    assert (candidate.width, candidate.depth) == ((32, 22) if space.endswith("_in") else (16, 20))


@pytest.mark.parametrize(("family", "count"), [("darts", 7), ("nasnet", 1), ("amoeba", 1), ("pnas", 1), ("enas", 1)])
def test_every_family_has_its_names(family: str, count: int) -> None:
    assert len(published_names(family)) == count
    assert all("20" in published_cells()[name].source for name in published_names(family))  # of a paper, with its year


def test_an_unknown_name_says_which_are_known_and_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown published cell 'DARTS_V3'; did you mean 'DARTS_V[12]'\? .*MdeNAS"):
        named_genotype("DARTS_V3", "darts", Concatenation.ALL)
    with pytest.raises(ValueError, match="known: NASNet"):
        named_genotype("DARTS_V2", "nasnet", Concatenation.ALL)


def test_a_restriction_of_a_family_refuses_what_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="on edge 0->2 of the normal cell 'sep_conv_3x3'"):
        read_candidate(SPACES.build("s1", {}), "DARTS_V2")

"""Catches: cells that differ and are written as two, a supernet's normalisation that is forgotten, operations that no
cell has."""

from dataclasses import replace

import pytest

from evo.exporting.bundling.closure import Symbol
from evo.exporting.sources.cells import cells_source
from evo.exporting.sources.source import Shape
from spaces import InputSpec
from spaces.cells.genotype import CellGenotype
from spaces.cells.network import CellLayout, CellsBlueprint, Stem

ONE = CellGenotype(((("none", 0), ("skip_connect", 1)),), (2,))
OTHER = CellGenotype(((("conv_3x3", 0), ("skip_connect", 1)),), (2,))
LAYOUT = CellLayout(4, 4)
SHAPE = Shape(InputSpec(), 10, 4)
PLAN = CellsBlueprint(LAYOUT.spread(ONE, OTHER), LAYOUT)


def test_two_cells_have_names_and_only_their_operations_are_needed() -> None:
    found = cells_source(PLAN, SHAPE)
    assert 'NORMAL = CellGenotype(nodes=((("none", 0), ("skip_connect", 1)),), concat=(2,))\nREDUCTION = ' in found.text
    assert "cells = [REDUCTION if number in (1, 2) else NORMAL for number in range(4)]" in found.text
    assert found.tables == {Symbol("spaces.cells.operations", "OPERATIONS"): {"none", "skip_connect", "conv_3x3"}}


def test_cells_of_many_kinds_are_texts() -> None:
    found = cells_source(replace(PLAN, cells=(ONE, OTHER, OTHER, OTHER)), SHAPE)
    assert 'CELLS = """\\\nnone~0,skip_connect~1\n' in found.text
    assert found.text.count("conv_3x3~0,skip_connect~1\n") == 3
    assert "[cell_of(text) for text in CELLS.split()]" in found.text


@pytest.mark.parametrize(("searched", "named"), [(False, "    Cell,"), (True, "    SearchedCell,")])
def test_the_kind_of_cell_follows_the_norms(searched: bool, named: str) -> None:
    assert named in cells_source(replace(PLAN, searched=searched), SHAPE).text


@pytest.mark.parametrize(
    ("stem", "made", "reduction"),
    [
        (Stem.CIFAR, "CifarStem(in_channels, 4)", 1),
        (Stem.SMALL, "ImageNetStem(in_channels, 4, 1)", 1),
        (Stem.IMAGENET, "ImageNetStem(in_channels, 4, 2)", 8),
    ],
)
def test_the_stem_is_the_layouts(stem: Stem, made: str, reduction: int) -> None:
    text = cells_source(replace(PLAN, layout=replace(LAYOUT, stem=stem)), SHAPE).text
    assert made in text
    assert f"reduction={reduction}," in text

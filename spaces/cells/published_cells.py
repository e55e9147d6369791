"""Cells that were published under a name, such as ``DARTS_V2``, with the paper that each is from.

Their nodes are those that the programs of the papers print. Which nodes a cell's output is made of is the family's
rule: of ENAS' reduction cell the loose ends, as its paper says, although programs that copy it list all nodes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from spaces.cells.genotype import Concatenation, Genotype, Nodes, genotype_of, paired
from tasks.foundation.errors import unknown_name

_FILE = "published_cells.json"


@dataclass(frozen=True)
class PublishedCell:
    """A normal and a reduction cell; family: whose operations they have; source: the paper."""

    family: str
    source: str
    normal: Nodes
    reduction: Nodes


@cache
def published_cells() -> Mapping[str, PublishedCell]:
    """Return all cells by their names."""
    stored: dict[str, dict[str, Any]] = json.loads(files("spaces.cells").joinpath(_FILE).read_text("utf-8"))
    return {
        name: PublishedCell(cell["family"], cell["source"], _nodes(cell["normal"]), _nodes(cell["reduce"]))
        for name, cell in stored.items()
    }


def published_names(family: str) -> list[str]:
    """Return the names of a family's cells."""
    return [name for name, cell in published_cells().items() if cell.family == family]


def named_genotype(name: str, family: str, rule: Concatenation) -> Genotype:
    """Return the genotype of a family's cell, concatenated by the family's rule; raises ValueError for no such cell."""
    names = published_names(family)
    if name not in names:
        raise unknown_name("published cell", name, names)
    cell = published_cells()[name]
    return genotype_of(cell.normal, cell.reduction, rule)


def _nodes(pairs: list[tuple[str, int]]) -> Nodes:
    return paired((operation, source) for operation, source in pairs)

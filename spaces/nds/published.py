"""The form in which the NDS study publishes a network of cells: the entry ``net`` of its records, as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from spaces.cells.genotype import CellGenotype, Genotype, choices
from spaces.cells.public_genotype import PUBLIC_FORMS
from spaces.literals import literal_of

PUBLISHED_FORMS = f'{PUBLIC_FORMS}, {{"width": 16, "depth": 20, "genotype": {{"normal": [...], ...}}}}'
_GENOTYPE = "genotype"


def read_record(text: str) -> Mapping[str, Any] | None:
    """Return the record of a text, None for a text that is none; raises ValueError where its brackets do not match."""
    value = literal_of(text)
    return value if isinstance(value, Mapping) and _GENOTYPE in value else None


def written_record(genotype: Genotype, width: int, depth: int) -> str:
    """Return the record of a network, with the cells, the width and the depth given."""
    cells = {**_fields("normal", genotype.normal), **_fields("reduce", genotype.reduction)}
    return json.dumps({"width": width, "depth": depth, _GENOTYPE: cells})


def _fields(name: str, cell: CellGenotype) -> dict[str, object]:
    return {name: list(choices(cell.nodes)), f"{name}_concat": list(cell.concat)}

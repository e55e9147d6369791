"""The forms in which cells of two inputs are published, read from a text.

``DARTS_V2``                                           a published cell's name
``Genotype(normal=[('OP', SOURCE), ...], ...)``        as programs print it, also with ``NAME =`` before it
``{"normal": [["OP", SOURCE], ...], "reduce": [...]}`` the same fields as JSON or a Python mapping
``(((SOURCE, NUMBER), ...), ((SOURCE, NUMBER), ...))`` NASLib's compact form: NUMBER of an operation among seven
"""

import re
from collections.abc import Mapping

from spaces.cells.genotype import Choice, Concatenation, Genotype, concatenated, genotype_of, paired
from spaces.cells.notation import genotype_of_fields, pairs_of, read_genotype
from spaces.cells.published_cells import named_genotype
from spaces.literals import literal_of, operation_numbered, shown

PUBLIC_FORMS = (
    "a published cell's name (DARTS_V2), Genotype(normal=[('OP', SOURCE), ...], normal_concat=..., reduce=..., "
    "reduce_concat=...), these fields as JSON, NASLib's ((SOURCE, NUMBER), ...) of both cells"
)

COMPACT_OPERATIONS = (
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
"""What the numbers of NASLib's compact form stand for."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ASSIGNED = re.compile(r"\s*(?:[A-Za-z_]\w*\s*=\s*)?(?=Genotype\s*\()")
_PARTS = ("normal", "reduce")
_LIST = (list, tuple)


def read_public(text: str, family: str, rule: Concatenation) -> Genotype | None:
    """Return the genotype of a text, None where it has none of the forms; raises ValueError for what is wrong in it.

    family: whose names are known; rule: which nodes are concatenated where the form does not say
    """
    if _NAME.fullmatch(text):
        return named_genotype(text, family, rule)
    if assigned := _ASSIGNED.match(text):
        return read_genotype(text[assigned.end() :])
    value = literal_of(text)
    if value is None:
        return None
    if isinstance(value, Mapping):
        return genotype_of_fields({**_concats(value, rule), **value})
    return _of_compact(value, rule)


def _concats(fields: Mapping[str, object], rule: Concatenation) -> dict[str, object]:
    """Return the fields that say which nodes are concatenated, by the rule."""
    return {
        f"{name}_concat": concatenated(paired(pairs_of(name, fields)), rule)
        for name in _PARTS
        if f"{name}_concat" not in fields
    }


def _of_compact(value: object, rule: Concatenation) -> Genotype:
    cells = [cell for cell in value if isinstance(cell, _LIST)] if isinstance(value, _LIST) else []
    if not isinstance(value, _LIST) or not len(cells) == len(value) == 2:
        raise ValueError(f"{shown(value)} is not the normal and the reduction cell; the forms are {PUBLIC_FORMS}")
    normal, reduction = (paired(map(_choice, cell)) for cell in cells)
    return genotype_of(normal, reduction, rule)


def _choice(pair: object) -> Choice:
    if not isinstance(pair, _LIST) or len(pair) != 2 or type(pair[0]) is not int:
        raise ValueError(f"a compact cell holds pairs (SOURCE, NUMBER of an operation), got {shown(pair)}")
    source: int = pair[0]
    return operation_numbered(pair[1], COMPACT_OPERATIONS), source

"""The usual notation of genotypes, that of the code published with DARTS (Liu et al., 2019), read and written.

``Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), reduce=[...], reduce_concat=[2, 3, 4, 5])``
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spaces.cells.genotype import CellGenotype, Choice, Genotype, choices, paired
from spaces.literals import literal_value, parsed, shown

_FIELDS = ("normal", "normal_concat", "reduce", "reduce_concat")
_FORM = "Genotype(normal=[('OP', SOURCE), ...], normal_concat=range(A, B), reduce=[...], reduce_concat=[...])"
_MOST_NODES = 10_000


def write_genotype(genotype: Genotype) -> str:
    """Return the notation of a genotype, consecutive nodes of a concatenation as a range."""
    normal, reduction = genotype.normal, genotype.reduction
    return (
        f"Genotype(normal={list(choices(normal.nodes))}, normal_concat={_write_concat(normal.concat)}, "
        f"reduce={list(choices(reduction.nodes))}, reduce_concat={_write_concat(reduction.concat)})"
    )


def read_genotype(text: str) -> Genotype:
    """Return the genotype of a text in the usual notation, spaces and line breaks as in Python.

    Nothing is evaluated. Raises ValueError for anything else.
    """
    call = parsed(text, f"not a genotype; the form is {_FORM}")
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "Genotype":
        raise ValueError(f"not a genotype; the form is {_FORM}")
    if call.args or [keyword.arg for keyword in call.keywords] != list(_FIELDS):
        raise ValueError(f"a genotype names {', '.join(_FIELDS)} in this order; the form is {_FORM}")
    return genotype_of_fields({str(keyword.arg): _value(keyword.value) for keyword in call.keywords})


def genotype_of_fields(fields: Mapping[str, object]) -> Genotype:
    """Return the genotype of the four fields of the notation, e.g. of a published record.

    ``normal`` and ``reduce``: pairs of an operation and a source; ``normal_concat`` and ``reduce_concat``: numbers of
    nodes, in any order. Raises ValueError naming the field that is wrong.
    """
    normal, reduction = (
        CellGenotype(
            paired(pairs_of(name, fields)),
            tuple(sorted(_read_number(f"{name}_concat", entry) for entry in _entries(f"{name}_concat", fields))),
        )
        for name in ("normal", "reduce")
    )
    return Genotype(normal, reduction)


def pairs_of(name: str, fields: Mapping[str, object]) -> Iterator[Choice]:
    """Yield the choices of the field ``name``, two per node: pairs one after the other, or two by two as nodes.

    Raises ValueError for anything else.
    """
    for entry in _entries(name, fields):
        node = isinstance(entry, list | tuple) and all(isinstance(one, list | tuple) for one in entry)
        yield from (_read_choice(name, pair) for pair in _listed(entry, node=node))


def _write_concat(concat: tuple[int, ...]) -> str:
    consecutive = range(concat[0], concat[-1] + 1)
    return str(consecutive) if tuple(consecutive) == concat else str(list(concat))


def _value(node: ast.expr) -> object:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return _range(node)
    return literal_value(node, f"a field of a genotype is a list or a range of numbers; the form is {_FORM}")


def _range(node: ast.Call) -> range:
    bounds = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    numbers = [bound for bound in bounds if type(bound) is int and 0 <= bound < _MOST_NODES]
    if node.keywords or len(node.args) != 2 or len(numbers) != 2:
        raise ValueError("a range in a genotype has two small numbers, e.g. range(2, 6)")
    return range(*numbers)


def _entries(name: str, fields: Mapping[str, object]) -> Iterable[object]:
    entries = fields.get(name)
    if not isinstance(entries, list | tuple | range):
        raise ValueError(f"{name} of a genotype must be a list, got {type(entries).__name__}")
    return entries


def _listed(entry: Any, *, node: bool) -> Iterable[object]:
    """Return the pairs of an entry: its own where it is a node, else itself."""
    return entry if node else (entry,)


def _read_choice(name: str, pair: object) -> Choice:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
        raise ValueError(f"{name} of a genotype holds pairs ('OP', SOURCE), got {shown(pair)}")
    return pair[0], _read_number(name, pair[1])


def _read_number(name: str, entry: object) -> int:
    if type(entry) is not int:
        raise ValueError(f"{name} of a genotype numbers states from 0, got {shown(entry)}")
    return entry

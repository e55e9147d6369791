"""The usual notation of genotypes, that of the code published with DARTS (Liu et al., 2019), read and written.

``Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), reduce=[...], reduce_concat=[2, 3, 4, 5])``
"""

import ast
from collections.abc import Iterable, Mapping

from spaces.cells.genotype import CellGenotype, Choice, Genotype, choices, paired

_FIELDS = ("normal", "normal_concat", "reduce", "reduce_concat")
_FORM = "Genotype(normal=[('OP', SOURCE), ...], normal_concat=range(A, B), reduce=[...], reduce_concat=[...])"
_MOST_CHARACTERS = 10_000  # a parser's memory and recursion are bounded by the length of what it reads


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
    call = _parse(text)
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
            paired(_read_choice(name, pair) for pair in _entries(name, fields)),
            tuple(sorted(_read_number(f"{name}_concat", entry) for entry in _entries(f"{name}_concat", fields))),
        )
        for name in ("normal", "reduce")
    )
    return Genotype(normal, reduction)


def _write_concat(concat: tuple[int, ...]) -> str:
    consecutive = range(concat[0], concat[-1] + 1)
    return str(consecutive) if tuple(consecutive) == concat else str(list(concat))


def _parse(text: str) -> ast.expr:
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"a genotype has at most {_MOST_CHARACTERS} characters, got {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"not a genotype; the form is {_FORM}") from None


def _value(node: ast.expr) -> object:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return _range(node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"a field of a genotype is a list or a range of numbers; the form is {_FORM}") from None


def _range(node: ast.Call) -> range:
    bounds = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    numbers = [bound for bound in bounds if type(bound) is int and 0 <= bound < _MOST_CHARACTERS]
    if node.keywords or len(node.args) != 2 or len(numbers) != 2:
        raise ValueError("a range in a genotype has two small numbers, e.g. range(2, 6)")
    return range(*numbers)


def _entries(name: str, fields: Mapping[str, object]) -> Iterable[object]:
    entries = fields.get(name)
    if not isinstance(entries, list | tuple | range):
        raise ValueError(f"{name} of a genotype must be a list, got {type(entries).__name__}")
    return entries


def _read_choice(name: str, pair: object) -> Choice:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str):
        raise ValueError(f"{name} of a genotype holds pairs ('OP', SOURCE), got {_shown(pair)}")
    return pair[0], _read_number(name, pair[1])


def _read_number(name: str, entry: object) -> int:
    if type(entry) is not int:
        raise ValueError(f"{name} of a genotype numbers states from 0, got {_shown(entry)}")
    return entry


def _shown(value: object) -> str:
    return ascii(value)[:60]

"""The words that stand for cells in candidates' texts: ``sep_conv_3x3~0,none~1/skip_connect~2,max_pool_3x3~0``.

Nodes are separated by ``/``; each has two choices, an operation and after ``~`` the number of the state it reads.
"""

import re
from collections.abc import Sequence

from spaces.cells.genotype import INPUTS, Choice, Node, Nodes
from tasks.foundation.errors import unknown_name

CELL_FORM = "OP~SOURCE,OP~SOURCE/..."
_NUMBER = "0|[1-9][0-9]{0,3}"  # no sign, no leading zero: one text per number
_CHOICE = re.compile(f"([a-z0-9_]+)~({_NUMBER})")
_FIELD_NUMBER = re.compile(_NUMBER)


def encode_nodes(nodes: Nodes) -> str:
    """Return the word of a cell."""
    return "/".join(",".join(f"{operation}~{source}" for operation, source in node) for node in nodes)


def decode_nodes(text: str, count: int) -> Nodes:
    """Return the nodes of a word; raises ValueError unless it describes ``count`` nodes with two choices each."""
    nodes = text.split("/")
    if len(nodes) != count:
        raise ValueError(f"{text!r} describes {len(nodes)} nodes instead of {count}; the form is {CELL_FORM}")
    return tuple(_decode_node(number, node) for number, node in enumerate(nodes, start=INPUTS))


def split_fields(text: str, names: Sequence[str]) -> list[str]:
    """Return the values of a text ``name=value:name=value``; raises ValueError unless it has these names in order."""
    form = ":".join(f"{name}=..." for name in names)
    parts = [part.partition("=") for part in text.split(":")]
    if [name for name, _, _ in parts] != list(names):
        raise ValueError(f"{text!r} does not have the form {form}")
    return [value for _, _, value in parts]


def decode_number(name: str, text: str) -> int:
    """Return the number of a field; raises ValueError for anything but plain digits without a leading zero."""
    if not _FIELD_NUMBER.fullmatch(text):
        raise ValueError(f"{name} is {text!r}, not a number of at most four digits")
    return int(text)


def check_operation(operation: str, allowed: Sequence[str], where: str) -> None:
    """Raise ValueError unless an operation is allowed; where: e.g. ``"of node 2 of the normal cell"``."""
    if operation not in allowed:
        raise unknown_name(f"operation {where}", operation, allowed)


def _decode_node(number: int, text: str) -> Node:
    parts = text.split(",")
    if len(parts) != 2:
        raise ValueError(f"node {number} is {text!r}; it needs two operations, OP~SOURCE,OP~SOURCE")
    return _decode_choice(number, parts[0]), _decode_choice(number, parts[1])


def _decode_choice(number: int, text: str) -> Choice:
    match = _CHOICE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} of node {number} does not have the form OP~SOURCE")
    return match[1], int(match[2])

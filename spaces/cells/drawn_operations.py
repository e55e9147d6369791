"""Operations of cells as diagrams show them: in words, and in the colour of what they are."""

from spaces.cells.operations import SKIP, ZERO
from spaces.drawing.diagram import Arrow, Role

_WORDS = {SKIP: "skip", ZERO: "none"}
_ROLES = {SKIP: Role.SKIP, ZERO: Role.NOTHING, "noise": Role.FREE}


def operation_words(operation: str) -> str:
    """Return an operation's name in words: ``sep conv 3x3`` for ``sep_conv_3x3``."""
    return _WORDS.get(operation, operation.removeprefix("nor_").removesuffix("-bn-relu").replace("_", " "))


def operation_role(operation: str) -> Role:
    """Return whether an operation has weights, or is an identity or nothing."""
    return _ROLES.get(operation, Role.FREE if "pool" in operation else Role.WEIGHTED)


def operation_arrow(source: int, target: int, operation: str) -> Arrow:
    """Return an operation on its way from a state to a node."""
    return Arrow(str(source), str(target), operation_words(operation), operation_role(operation))

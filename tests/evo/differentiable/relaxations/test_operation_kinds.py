"""Catches: an operation of a shipped space taken for one of another kind."""

from evo.differentiable.relaxations.operation_kinds import is_parametric, is_pool, is_skip
from spaces.cells.operations import OPERATIONS
from spaces.nasbench201.cell import OPERATIONS as OPERATIONS_201


def test_every_operation_of_the_shipped_spaces_is_of_its_kind() -> None:
    for operation in {*OPERATIONS, *OPERATIONS_201}:
        assert is_skip(operation) == (operation == "skip_connect")
        assert is_pool(operation) == ("pool" in operation)
        assert is_parametric(operation) == ("conv" in operation)

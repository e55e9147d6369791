"""Catches: an error that ends a run and is not told to its caller as one."""

import pytest

from evo.records.failures import ContractError, FailedRunError, ReplayError, WorkerStartError


@pytest.mark.parametrize("kind", [ContractError, ReplayError, WorkerStartError])
def test_whatever_ends_a_run_is_caught_by_one_name(kind: type[FailedRunError]) -> None:
    with pytest.raises(FailedRunError, match="why"):
        raise kind("why")
    assert not issubclass(kind, ValueError)  # which would be the caller's input

"""Catches: a request that holds another type than it says, a default that another part would not expect."""

from pathlib import Path

import pytest

from evo.boards.request import DEFAULT_FOLDER, LeaderboardRequest
from tasks.foundation.errors import UsageError


def test_nothing_said_is_what_is_shipped_in_the_default_folder() -> None:
    request = LeaderboardRequest()
    assert (request.fitness, request.table, request.space) == (None, None, None)
    assert request.run_dir == DEFAULT_FOLDER == Path("runs/leaderboard")


def test_a_wrong_type_is_told() -> None:
    with pytest.raises(UsageError, match="seed="):
        LeaderboardRequest(seed="one")  # type: ignore[arg-type]
    assert LeaderboardRequest(table="t.csv").table == Path("t.csv")  # type: ignore[arg-type]

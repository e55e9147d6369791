"""Catches: a word in Latin-1 that Ray stumbles over in words about a cluster."""

import sys

import pytest

from evo.cluster import cluster
from evo.cluster.command_words import check_command_words
from tasks.foundation.errors import UsageError


def test_words_that_are_not_utf_8_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    check_command_words()
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "evo.run", "--table", "caf\udce9.csv"])
    with pytest.raises(UsageError, match=r"'caf\\udce9.csv': is not UTF-8, and Ray") as caught:
        check_command_words()
    str(caught.value).encode()


def test_ray_is_not_even_started_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["caf\udce9"])
    monkeypatch.setattr(cluster.ray, "is_initialized", lambda: False)
    monkeypatch.setattr(cluster, "_connect", lambda address: pytest.fail("Ray was started"))
    with pytest.raises(UsageError, match="is not UTF-8"), cluster.joined("local"):
        pass

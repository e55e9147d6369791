"""Catches: a run folder that does not say which versions, commit, machine and command made it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evo.storage.provenance import RECORDED_PACKAGES, provenance


def test_versions_commit_machine_and_command_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["evo.run", "--seed", "1"])
    found = json.loads(json.dumps(provenance()))
    assert found.keys() == {"versions", "commit", "machine", "command"}
    assert found["versions"].keys() == {"python", *RECORDED_PACKAGES}
    assert found["versions"]["torch"]
    assert found["machine"].keys() == {"node", "processor", "cpus"}
    assert found["machine"]["cpus"] >= 1
    assert found["command"] == ["evo.run", "--seed", "1"]


def test_a_machine_without_git_has_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object, **options: object) -> None:
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", missing)
    assert provenance()["commit"] is None


def test_a_machine_without_cpuinfo_is_noted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: Path, **options: object) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", missing)
    assert isinstance(provenance()["machine"]["processor"], str)

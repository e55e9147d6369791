"""Catches: a cluster that is asked for in vain, members scored after one that was interrupted, a report before all
scores are there, a full disk that ends in a traceback, and a refusal after something was written.

Members here say what they would score; whole series on Ray are in the tests of the commands.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evo.engine.cluster import Cluster, Resources
from evo.engine.plugins import build_plugins
from evo.records.config import Limits
from evo.scoring import scoring as session
from evo.scoring.folder import SeriesFolder, SeriesKind
from evo.scoring.member import Member
from evo.scoring.scoring import Series, Wording
from evo.storage.run_folder import RunFolder
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, scored, toy_config

KIND = SeriesKind("thing", "asked.json", "--many", "the sky has fallen")
TEXTS = ["0000000000", "0000000001"]
OPTIONS = argparse.Namespace(trial_timeout=None, address="local", workers="1", gpus_per_worker="auto", quiet=True)


@dataclass(frozen=True)
class Scripted(Member):
    """Logs its first ``ready`` candidates when it is searched."""

    ready: int = len(TEXTS)

    def search(self, limits: Limits, resources: Resources, *, program: str, quiet: bool) -> int:
        assert limits.evaluations == len(TEXTS)
        with RunFolder(self.folder) as folder:
            folder.claim(self.config, limits)
            log_outcomes(self.folder, [scored(float(number)) for number in range(self.ready)])
        return DONE if self.ready == len(TEXTS) else INTERRUPTED


class Script:
    """A series of members, and what was asked and said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reports = 0

    def run(self, *ready: int) -> int:
        config = toy_config()
        plugins = build_plugins(config)
        members = [Scripted(f"m{n}", self.path / f"m{n}", config, plugins, count) for n, count in enumerate(ready)]
        wording = Wording("evo.thing", "two things", lambda member: f"{member.label} is scored")
        return Series(SeriesFolder(self.path, {}, KIND), TEXTS, members, wording).run(OPTIONS, self.report)

    def report(self) -> int:
        self.reports += 1
        return DONE


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """A series in a new folder, and a cluster that nobody needs to start."""
    monkeypatch.setattr(session, "connect", lambda address: Cluster("here:1", cpus=2, gpus=0.0))
    monkeypatch.setattr(session, "disconnect", lambda: None)
    return Script(tmp_path / "run")


def test_all_members_are_scored_then_reported(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.run(2, 2) == DONE
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"two things -> {script.path}",
        "1 workers, 0 GPU each",
        "dashboard: http://here:1 (its token: ray get-auth-token)",
        "m0 is scored",
        "m1 is scored",
    ]
    assert script.reports == 1


def test_an_interruption_ends_it_and_says_how_to_go_on(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.run(2, 1, 2) == INTERRUPTED
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"interrupted after 1 of 2 scores of m1; the same command with --run-dir {script.path} goes on"
    assert script.reports == 0
    assert not (script.path / "m2").exists()


def test_where_nothing_is_left_no_cluster_is_asked_for(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    script.run(2, 2)
    monkeypatch.setattr(session, "connect", None)
    assert script.run(2, 2) == DONE
    assert script.reports == 2


def test_a_full_disk_is_one_line(
    script: Script, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise OSError("no space left")

    monkeypatch.setattr(script, "report", fail)
    assert script.run(2) == FAILED
    saved = f"scores are in {script.path}: the same command goes on"
    assert capsys.readouterr().err == f"evo.thing: error: no space left; {saved}\n"


def test_a_time_out_out_of_range_and_other_candidates_are_refused_before_anything_is_written(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "connect", None)
    with monkeypatch.context() as patched:
        patched.setattr(OPTIONS, "trial_timeout", 0.0)
        with pytest.raises(UsageError, match="--trial-timeout 0"):
            script.run(2)
    assert not script.path.exists()
    with SeriesFolder(script.path, {}, KIND) as folder:
        folder.claim(["1111111111"])
    with pytest.raises(UsageError, match="the sky has fallen"):
        script.run(2)

"""Catches: workers that are asked for in vain, members scored after one that was interrupted or stopped, a return
before all scores are there, a full disk that ends in a traceback, and a refusal after something was written.

Members here say what they would score; whole scorings are in the tests of correlations and labellings.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from evo.engine.monitor import PlainProgress
from evo.engine.observer import Observer
from evo.engine.plugins import Plugins, build_plugins
from evo.records.config import Limits
from evo.records.failures import FailedRunError, FutileRunError, LostClusterError
from evo.records.requests import Placement
from evo.records.resources import Cluster, Resources
from evo.scoring import scoring as module
from evo.scoring.folder import ScoringFolder, ScoringKind
from evo.scoring.member import Member
from evo.scoring.scoring import Scoring, Watching, Wording
from evo.storage.run_folder import RunFolder
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, scored, toy_config
from tests.tiny_images import REMARK
from tests.toy import CountOnes

KIND = ScoringKind("thing", "asked.json", "--many", "the sky has fallen")
TEXTS = ["0000000000", "0000000001"]


@dataclass(frozen=True)
class Scripted(Member):
    """Logs its first ``ready`` candidates when it is searched."""

    ready: int = len(TEXTS)
    ending: str = "interrupted"

    def search(self, limits: Limits, resources: Resources, observers: Sequence[Observer]) -> str:
        assert limits.evaluations == len(TEXTS)
        with RunFolder(self.folder) as folder:
            folder.claim(self.config, limits)
            log_outcomes(self.folder, [scored(float(number)) for number in range(self.ready)])
        if self.ready == len(TEXTS):
            return "finished"
        if self.ending == "failed":
            raise FailedRunError("no worker can be made")
        if self.ending == "futile":
            raise FutileRunError("it will never do")
        return self.ending


class Script:
    """A scoring by members that say what they score."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def scoring(self, *ready: int, ending: str = "interrupted") -> Scoring:
        config = replace(toy_config(), data="tests.tiny_images:BrokenLabels")
        plugins = build_plugins(config)
        members = [
            Scripted(f"m{n}", self.path / f"m{n}", config, plugins, ready=count, ending=ending)
            for n, count in enumerate(ready)
        ]
        wording = Wording("two things", lambda member: f"{member.label} is scored")
        return Scoring(ScoringFolder(self.path, {}, KIND), TEXTS, members, wording)

    def run(self, *ready: int, ending: str = "interrupted", trial_timeout: float | None = None) -> None:
        self.scoring(*ready, ending=ending).run(Placement(), trial_timeout=trial_timeout)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Script:
    """A scoring in a new folder, on a cluster that nobody needs to start."""

    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster("here:1", cpus=2, gpus=0.0), Resources(1, 0.0)

    monkeypatch.setattr(module, "opened", opened)
    caplog.set_level(logging.INFO, "evo")
    return Script(tmp_path / "run")


def test_all_members_are_scored_and_told(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    script.run(2, 2)
    assert "\n".join(caplog.messages).splitlines() == [
        f"two things -> {script.path}",
        "1 worker, 0 GPU each",
        REMARK,
        "dashboard: http://here:1 (its token: ray get-auth-token)",
        "m0 is scored",
        "m1 is scored",
    ]


def test_options_that_are_not_met_as_given_are_told_member_by_member(
    script: Script, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plugins, "notes", lambda self, label: [f"note: {label}: less"])
    script.run(2, 2)
    assert "\n".join(caplog.messages).splitlines()[3:5] == ["note: m0: less", "note: m1: less"]


def test_gpus_that_stay_idle_are_told_where_a_member_gains_from_them(
    script: Script, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster("here:1", cpus=2, gpus=2.0), Resources(1, 0.0)

    monkeypatch.setattr(module, "opened", opened)
    script.run(2, 2)
    assert "GPUs" not in "\n".join(caplog.messages)
    monkeypatch.setattr(CountOnes, "needs_cuda", True, raising=False)
    Script(script.path.parent / "again").run(2, 2)
    assert "note: fitness tests.toy:CountOnes gains from a GPU, and the cluster's 2 GPUs" in "\n".join(caplog.messages)


def test_the_expected_time_is_told_by_the_workers_and_another_folder_that_goes_on(
    script: Script, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    scoring = script.scoring(2, 1)
    expected = Wording("two", lambda member: member.label, lambda workers: [f"takes {workers} hour"], tmp_path)
    scoring._wording = expected
    with pytest.raises(KeyboardInterrupt):
        scoring.run(Placement())
    lines = "\n".join(caplog.messages).splitlines()
    assert lines[4] == "takes 1 hour"
    assert lines[-1].endswith(f"the same command with --run-dir {tmp_path} goes on")


def test_an_interruption_ends_it_and_says_how_to_go_on(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KeyboardInterrupt):
        script.run(2, 1, 2)
    words = f"interrupted after 1 of 2 scores of m1; the same command with --run-dir {script.path} goes on"
    assert caplog.messages[-1] == words
    assert not (script.path / "m2").exists()


@pytest.mark.parametrize("ending", ["stopped", "failed"])
def test_a_member_that_ends_before_its_last_score_ends_it(
    script: Script, caplog: pytest.LogCaptureFixture, ending: str
) -> None:
    with pytest.raises(FailedRunError) as caught:
        script.run(1, 2, ending=ending)
    words = f"{ending} after 1 of 2 scores of m0; the same command with --run-dir {script.path} goes on"
    assert words in (str(caught.value), caplog.messages[-1])
    assert not (script.path / "m1").exists()


def test_a_member_that_can_never_go_on_is_not_said_to(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FutileRunError, match="it will never do"):
        script.run(2, 0, ending="futile")
    assert "goes on" not in caplog.text


def test_where_nothing_is_left_no_worker_is_asked_for(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    script.run(2, 2)
    monkeypatch.setattr(module, "opened", None)
    script.run(2, 2)


def test_a_full_disk_is_told_with_the_folder(script: Script) -> None:
    script.run(2, 2)
    error = OSError("no space left")
    words = rf"^no space left; {script.path} holds 4 finished scores: the same command goes on$"
    with pytest.raises(FailedRunError, match=words), script.scoring(2, 2).saved():
        raise error
    with pytest.raises(FailedRunError, match=r"^not there; .* goes on$"), script.scoring(2).saved():
        raise LostClusterError("not there")


def test_a_time_out_out_of_range_and_other_candidates_are_refused_before_anything_is_written(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "opened", None)
    with pytest.raises(UsageError, match="--trial-timeout 0"):
        script.run(2, trial_timeout=0.0)
    assert not script.path.exists()
    with ScoringFolder(script.path, {}, KIND) as folder:
        folder.claim(["1111111111"])
    with pytest.raises(UsageError, match="the sky has fallen"):
        script.run(2)


def test_each_member_has_progress_of_its_own_beside_the_callers_observers() -> None:
    mine = Observer()
    assert Watching((mine,)).of_member() == [mine]
    watching = Watching((mine,), progress=True)
    first, second = watching.of_member(), watching.of_member()
    assert first[0] is second[0] is mine
    assert isinstance(first[1], PlainProgress)
    assert first[1] is not second[1]

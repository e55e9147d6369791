"""Catches: a traceback where there is no run, one run that is shown of several, a list that never ends."""

import io
from pathlib import Path

import pytest

from evo.commands import status as command
from evo.commands.status import main
from evo.records.config import Limits
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import PROGRESS, RunFolder
from evo.storage.run_log import RunLog
from tests.runs import toy_config


@pytest.fixture
def run_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("runs") / "x"
    with RunFolder(path) as folder:
        folder.claim(toy_config(), Limits(9))
        folder.write(PROGRESS, {"state": "finished", "evaluations": 9, "done": 1})
    log = RunLog(path)
    log.append(Finished(Trial(0, None, (0,), "c0", "k0", seed=0), Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    return path


def test_the_command_prints_what_was_found(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run_dir)]) == 0
    shown = capsys.readouterr().out
    assert "regularized_evolution over tests.toy:BitStrings by tests.toy:CountOnes, seed 0" in shown
    assert "1 of 9 evaluations logged" in shown
    assert "c0" in shown


def test_several_runs_follow_each_other(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunFolder(Path("runs/y")) as folder:
        folder.claim(toy_config(), Limits(9))
    assert main(["runs/y", "runs/x"]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.startswith("runs/y: ")
    assert second.startswith("runs/x: ")


def test_without_a_run_all_of_them_are_listed(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["run", "state", "done", "best", "params", "age"]
    assert line.split() == ["runs/x", "finished", "1/9", "1", "-", "-"]


def test_without_any_run_the_list_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 0
    assert capsys.readouterr().out == "no run in runs/: name one, or start one by python -m evo.run\n"


class Clock:
    """Stands in for the ``time`` module; the run ends while the second sleep lasts."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder, self.slept = folder, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == 2:
            self.folder.__exit__()


@pytest.mark.parametrize("named", [["runs/x"], []])
def test_a_run_is_followed_to_its_end(
    run_dir: Path, named: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(run_dir)
    folder.claim(toy_config(), Limits(9))
    clock = Clock(folder)
    monkeypatch.setattr(command, "time", clock)
    assert main([*named, "--follow"]) == 0
    assert clock.slept == [10.0, 10.0]
    shown = capsys.readouterr().out
    assert (shown.count("running"), shown.count("finished")) == (2, 1)
    assert "\x1b" not in shown


def test_a_terminal_is_drawn_anew(run_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = RunFolder(run_dir)
    folder.claim(toy_config(), Limits(9))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, clock = Terminal(), Clock(folder)
    monkeypatch.setattr(command, "time", clock)
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["runs/x", "--follow"]) == 0
    assert clock.slept == [2.0, 2.0]
    assert terminal.getvalue().count("\x1b[2J\x1b[H") == 3


def test_no_run_is_one_line_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "no run here" in captured.err


def test_one_that_is_no_run_among_several_prints_nothing(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs/x", "runs/nothing"]) == 2
    assert capsys.readouterr().out == ""

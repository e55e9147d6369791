"""Catches: a command line that ends in another exit code than it says, hides what failed,
shows a traceback twice or for bad input, or loses an option on its way."""

import sys
from pathlib import Path

import pytest

from spaces.check_command import main
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE

FEW = ["--members", "3", "--networks", "1"]

BROKEN = """
import numpy as np
from tests.toy import BitStrings

class Option:
    pass

class Broken(BitStrings):
    def mutate(self, candidate, rng):
        raise IndexError("no edge is left")

class Silent(BitStrings):
    def __init__(self, *, colour=Option):
        super().__init__()

class Prepared(BitStrings):
    ready = False
    def prepare(self, folder):
        self.ready = folder.is_dir()
    def sample(self, rng):
        assert self.ready
        return super().sample(rng)

class Interrupted(BitStrings):
    def sample(self, rng):
        raise KeyboardInterrupt
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a file of spaces."""
    (tmp_path / "spaces_of_mine.py").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "spaces_of_mine", raising=False)
    return tmp_path


def test_a_space_that_keeps_its_contract_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.toy:BitStrings", *FEW, "--set", "space.length=7"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok       options resolve                  length=7"
    assert lines[1].startswith("skipped  prepare ")
    assert "ok       text leads back                  3 texts of up to 7 characters" in lines
    assert any(line.startswith("skipped  logits and gradients") and "no networks" in line for line in lines)
    assert lines[-1] == "27 checks: 13 ok, 0 failed, 14 skipped"
    assert len(lines) == 28


def test_networks_are_checked_and_the_seed_decides(capsys: pytest.CaptureFixture[str]) -> None:
    def lines(*arguments: str) -> list[str]:
        assert main(["tests.tiny:TinyNetworks", *FEW, *arguments]) == DONE
        return [line for line in capsys.readouterr().out.splitlines() if "speed" not in line]

    assert lines()[-1] == "27 checks: 21 ok, 0 failed, 6 skipped"
    assert lines() == lines("--seed", "0")
    assert any("3 networks" in line for line in lines("--networks", "3"))
    assert len({tuple(lines("--seed", seed)) for seed in "0123"}) > 1


@pytest.mark.usefixtures("here")
def test_a_broken_space_ends_with_one_and_shows_its_own_traceback_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spaces_of_mine:Broken", *FEW]) == FAILED
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    failed = [line for line in lines if line.startswith("FAILED")]
    assert len(failed) == 4
    assert all("IndexError: no edge is left" in line for line in failed)
    assert lines.count('        raise IndexError("no edge is left")') == 1
    assert any("spaces_of_mine.py" in line for line in lines)
    assert any(line.startswith("ok       text leads back") for line in lines)
    assert lines[-1] == "27 checks: 9 ok, 4 failed, 14 skipped"
    assert captured.err == ""


@pytest.mark.usefixtures("here")
def test_an_option_that_a_run_folder_cannot_give_back_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spaces_of_mine:Silent", *FEW]) == FAILED
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("FAILED   options resolve")
    assert "colour" in line


@pytest.mark.usefixtures("here")
def test_a_space_that_asks_for_it_is_prepared_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spaces_of_mine:Prepared", *FEW]) == DONE
    assert capsys.readouterr().out.splitlines()[1].endswith("prepared twice in one folder")


@pytest.mark.usefixtures("here")
def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spaces_of_mine:Interrupted", *FEW]) == INTERRUPTED
    assert capsys.readouterr().err == "spaces.check: interrupted\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: SPACE"),
        (["nds_resent"], "unknown space 'nds_resent'; did you mean 'nds_resnet'?"),
        (["no_such_module:X"], "'no_such_module:X' cannot be imported"),
        (["tests.toy:Nothing"], "has nothing callable named 'Nothing'"),
        (["os:getcwd"], "is neither a class with the methods of a space"),
        (["tests.toy:BitStrings", "--set", "space.length=0"], "length=0: must be at least 1"),
        (["tests.toy:BitStrings", "--set", "space.lenght=3"], "did you mean 'length'?"),
        (["tests.toy:BitStrings", "--set", "length=3"], "write AXIS.OPTION=VALUE, e.g. space.OPTION=VALUE"),
        (["tests.toy:BitStrings", "--set", "fitness.steps=3"], "unknown axis"),
        (["tests.toy:BitStrings", "--members", "0"], "--members 0: must be at least 1"),
        (["tests.toy:BitStrings", "--networks", "1000000000"], "--networks 1000000000: must be at most 100,000"),
        (["tests.toy:BitStrings", "--networks", "-1"], "--networks -1: must be at least 1"),
        (["tests.toy:BitStrings", "--members", "x"], "invalid int value: 'x'"),
        (["tests.toy:BitStrings", "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("spaces.check: error: ")
    assert captured.err.count("\n") == 1
    assert words in captured.err


def test_options_stand_in_parentheses_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.toy:BitStrings(length=4)", "--members", "4"]) == 0
    assert "ok       options resolve" in capsys.readouterr().out
    assert main(["tests.toy:BitStrings(lenght=4)", "--members", "4"]) == 2
    assert "did you mean 'length'" in capsys.readouterr().err

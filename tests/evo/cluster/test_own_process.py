"""Catches: a C library that ends a process, a function that changes how its caller's process keeps memory, or ends
it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.cluster.own_process import end_own_process, keep_freed_memory, owned_by, resident_bytes

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize("library", [lambda: (_ for _ in ()).throw(OSError), lambda: object()])
def test_a_c_library_without_tunable_memory_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, library: Callable[[], object]
) -> None:
    monkeypatch.setattr("evo.cluster.own_process.ctypes.CDLL", lambda name: library())
    keep_freed_memory()


def test_a_process_knows_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.cluster.own_process.resource.getpagesize", lambda: 4096)
    for text, expected in (("900 25 3", 25 * 4096), ("900", None), ("a b", None)):
        (tmp_path / "statm").write_text(text)
        monkeypatch.setattr("evo.cluster.own_process._SIZES", tmp_path / "statm")
        assert resident_bytes() == expected
    monkeypatch.setattr("evo.cluster.own_process._SIZES", tmp_path / "none")
    assert resident_bytes() is None


@pytest.mark.parametrize(("asked", "told"), [("evo.score('1' * 10, **toy)", 0), ("evo.commands.run.main(line)", 1)])
def test_a_caller_keeps_its_memory_as_it_likes_and_a_command_does_not(asked: str, told: int) -> None:
    program = f"""
import evo, evo.commands.run
from evo.cluster import own_process
calls = []
own_process.ctypes = type("Fake", (), {{"CDLL": lambda name: calls.append(name) or object()}})
toy = {{"space": "tests.toy:BitStrings", "fitness": "tests.toy:CountOnes", "data": "noise"}}
line = [text for name, value in toy.items() for text in ("--" + name, value)] + ["--candidate", "1" * 10]
{asked}
assert len(calls) == {told}, calls
"""
    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)


def test_a_command_that_hangs_is_ended_with_one_line_and_a_caller_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    end_own_process("nobody answers")
    assert (codes, capsys.readouterr().err) == ([], "")
    with owned_by("evo.run"):
        end_own_process("nobody\nanswers")
    assert (codes, capsys.readouterr().err) == ([1], "evo.run: error: nobody answers\n")
    end_own_process("nobody answers")
    assert codes == [1]

"""Catches: a C library that ends a worker, a function that changes how its caller's process keeps memory."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.cluster.own_process import keep_freed_memory
from evo.engine.workers import EvaluationWorker
from tests.runs import toy_config

REPOSITORY = Path(__file__).parents[3]


class Library:
    """Stands in for the C library, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def mallopt(self, parameter: int, value: int) -> int:
        self.told.append((parameter, value))
        return 0


@pytest.mark.parametrize("library", [lambda: (_ for _ in ()).throw(OSError), lambda: object()])
def test_a_c_library_without_tunable_memory_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, library: Callable[[], object]
) -> None:
    monkeypatch.setattr("evo.cluster.own_process.ctypes.CDLL", lambda name: library())
    keep_freed_memory()


def test_a_worker_keeps_what_it_frees(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr("evo.cluster.own_process.ctypes.CDLL", lambda name: library)
    EvaluationWorker(toy_config().to_json(), "worker-0")
    assert library.told


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

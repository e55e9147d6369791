"""Catches: an example in the README that breaks the contract it explains, or that cannot be searched as it says."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from evo.commands.run import main as evo_run
from fitness.check_command import main as check_fitness
from spaces.check_command import main as check
from tasks.foundation.command_line import DONE

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's example as a file of the current folder."""
    examples = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, example in examples:
        (tmp_path / name).write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for module in ("mine", "apart"):
        monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.mark.usefixtures("mine")
def test_the_example_keeps_the_contract_of_a_space_of_networks(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["mine:Mine", "--members", "20", "--networks", "2"]) == DONE
    skipped = [line for line in capsys.readouterr().out.splitlines() if line.startswith("skipped")]
    assert [line.split()[1] for line in skipped] == [
        "prepare",
        "published",
        "graph",
        "diagram",
        "costs",
        "costs",
        "task",
    ]


@pytest.mark.usefixtures("mine")
def test_its_own_fitness_keeps_the_contract_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_fitness(["apart:Apart", "--space", "mine:Mine", "--data", "noise(size=8)"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert "ok       another process agrees           2 members, equal to the bit" in lines
    assert lines[-1] == "25 checks: 24 ok, 0 failed, 1 skipped"


@pytest.mark.usefixtures("mine")
def test_its_own_fitness_scores_it_with_the_option_that_the_readme_sets(capsys: pytest.CaptureFixture[str]) -> None:
    axes = ["--space", "mine:Mine", "--fitness", "apart:Apart", "--data", "noise", "--set", "space.max_depth=6"]
    assert evo_run([*axes, "--candidate", "6x16"]) == DONE
    assert float(capsys.readouterr().out) > 0


@pytest.mark.usefixtures("mine")
def test_the_built_in_fitness_trains_its_networks(capsys: pytest.CaptureFixture[str]) -> None:
    regression = ["--fitness", "regression", "--set", "fitness.steps=2", "--data", "noise"]
    assert evo_run(["--space", "mine:Mine", *regression, "--candidate", "2x8"]) == DONE
    assert float(capsys.readouterr().out) < 0


def test_the_example_of_a_space_is_under_40_lines() -> None:
    (example,) = re.findall(r"```python\n# mine\.py\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert example.count("\n") < 40


def test_the_readme_has_at_most_200_lines() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


SMALLER = {
    'space="nasbench201"': 'space="nasbench201(stem_channels=4,cells_per_stage=1)"',
    'fitness="regression(task=N)"': 'fitness="regression(task=N,steps=2)"',
    'data="photos"': 'data="noise"',
    "evaluations=100": "evaluations=3",
    "evaluations=200": "evaluations=4",
    "population=20, tournament=5": "population=2, tournament=1",
    "workers=2": "workers=0",
}
"""What is done in less time than the README's own."""


def test_the_python_interface_runs_as_it_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shown,) = re.findall(r"```python\n(import evo\n.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    for given, smaller in SMALLER.items():
        assert given in shown
        shown = shown.replace(given, smaller)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(shown, "README.md", "exec"), names)
    assert names["run"].trials().num_rows == 4
    assert isinstance(names["network"], nn.Module)
    assert names["study"].trials().num_rows == 1
    written = {str(path.relative_to("runs/x")) for path in Path("runs/x").rglob("*") if path.suffix in (".html", ".py")}
    assert written == {"report.html", "exports/" + next(iter(Path("runs/x/exports").iterdir())).name + "/model.py"}

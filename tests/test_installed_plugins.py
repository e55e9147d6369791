"""Catches: a plug-in of another distribution that is missing from a help, or is not found by its name; an objective
among them that is no fitness."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evo.engine.plugins import SCORING
from evo.strategies import STRATEGIES
from fitness import FITNESSES
from spaces import SPACES
from tasks.foundation.plugins import PluginTable
from tasks.images.noise import NoiseImages
from tasks.images.sources import SOURCES
from tests.objectives import MeanColour
from tests.toy import BitStrings, CountOnes

REPOSITORY = Path(__file__).parents[1]
ENTRY_POINTS = """
[selfnas.spaces]
their_space = tests.toy:BitStrings
[selfnas.fitness]
their_fitness = tests.toy:CountOnes
odd_fitness = tests.objectives:MeanColour
[selfnas.objectives]
their_objective = tests.objectives:MeanColour
[selfnas.strategies]
their_strategy = evo.strategies.random_search:RandomSearch
[selfnas.images]
their_images = tests.tiny_images:TinyLabels
"""
SHOWN = {
    "evo.run": {"--space": "space", "--fitness": "fitness objective", "--strategy": "strategy", "--data": "images"},
    "evo.correlate": {"--space": "space", "--fitness": "fitness objective", "--data": "images"},
    "evo.label": {"--space": "space", "--data": "images"},
    "evo.train": {"--data": "images"},
    "spaces.check": {"SPACE": "space"},
    "tasks.check": {"DATA": "images"},
    "evo.check": {"STRATEGY": "strategy"},
    "fitness.check": {"FITNESS": "fitness objective", "--data": "images"},
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds an installed distribution with a plug-in of every kind."""
    facts = tmp_path / "theirs-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(ENTRY_POINTS)
    return tmp_path


@pytest.mark.parametrize("command", SHOWN)
def test_installed_plug_ins_are_in_the_help(installed: Path, command: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{installed}", "COLUMNS": "100000"}
    text = subprocess.check_output([sys.executable, "-m", command, "--help"], env=environment, text=True)
    for option, kinds in SHOWN[command].items():
        (explained,) = re.findall(rf"^  {option} .*$", text, flags=re.MULTILINE)
        assert [kind for kind in kinds.split() if f"their_{kind}" not in explained] == []


def test_installed_plug_ins_are_found_by_their_names(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(installed)
    assert isinstance(SPACES.build("their_space", {}), BitStrings)
    assert isinstance(FITNESSES.build("their_fitness", {})._plain, CountOnes)
    assert STRATEGIES.load("their_strategy").__name__ == "RandomSearch"
    assert SOURCES.load("their_images").__name__ == "TinyLabels"


@pytest.mark.parametrize("name", ["their_objective", "odd_fitness"])
@pytest.mark.parametrize("table", [FITNESSES, SCORING])
def test_an_installed_objective_is_a_fitness_by_its_name(
    installed: Path, monkeypatch: pytest.MonkeyPatch, name: str, table: PluginTable
) -> None:
    monkeypatch.syspath_prepend(installed)
    options = table.resolve(name, {"steps": "3"})
    assert options["steps"] == 3
    made = table.build(name, options)
    assert isinstance(made._objective(NoiseImages(8)), MeanColour)

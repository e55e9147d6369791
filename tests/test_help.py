"""Catches: a ``--help`` that fails, that is slow because it imports a library or a plug-in, or that leaves out the exit
codes; an option of several commands that reads otherwise in one of them."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from evo.strategies import STRATEGIES
from fitness import FITNESSES, OBJECTIVES
from spaces import SPACES
from tasks.foundation.plugins import Variant
from tasks.images.sources import SOURCES

REPOSITORY = Path(__file__).parents[1]
WIDE = {"COLUMNS": "100000"}  # an option on one line
CHECKS = ("spaces.check", "fitness.check", "tasks.check", "evo.check")
RANKING = ("evo.rank", "evo.rank fit", "evo.rank predict", "evo.rank evaluate")
SEARCHING = ("evo.run", "evo.correlate", "evo.leaderboard", "evo.label")
WITH_EXIT_CODES = (*SEARCHING, "evo.train", "evo.report", "evo.draw", "evo.export", *RANKING, *CHECKS)
COMMANDS = (*WITH_EXIT_CODES, "evo.status", "spaces.tables", "spaces.tables import", "spaces.tables show")
HEAVY = {
    *("torch", "torchvision", "numpy", "scipy", "networkx", "pandas", "gensim", "sklearn", "skimage", "PIL"),
    *("ray", "pyarrow", "pydantic", "safetensors", "rich", "jinja2"),
}
TABLES = (SPACES, FITNESSES, OBJECTIVES, STRATEGIES, SOURCES)
TARGETS = [target for table in TABLES for target in table.builtin.values()]
PLUGINS = {(it.target if isinstance(it, Variant) else it).partition(":")[0] for it in TARGETS}
SHARED = {
    "--space": SEARCHING,
    "--address": SEARCHING,
    "--workers": SEARCHING,
    "--gpus-per-worker": SEARCHING,
    "--overdue": SEARCHING,
    "--worker-memory": SEARCHING,
    "--data-root": (*SEARCHING, "evo.train", "fitness.check", "tasks.check"),
    "--trial-timeout": SEARCHING,
    "--quiet": (*SEARCHING, "evo.train", "evo.report", "evo.export"),
    "--trust-plugins": (*SEARCHING, "evo.train", "evo.report", "evo.draw", "evo.export"),
    "--download": (*SEARCHING, "evo.train", "fitness.check", "tasks.check"),
}
SHARED_DATA = (  # any images; labelled ones
    ("evo.run", "evo.correlate", "evo.leaderboard", "fitness.check"),
    ("evo.label", "evo.train"),
)


@dataclass(frozen=True)
class Help:
    text: str
    imported: frozenset[str]


@cache
def shown(command: str) -> Help:
    """Run ``python -m COMMAND --help`` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", *command.split(), "--help"],
        cwd=REPOSITORY,
        env={**os.environ, **WIDE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    return Help(done.stdout, frozenset(line.rpartition("|")[2].strip() for line in done.stderr.splitlines()))


def option(command: str, name: str) -> str:
    """Return how a command explains an option: from its name to the next option."""
    found = re.search(rf"^  ({name} .*?)(?=^  -|^\S|^$)", shown(command).text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{command} has no {name}"
    return " ".join(found[1].split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_neither_a_library_nor_a_plugin(command: str) -> None:
    imported = shown(command).imported
    assert "argparse" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
    assert imported & PLUGINS == set()


@pytest.mark.parametrize("command", WITH_EXIT_CODES)
def test_help_ends_with_the_exit_codes(command: str) -> None:
    codes = shown(command).text.splitlines()[-1]
    assert re.fullmatch("exit codes: 0 .*, 1 .*, 2 usage, 130 interrupted.*", codes)


@pytest.mark.parametrize("name", SHARED)
def test_an_option_of_several_commands_reads_alike(name: str) -> None:
    assert len({option(command, name) for command in SHARED[name]}) == 1


@pytest.mark.parametrize("commands", SHARED_DATA, ids=["any", "labelled"])
def test_the_sources_of_images_read_alike(commands: tuple[str, ...]) -> None:
    assert len({option(command, "--data") for command in commands}) == 1


CHEAP_FAULTS = (
    "evo.run --space nasbench21 --fitness naswot",
    "evo.run --space nasbench201 --fitness naswot --evaluations 0",
    "evo.run --resume nowhere",
    "evo.correlate --space nasbench201 --fitness naswot --table digits --metric valu",
    "evo.leaderboard --table nope",
    "evo.leaderboard --space nasbench201 --table digits --metric valu",
    "evo.label --space nope --data digits --out x.csv",
    "evo.train nowhere --data digits",
    "evo.export nowhere",
    "evo.rank fit --space nasbench201 --table digits --metric valu --out x.safetensors",
    "evo.rank fit --space nasbench201 --panel digits --predictor rankr --out x.safetensors",
    "evo.rank predict nowhere.safetensors --random 0",
    "evo.rank evaluate nowhere.safetensors --panel digits",
    "evo.status nowhere",
    "evo.draw nowhere",
    "evo.draw",
    "evo.draw --space nasbench21 x",
    "evo.report nowhere",
    "spaces.check nope",
    "fitness.check nope",
    "spaces.tables show nowhere.csv",
)


@pytest.mark.parametrize("command", CHEAP_FAULTS)
def test_a_fault_that_needs_no_plugin_loads_neither_torch_nor_ray(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", *command.split()],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    *imported, complaint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint.startswith(f"{command.split()[0]}: error: ")
    assert {line.rpartition("|")[2].strip() for line in imported} & {"torch", "ray", "scipy", "torchvision"} == set()

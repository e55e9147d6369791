"""Catches: a file that the installed packages need and the wheel lacks, such as a recipe, a preset, a panel or
shipped scores."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
LAYERS = ("evo", "fitness", "spaces", "tasks")
PROJECT = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE")
LISTING = """
from evo.boards.shipped import shipped_boards
from evo.engine.recipe_file import shipped_recipes
from spaces.tables.panel_file import SHIPPED, locate_panel
from tasks.regression.task_files import preset_names, sequence_preset_names
print(*shipped_recipes())
print(*preset_names(), *sequence_preset_names())
print(*(f"{name} {locate_panel(name).is_file()}" for name in SHIPPED))
print(*(f"{board.name} {len(board.columns)}" for board in shipped_boards()))
"""


def pip(*arguments: str, folder: Path) -> None:
    """Run pip without a network; what it says is shown where it fails."""
    quiet = ["--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments, *quiet], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but what the built wheel installs."""
    work = tmp_path_factory.mktemp("wheel")
    source, home = work / "source", work / "installed"
    for layer in LAYERS:
        shutil.copytree(REPOSITORY / layer, source / layer, ignore=shutil.ignore_patterns("__pycache__"))
    for name in PROJECT:
        shutil.copy(REPOSITORY / name, source)
    pip("wheel", ".", "--no-build-isolation", "--wheel-dir", str(work), folder=source)
    (wheel,) = work.glob("selfnas-*.whl")
    pip("install", str(wheel), "--target", str(home), folder=work)
    return home


def python(home: Path, *arguments: str) -> list[str]:
    """Return the lines that Python prints with the installed packages, in a folder of their own."""
    environment = {**os.environ, "PYTHONPATH": str(home), "COLUMNS": "10000"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=home.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def files(home: Path, layer: str) -> set[Path]:
    """Return the files of a layer, relative to the folder that it lies in."""
    found = {path.relative_to(home) for path in (home / layer).rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path.parts}


def stems(pattern: str) -> list[str]:
    return sorted(path.stem for path in REPOSITORY.glob(pattern))


def test_every_file_of_the_packages_is_in_the_wheel(installed: Path) -> None:
    for layer in LAYERS:
        expected = {path for path in files(REPOSITORY, layer) if path.name != "README.md"}
        assert files(installed, layer) == expected


def test_recipes_presets_panels_and_scores_are_there_once_installed(installed: Path) -> None:
    recipes, presets, panels, boards = (line.split() for line in python(installed, "-c", LISTING))
    assert recipes == stems("evo/recipes/*.toml")
    assert "mae_nas_small" in recipes
    assert sorted(presets) == stems("tasks/presets/*.json")
    assert "combo" in presets
    assert panels == ["digits", "True"]
    assert boards[::2] == stems("evo/leaderboard_scores/*.parquet")
    assert "nasbench201" in boards
    assert all(int(count) > 3 for count in boards[1::2])


def test_the_help_of_the_installed_command_lists_the_recipes(installed: Path) -> None:
    text = " ".join(" ".join(python(installed, "-m", "evo.run", "--help")).split())
    assert f"one by name: {', '.join(stems('evo/recipes/*.toml'))}; what" in text


def test_recipes_lie_in_one_place_only_but_those_of_the_comparisons() -> None:
    tracked = REPOSITORY / "evo" / "recipes"
    packages = (*(REPOSITORY / layer for layer in LAYERS), REPOSITORY / "runs" / "recipes")
    assert {path.parent for folder in packages for path in folder.rglob("*.toml")} == {
        tracked,
        *(REPOSITORY / "runs" / "recipes" / name for name in ("cheaper", "comparison")),
    }

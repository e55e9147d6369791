"""Catches: a package of another origin taken for ours, ours taken for another's, an explanation that names neither
the file nor a way out; another system than Linux that ends in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.foundation.import_guard import MARKER, PACKAGES, foreign_package, foreign_system, refuse_foreign_packages

REPOSITORY = Path(__file__).parents[3]
COMMANDS = (
    *(f"evo.{name}" for name in ("run", "correlate", "label", "train", "status", "check")),
    *("spaces.check", "spaces.tables", "fitness.check"),  # of tasks.check Python itself would take the user's file
)


def make_packages(home: Path, *names: str, marker: str = MARKER) -> None:
    for name in names:
        (home / name).mkdir(parents=True)
        (home / name / "__init__.py").write_text(f'"""A package."""\n\n{marker}\n')


@pytest.fixture
def fresh_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the four packages for one test, so that they are looked up on the path again."""
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        monkeypatch.delitem(sys.modules, name)


def test_another_system_than_linux_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert foreign_system() is None
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SystemExit) as ended:
        refuse_foreign_packages("evo.run")
    assert ended.value.code == 2
    line = "selfnas runs on Linux, and this is darwin; use a container of Linux, or on Windows WSL 2"
    assert capsys.readouterr().err == f"evo.run: error: {line}\n"


def test_this_checkout_is_ours() -> None:
    assert foreign_package(REPOSITORY) is None


def test_every_package_of_ours_carries_the_marker() -> None:
    for name in PACKAGES:
        assert MARKER in (REPOSITORY / name / "__init__.py").read_text()


@pytest.mark.usefixtures("fresh_imports")
def test_four_packages_side_by_side_are_fine_wherever_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_packages(tmp_path, *PACKAGES)
    monkeypatch.syspath_prepend(tmp_path)
    assert foreign_package(tmp_path) is None


@pytest.mark.usefixtures("fresh_imports")
def test_a_users_own_tasks_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tasks.py").write_text("print('mine')\n")
    monkeypatch.syspath_prepend(tmp_path)
    complaint = foreign_package(REPOSITORY)
    assert complaint is not None
    assert str(tmp_path / "tasks.py") in complaint
    assert "rename that file" in complaint
    assert "\n" not in complaint


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.usefixtures("fresh_imports")
def test_a_foreign_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make_packages(tmp_path, name, marker="__version__ = '3.1'")
    monkeypatch.syspath_prepend(tmp_path)
    assert f"{name!r} would be imported from {tmp_path}" in str(foreign_package(REPOSITORY))


@pytest.mark.usefixtures("fresh_imports")
def test_a_package_in_our_place_without_our_marker_is_foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_packages(tmp_path, "evo", "fitness", "spaces")
    make_packages(tmp_path, "tasks", marker="")
    monkeypatch.syspath_prepend(tmp_path)
    assert "'tasks' would be imported" in str(foreign_package(tmp_path))


@pytest.mark.usefixtures("fresh_imports")
def test_a_missing_or_init_less_package_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_packages(tmp_path, "evo", "fitness", "spaces")
    (tmp_path / "tasks").mkdir()
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert "'tasks' cannot be found" in str(foreign_package(tmp_path))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_beside_a_users_tasks_file_ends_in_one_line_before_anything_is_written(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "tasks.py").write_text("raise RuntimeError('imported')\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "tasks.py") in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["tasks.py"]


@pytest.mark.parametrize("command", [name for name in COMMANDS if not name.startswith("spaces.")])
def test_a_command_beside_a_users_package_of_spaces_runs_nothing_of_it(command: str, tmp_path: Path) -> None:
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "__init__.py").write_text("raise RuntimeError('imported')\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "spaces") in done.stderr

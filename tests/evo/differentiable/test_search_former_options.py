"""Searches that were begun before options of theirs. Catches: one that goes on in another form, by ``--resume`` or by
the same command, is refused, or is gone on with in the form that somebody asks for.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evo.commands.run import main
from evo.differentiable.one_shot.saved_supernet import SavedSupernet
from evo.storage.epoch_log import NOT_REPRODUCED, read_epochs
from evo.storage.run_folder import CONFIG, read_config
from tasks.foundation.trust import FLAG, trusting
from tests.evo.differentiable.saved_runs import write_run

SMALL = {
    "space.stem_channels": 4,
    "space.cells_per_stage": 1,
    "strategy.epochs": 2,
    "strategy.pictures": 8,
    "strategy.batch": 4,
    "strategy.held_out": 4,
    "strategy.architecture_rate": 0.1,
    "strategy.eigenvalue_every": 2,
    "strategy.threads": 1,
}
FORMER = {
    "strategy.eigenvalue_mode": "eval",
    "strategy.lean_gradient": "true",
    "strategy.shift": 4,  # of 8 pixels, of which an eighth is 1
    "strategy.checkpointing": "false",
    "strategy.micro_batches": 1,
}


def words(options: dict[str, Any]) -> list[str]:
    return [word for option, value in options.items() for word in ("--set", f"{option}={value}")]


SEARCH = [
    *("--space", "nasbench201", "--strategy", "gdas", "--fitness", "rotation"),
    *("--data", "tests.tiny_images:tiny_noise", "--workers", "0", "--quiet", "--seeds", "1"),
    *words(SMALL),
]


def searched(run_dir: Path, *more: str) -> Path:
    assert main([*SEARCH, "--run-dir", str(run_dir), *more]) == 0
    return run_dir


def rows(run_dir: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_epochs(run_dir).drop_columns(list(NOT_REPRODUCED)).to_pylist()
    return found


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a search in its former form, never interrupted."""
    return searched(tmp_path_factory.mktemp("unbroken") / "run", *words(FORMER))


@pytest.fixture(scope="module")
def begun(unbroken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same search after one epoch, whose configuration knows of no other form."""
    with trusting():
        run_dir = write_run(tmp_path_factory.mktemp("begun"), read_config(unbroken), epochs=1)
    stored = json.loads((run_dir / CONFIG).read_text())
    for option in FORMER:
        del stored["search"]["strategy"]["options"][option.removeprefix("strategy.")]
    (run_dir / CONFIG).write_text(json.dumps(stored))
    return run_dir


def copied(begun: Path, run_dir: Path) -> Path:
    shutil.copytree(begun, run_dir)
    return run_dir


def test_resumed_it_goes_on_as_it_began(begun: Path, unbroken: Path, tmp_path: Path) -> None:
    run_dir = copied(begun, tmp_path / "run")
    before = (run_dir / CONFIG).read_text()
    assert main(["--resume", str(run_dir), "--workers", "0", "--quiet", FLAG]) == 0
    assert rows(run_dir) == rows(unbroken)
    assert rows(run_dir)[1]["eigenvalue"] is not None
    assert (run_dir / CONFIG).read_text() == before
    with trusting():
        assert SavedSupernet(run_dir, 0).config == read_config(unbroken)


def test_the_same_command_goes_on_as_it_began(begun: Path, unbroken: Path, tmp_path: Path) -> None:
    assert rows(searched(copied(begun, tmp_path / "run"))) == rows(unbroken)


def test_without_a_folder_from_before_the_same_command_is_another_search(unbroken: Path, tmp_path: Path) -> None:
    run_dir = searched(tmp_path / "run")
    assert rows(run_dir) != rows(unbroken)
    stored = json.loads((run_dir / CONFIG).read_text())["search"]["strategy"]["options"]
    assert (stored["eigenvalue_mode"], stored["lean_gradient"], stored["shift"]) == ("train", False, None)


def test_the_shift_alone_makes_another_search(unbroken: Path, tmp_path: Path) -> None:
    run_dir = searched(tmp_path / "run", *words({**FORMER, "strategy.shift": 1}))
    assert rows(run_dir) != rows(unbroken)


@pytest.mark.parametrize(
    "option",
    [
        *("strategy.eigenvalue_mode=train", "strategy.lean_gradient=false", "strategy.shift=1"),
        *("strategy.checkpointing=true", "strategy.micro_batches=2"),
    ],
)
@pytest.mark.parametrize("again", [["--resume"], [*SEARCH, "--run-dir"]])
def test_asked_for_otherwise_it_is_refused(
    option: str, again: list[str], begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trusted = [FLAG] if again == ["--resume"] else []
    assert main([*again, str(begun), "--set", option, *trusted]) == 2
    assert "holds another search (strategy gdas(" in capsys.readouterr().err
    assert not (begun / "epochs").exists()

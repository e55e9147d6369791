"""Catches: a file that makes a command import or call what it names, whichever file and whichever name in it."""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo.boards import shipped
from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.boards.board_file import write_board
from evo.records.config import Choice
from evo.scoring.scores import Column
from spaces.tables.table_info import TableInfo
from spaces.tables.table_writing import write_table
from tasks import UsageError
from tasks.foundation.command_line import DONE, USAGE
from tests.refusals import check_refused

RAN = "ran"
MODULE = f"""
from pathlib import Path
from tests.toy import BitStrings, CountOnes
Path({RAN!r}).touch()
class Space(BitStrings): ...
class Fitness(CountOnes): ...
"""
NAMES = ("hostile:Space", "os:system", "hostile:Fitness", "subprocess:Popen")
CELLS = [f"|{name}~0|+|none~0|none~1|+|none~0|none~1|none~2|" for name in ("none", "skip_connect", "nor_conv_1x1")]
AXES = ("space", "fitness", "strategy")
TOUCH = {"command": f"touch {RAN}"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory with a module that leaves a mark where it is imported; no test may leave one."""
    for name in ("hostile", "photos"):
        (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not (tmp_path / RAN).exists()


def call(program: str, *arguments: object) -> int:
    """Run a command in this process."""
    return int(import_module(f"evo.commands.{program}").main([str(argument) for argument in arguments]))


def refused(capsys: pytest.CaptureFixture[str], program: str, *arguments: object) -> str:
    """Return the one line by which a command refuses."""
    assert call(program, *arguments) == USAGE
    said = capsys.readouterr().err
    assert (said.count("\n"), len(said) < 500) == (1, True)
    return said


@pytest.fixture
def searched(folder: Path) -> Path:
    """The folder of a short search."""
    asked: dict[str, Any] = {"space": "nasbench201(cells_per_stage=1)", "fitness": "params", "data": "noise"}
    return evo.search(**asked, evaluations=2, workers=0, run_dir=folder / "run").path


def doctored(run: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change what a run's configuration says."""
    file = run / "config.json"
    values = json.loads(file.read_text())
    change(values["search"])
    file.write_text(json.dumps(values))
    return run


def panel(file: Path, space: str) -> Path:
    """Write a panel of seven members that names a space."""
    members = [{"label": "x", "name": "os:system", "options": TOUCH}]
    info = TableInfo(space=space, details={"space_options": {**TOUCH, "members": members}})
    write_table(file, info, [f"{number:07b}" for number in range(7)], {"value": np.arange(7.0)})
    return file


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axis", AXES)
def test_a_run_folder_names_nothing_that_is_imported(
    searched: Path, capsys: pytest.CaptureFixture[str], axis: str, name: str
) -> None:
    doctored(searched, lambda search: search.update({axis: {"name": name, "options": TOUCH}}))
    for program, *arguments in (
        ("run", "--resume", searched, "--evaluations", 3, "--workers", 0),
        ("run", "--resume", searched, "--candidate", CELLS[0]),
        *([] if axis == "fitness" else [("train", searched, "--data", "digits", "--epochs", 1)]),
    ):
        said = refused(capsys, program, *arguments)
        assert f"{axis} {name!r} is neither built in nor installed" in said
        assert "--trust-plugins" in said
        assert (f"(--{axis})" in said) == (program == "run")  # evo.train takes no other way
    assert call("status", searched) == DONE
    assert call("draw", searched) == DONE  # as its text, or where the space is built in as its diagram
    assert call("report", searched) == DONE
    run = evo.load(searched)
    assert len(run.trials()) == len(run) == 2
    assert name in repr(run)
    for action in (lambda: run.resume(evaluations=3), lambda: run.network(CELLS[0])):
        with pytest.raises(UsageError, match=f"{axis} '{name}' is neither"):
            action()


@pytest.mark.parametrize("name", ["hostile:Images", "os:system", "hostile:Images(size=32)"])
def test_nor_does_what_it_says_of_images(searched: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    doctored(searched, lambda search: search.update(data=name))
    assert "--data" in refused(capsys, "run", "--resume", searched, "--evaluations", 3, "--workers", 0)
    with pytest.raises(UsageError, match=r"data '.*' is neither built in nor installed"):
        evo.load(searched).network(CELLS[0])


@pytest.mark.parametrize(
    "value",
    [
        "hostile:Fitness",
        "rotation,os:system",
        ["hostile:Fitness"],
        {"a": "os:system"},
        "hostile:1",
        "hostile:Ü",
        "photos:X",
        "hostile:X y",
    ],
)
def test_nor_does_an_option_in_it(searched: Path, capsys: pytest.CaptureFixture[str], value: object) -> None:
    options = {"objective": value}
    doctored(searched, lambda search: search.update(fitness={"name": "trained", "options": options}))
    said = refused(capsys, "run", "--resume", searched, "--evaluations", 3, "--workers", 0)
    assert "fitness.objective=" in said
    again = ("run", "--resume", searched, "--fitness", "trained", "--evaluations", 3, "--workers", 0)
    assert "fitness.objective=" in refused(capsys, *again)  # naming the fitness again is not naming its objective


def test_nor_does_the_size_at_which_it_counts(searched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = {"constraints": ["params<1000000"], "constraint_size": {"pool": "hostile:Space"}}
    doctored(searched, lambda search: search.update(size))
    for more in ([], ["--space", "nasbench201"], ["--candidate", CELLS[0]]):
        said = refused(capsys, "run", "--resume", searched, "--workers", 0, *more)
        assert "space.pool='hostile:Space'" in said
        assert "--trust-plugins" in said


@pytest.mark.parametrize("name", NAMES[1:3])
@pytest.mark.parametrize(
    "within",
    [
        lambda name: [{"label": "x", "name": "random", "options": {}}, {"label": "x", "name": name, "options": TOUCH}],
        lambda name: [{"label": "x", "name": "tests.toy", "options": {"members": [{"name": name, "options": {}}]}}],
        lambda name: f"random,params({name})",
    ],
)
def test_nor_does_a_plug_in_within_one(
    searched: Path, capsys: pytest.CaptureFixture[str], within: Callable[[str], object], name: str
) -> None:
    fitness = {"name": "params", "options": {"members": within(name)}}
    doctored(searched, lambda search: search.update(fitness=fitness))
    for more in ([], ["--fitness", "params"], ["--candidate", CELLS[0]]):
        said = refused(capsys, "run", "--resume", searched, "--workers", 0, *more)
        assert "fitness.members='" in said
        assert name in said
        assert "is neither built in nor installed" in said
        assert "--trust-plugins" in said
    assert call("status", searched) == DONE
    assert call("report", searched) == DONE
    with pytest.raises(UsageError, match=r"fitness\.members='.*is neither"):
        evo.load(searched).resume(evaluations=3)
    fitness["name"] = f"params({name})"
    fitness["options"] = {}
    doctored(searched, lambda search: search.update(fitness=fitness))
    assert f"fitness.members={name!r} is neither" in refused(capsys, "run", "--resume", searched, "--workers", 0)


def test_a_run_by_members_goes_on_where_they_are_named_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    space, fitness = "tests.toy:BitStrings", "tests.toy:Joined(tests.toy:CountOnes(noise=0),random,scale=2)"
    asked: dict[str, Any] = {"space": space, "fitness": fitness, "data": "noise"}
    run = evo.search(**asked, evaluations=2, workers=0, run_dir=folder / "run").path
    again = ["--space", space, "--fitness", "tests.toy:Joined"]
    assert "name all again by --fitness NAME(MEMBER,...)" in refused(capsys, *map(str, trusted(run, *again)))
    program, *arguments = map(str, trusted(run, "--space", space, "--fitness", fitness))
    assert call(program, *arguments) == DONE
    assert len(evo.load(run)) == 3


def test_members_named_again_or_trusted_are_imported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "tests.toy:Joined(tests.toy:CountOnes,random,scale=2)"
    asked: dict[str, Any] = {"space": "nasbench201(cells_per_stage=1)", "fitness": "random", "data": "noise"}
    run = evo.search(**asked, evaluations=2, workers=0, run_dir=folder / "run").path
    options = {"members": [{"label": "mine", "name": "tests.toy:CountOnes", "options": {}}], "scale": 2.0}
    doctored(run, lambda search: search.update(fitness={"name": "tests.toy:Joined", "options": options}))
    named = ["--fitness", "tests.toy:Joined"]
    assert "fitness.members='tests.toy:CountOnes'" in refused(capsys, *map(str, trusted(run, *named)))
    for more in (["--fitness", text], [*named, "--set", "fitness.members=tests.toy:CountOnes"], ["--trust-plugins"]):
        code = call("run", "--resume", run, "--evaluations", 2, "--workers", 0, "--quiet", *more)
        said = capsys.readouterr().err
        assert (code, "holds another search" in said) == ((DONE, False) if "--trust" in more[0] else (USAGE, True))
        assert len(said) < 500


@pytest.mark.parametrize("name", NAMES)
def test_nor_does_a_panel(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = panel(folder / "panel.parquet", name)
    said = refused(capsys, "run", "--space", "proxy_tasks", "--panel", file, "--run-dir", folder / "run")
    assert f"space {name!r} is neither built in nor installed" in said
    assert "fitness.panel_space=NAME" in said
    tasks = panel(folder / "tasks.parquet", "proxy_tasks")
    fitness = f"rank_correlation(panel={file})"
    asked = ("--space", "proxy_tasks", "--fitness", fitness, "--table", tasks, "--metric", "value", "--sample", 5)
    assert "is neither built in" in refused(capsys, "correlate", *asked, "--run-dir", folder / "scores")
    assert not (folder / "run").exists()
    assert not (folder / "scores").exists()


@pytest.mark.parametrize("name", NAMES)
def test_nor_does_the_table_of_a_correlation(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = panel(folder / "table.parquet", name)
    asked = ("--space", "nasbench201", "--fitness", "params", "--table", file, "--metric", "value", "--workers", 0)
    assert "is no candidate of space 'nasbench201'" in refused(capsys, "correlate", *asked, "--sample", 5)


@pytest.mark.parametrize(
    "recipe",
    [
        *(f'{axis} = "{name}"' for axis in (*AXES, "data") for name in NAMES),
        "space = \"os:system(command='touch ran')\"",
        '[set.fitness]\nobjective = "hostile:Fitness"',
        '[set.fitness]\nobjective = "photos:X"',
        'fitness = "trained(objective=hostile:1)"',
        *(f'fitness = "params(random,{name})"' for name in NAMES),
        'fitness = "params(vote(trained(objective=hostile:1)))"',
        '[set.fitness]\nmembers = "random,hostile:Fitness"',
        'constraint = "params<1e6"\nconstraint_size = "pool=hostile:Space"',
        "[set.fitness]\npanel_space = \"os:system(command='touch ran')\"",
    ],
)
def test_nor_does_a_recipe(folder: Path, capsys: pytest.CaptureFixture[str], recipe: str) -> None:
    file = folder / "recipe.toml"
    file.write_text(recipe)
    given = {"space": "nasbench201", "fitness": "trained", "data": "noise"}
    others = [part for axis, name in given.items() if f"{axis} =" not in recipe for part in (f"--{axis}", name)]
    said = refused(capsys, "run", "--recipe", file, *others, "--run-dir", folder / "run")
    assert "recipe.toml: " in said
    assert "is neither built in nor installed" in said


@pytest.mark.parametrize("axis", ["space", "strategy", "fitness"])
def test_nor_does_a_supernet_that_scores_are_inherited_from(
    searched: Path, capsys: pytest.CaptureFixture[str], axis: str
) -> None:
    doctored(searched, lambda search: search.update({axis: {"name": "hostile:Space", "options": {}}}))
    fitness = f"inherited(run={searched})"
    said = refused(capsys, "run", "--space", "nasbench201", "--fitness", fitness, "--run-dir", "scores")
    assert f"{axis} 'hostile:Space' is neither built in nor installed" in said


@pytest.mark.parametrize("text", ["os:system", "hostile:Space", '{"target": "os:system"}', '{"stages": "os:system"}'])
def test_nor_do_tasks_and_lists_of_candidates(folder: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    task, listed = folder / "task.json", folder / "listed.txt"
    task.write_text(text)
    listed.write_text(text)
    asked = ("--space", "nasbench201", "--data", "noise", "--workers", 0, "--run-dir", folder / "run")
    refused(capsys, "run", *asked, "--fitness", f"regression(task={task})")
    refused(capsys, "run", *asked, "--fitness", "params", "--strategy", f"listed(file={listed})")
    refused(capsys, "run", *asked, "--fitness", "params", "--initial", listed)


@pytest.mark.parametrize("name", ["os:system", "shutil:rmtree", "subprocess:Popen", "hostile_functions:plain"])
@pytest.mark.parametrize("axis", ["space", "fitness", "strategy"])
def test_what_a_command_line_names_is_called_only_where_it_makes_a_plugin(
    folder: Path, capsys: pytest.CaptureFixture[str], axis: str, name: str
) -> None:
    (folder / "hostile_functions.py").write_text(f"def plain(command=''): open({RAN!r}, 'w')\n")
    given = {"space": "nasbench201", "fitness": "params", "strategy": "random_search"} | {axis: name}
    asked = [part for one, text in given.items() for part in (f"--{one}", text)]
    assert call("run", *asked, "--set", f"{axis}.command=touch {RAN}", "--data", "noise") == USAGE
    check_refused(capsys, "evo.run", f"{axis} {name!r}")


def trusted(folder: Path, *more: object) -> Sequence[object]:
    """Return a command that resumes a run of a plug-in of somebody's own."""
    return ("run", "--resume", folder, "--evaluations", 3, "--workers", 0, "--quiet", *more)


@pytest.mark.parametrize("more", [["--trust-plugins"], ["--space", "tests.toy:BitStrings"]])
def test_trust_and_the_name_said_again_let_a_run_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    asked: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": "random", "data": "noise"}
    run = evo.search(**asked, evaluations=2, workers=0, run_dir=folder / "run").path
    assert "tests.toy:BitStrings" in refused(capsys, *map(str, trusted(run)))
    program, *arguments = map(str, trusted(run, *more))
    assert call(program, *arguments) == DONE
    assert len(evo.load(run)) == 3


def test_trust_lets_a_panel_name_its_space(folder: Path) -> None:
    file = folder / "panel.parquet"
    info = TableInfo(space="tests.tiny:TinyNetworks")
    write_table(file, info, [str(number) for number in range(1, 8)], {"value": np.arange(7.0)})
    asked = ("--space", "tests.tiny_tasks:Tasks", "--panel", file, "--panel-size", 5, "--data", "noise")
    limits = ("--set", "fitness.steps=1", "--evaluations", 2, "--population", 2, "--tournament", 1, "--quiet")
    assert call("run", *asked, *limits, "--workers", 0, "--run-dir", folder / "run") == USAGE
    assert call("run", *asked, *limits, "--workers", 0, "--run-dir", folder / "run", "--trust-plugins") == DONE


def test_a_board_in_the_folder_of_a_leaderboard_is_only_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "_folder", lambda: folder / "nothing")
    space = Choice("hostile:Space", TOUCH)
    column = BoardColumn(Column("mine", np.arange(7.0), np.ones(7)), Choice("hostile:Fitness", TOUCH))
    rows = BoardRows(space, "t.csv", None, 0, "hostile:Images", "", 0)
    board = Board("b", rows, tuple("abcdefg"), (BoardLabels("acc", np.arange(7.0)),), (column,))
    (folder / "lb" / "boards" / "b").mkdir(parents=True)
    write_board(folder / "lb" / "boards" / "b" / "board.parquet", board)
    assert call("leaderboard", "--run-dir", "lb") == DONE

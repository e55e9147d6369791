"""Catches: a training that is made twice, a last round that is another after an interrupt or when the search is gone on
with, tasks of other draws than the search's and the next, a round that nobody asked for or that cannot be played."""

import json
from pathlib import Path

import pytest

import evo
from evo.commands.run import main
from evo.engine.evolution import Evolution
from evo.engine.plugins import build_plugins
from evo.proxy_search.playing import FOLDER, play_last_round
from evo.records.config import Limits
from evo.records.resources import Resources
from evo.storage.run_folder import HELD_OUT, LAST_ROUND, read_config
from evo.storage.run_log import read_table
from fitness.rank_correlation.panel_members import PanelMembers
from tasks.foundation.command_line import DONE, INTERRUPTED
from tests.runs import interrupt_after

Trained = list[tuple[str, str, int]]
PUBLISHED = 5


def ending(run: Path) -> dict[str, str]:
    """Return what a search leaves at its end."""
    names = (LAST_ROUND, HELD_OUT, "best/architecture.json", "best/task.json", "best/tasks.json")
    return {name: (run / name).read_text() for name in names}


@pytest.fixture
def whole(searched: list[str], tmp_path: Path, trained: Trained) -> tuple[dict[str, str], Trained]:
    """What the search leaves that nothing interrupts, and its trainings."""
    assert main([*searched[:-2], str(tmp_path / "whole"), "--quiet"]) == DONE
    made = list(trained)
    trained.clear()
    return ending(tmp_path / "whole"), made


def test_nothing_is_trained_twice_and_the_published_tasks_by_both_draws(
    whole: tuple[dict[str, str], Trained], tmp_path: Path
) -> None:
    left, made = whole
    assert len(made) == len(set(made))
    searched = read_table(tmp_path / "whole").num_rows
    folder = tmp_path / "whole" / FOLDER
    rows = {draw: read_table(folder / f"draw_{draw}") for draw in (0, 1)}
    assert (searched, rows[0].num_rows, rows[1].num_rows) == (6, PUBLISHED, 6 + PUBLISHED)
    assert {text.partition("=")[0] for text in rows[0]["candidate"].to_pylist()} == {"preset"}
    assert len(json.loads(left[LAST_ROUND])["tasks"]) == 6 + PUBLISHED


@pytest.mark.parametrize("after", [9, 25])
def test_an_interrupt_anywhere_changes_nothing(
    whole: tuple[dict[str, str], Trained],
    searched: list[str],
    tmp_path: Path,
    trained: Trained,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    with monkeypatch.context() as patched:
        interrupt_after(after, patched)
        assert main(searched) == INTERRUPTED
    assert main(["--resume", str(tmp_path / "run"), "--trust-plugins"]) == DONE
    left, made = whole
    assert (ending(tmp_path / "run"), sorted(trained)) == (left, sorted(made))


def test_a_search_that_is_gone_on_with_has_the_last_round_of_a_longer_one(
    whole: tuple[dict[str, str], Trained], searched: list[str], tmp_path: Path, trained: Trained
) -> None:
    place = searched.index("--evaluations")
    assert main([*searched[: place + 1], "4", *searched[place + 2 :]]) == DONE
    assert json.loads((tmp_path / "run" / LAST_ROUND).read_text())["trials"] == 4
    assert main(["--resume", str(tmp_path / "run"), "--trust-plugins", "--evaluations", "6"]) == DONE
    left, made = whole
    assert (ending(tmp_path / "run"), sorted(trained)) == (left, sorted(made))


def test_the_next_draw_is_that_after_the_searchs_own_and_the_best_alone_are_scored(
    searched: list[str], tmp_path: Path
) -> None:
    assert main([*searched, "--set", "fitness.draw=4", "--set", "fitness.last_round=2"]) == DONE
    folder = tmp_path / "run" / FOLDER
    assert {path.name for path in folder.iterdir()} == {"draw_4", "draw_4.txt", "draw_5", "draw_5.txt"}
    assert read_config(folder / "draw_5").fitness.options["draw"] == 5
    assert read_table(folder / "draw_5").num_rows == 2 + PUBLISHED


def test_there_is_none_where_none_is_asked_for(searched: list[str], tmp_path: Path) -> None:
    assert main([*searched, "--set", "fitness.last_round=0"]) == DONE
    assert not (tmp_path / "run" / LAST_ROUND).exists()
    assert not (tmp_path / "run" / FOLDER).exists()
    assert json.loads((tmp_path / "run" / HELD_OUT).read_text())["chosen"].startswith("trial ")


def test_there_is_none_where_members_are_too_many_for_each_row(
    searched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fitness.rank_correlation.fitness.MOST_KEPT", 4)
    assert main(searched) == DONE
    run = tmp_path / "run"
    assert not {LAST_ROUND, FOLDER} & {path.name for path in run.iterdir()}
    metrics = [dict(each) for each in read_table(run)["metrics"].to_pylist()]
    assert {name for each in metrics for name in each} == {"scored", "members", "failed"}
    held_out = json.loads((run / HELD_OUT).read_text())["tasks"]
    assert len({one["rho"][0] for one in held_out}) > 6  # each with scores of its own


def test_there_is_none_where_nothing_has_a_score(
    searched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(PanelMembers, "score", lambda *given: 1.0)
        main(searched)
    run = tmp_path / "run"
    config = read_config(run)
    evolution = Evolution(run, config, Limits(), build_plugins(config))
    assert play_last_round(evolution, Resources(0, 0.0)) is None
    assert not (run / FOLDER).exists()


def test_a_fitness_that_is_an_object_cannot_be_made_for_another_draw(
    searched: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from fitness import RankCorrelationFitness

    fitness = RankCorrelationFitness(
        panel=str(tmp_path / "panel.csv"), panel_space="tests.tiny:WiderNetworks", panel_size=5, steps=2
    )
    run = evo.search(
        space="proxy_tasks",
        fitness=fitness,
        strategy="random_search",
        evaluations=2,
        run_dir=tmp_path / "own",
        workers=0,
    )
    assert "not scored again: the fitness cannot be made by its name" in caplog.text
    assert not (run.path / LAST_ROUND).exists()


@pytest.mark.parametrize(
    ("space", "networks", "joined", "file"),
    [("proxy_task_sets", "WiderNetworks", 0, "tasks.json"), ("proxy_tasks_nlp", "TinySequences", 5, "task.json")],
)
def test_sets_and_tasks_of_sequences_have_one_too(
    searched: list[str], tmp_path: Path, space: str, networks: str, joined: int, file: str
) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_text("\n".join(panel.read_text().splitlines()[:10]))
    options = {"panel": str(panel), "panel_space": f"tests.tiny:{networks}", "panel_size": 5}
    run = evo.search(
        space=space,
        fitness="rank_correlation",
        strategy="random_search",
        options={"fitness": options},
        evaluations=3,
        run_dir=tmp_path / "run",
        workers=0,
    )
    found = json.loads((run.path / LAST_ROUND).read_text())
    assert len(found["joined"]) == joined
    assert (found["expected_joined"] is None) == (not joined)
    assert json.loads((run.path / "best" / file).read_text())["found_by"]["space"]["name"] == space
    if not joined:
        assert not (run.path / "best" / "task.json").exists()

"""Catches: a search of something else that has something to say or to do for proxy tasks; a choice that is lost while
the next is due, or made when the time is over."""

import json
from pathlib import Path

import pytest

from evo.commands.run import main
from evo.engine.evolution import Evolution
from evo.engine.plugins import build_plugins
from evo.engine.summary import summarise, write_best
from evo.proxy_search.panel_sequel import PanelSequel
from evo.records.config import Limits
from evo.records.resources import Resources
from evo.storage.run_folder import LAST_ROUND, read_config
from tasks.foundation.command_line import DONE
from tests.runs import log_outcomes, scored, toy_config


@pytest.mark.parametrize("late", [False, True])
def test_any_other_search_is_left_alone(tmp_path: Path, late: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    run, config = log_outcomes(tmp_path, [scored(1.0)]), toy_config()
    sequel = PanelSequel()
    assert sequel.lines(run) == []
    sequel.run(Evolution(run, config, Limits(), build_plugins(config)), Resources(0, 0.0), [], late=late)
    assert [path.name for path in run.iterdir()] == ["evaluations"]
    assert caplog.messages == []


def test_the_choice_of_a_last_round_stays_until_the_next_which_waits_for_time(
    searched: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    assert main(searched) == DONE
    before = {path.name: path.read_text() for path in (run / "best").iterdir()}
    config = read_config(run)
    evolution = Evolution(run, config, Limits(), build_plugins(config))
    write_best(run, summarise(run), config, evolution.plugins.space)
    caplog.set_level("INFO", "evo")
    caplog.clear()
    PanelSequel().run(evolution, Resources(0, 0.0), [], late=True)
    assert {path.name: path.read_text() for path in (run / "best").iterdir()} == before
    assert ["the time is over: --resume" in message for message in caplog.messages] == [True]
    chosen = json.loads((run / LAST_ROUND).read_text())["chosen"]
    assert PanelSequel().lines(run)[-1] == f"the last round, after 6 trials, chose {chosen}, which best/ holds"
    (run / LAST_ROUND).write_text("{")
    assert PanelSequel().lines(run) == []

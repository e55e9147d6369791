"""Catches: a best task chosen by the members held out, an expectation of another, a difference that is not seed by
seed, a wrong interval, a folder that is not taken up again, or that is another search's."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scipy import stats

from evo.commands.run_options import read_command
from evo.engine.configuring import resolve_request
from evo.records.config import Limits
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import HELD_OUT, LAST_ROUND, RunFolder
from evo.storage.run_log import RunLog
from tasks.foundation.command_line import DONE
from tasks.foundation.errors import UsageError
from tests.benchmarks import task_search
from tests.benchmarks.task_search import EVOLUTION, RANDOM, Found, comparison, find, mean_and_interval, rows_of


def judged(name: str, rho: float) -> dict[str, object]:
    return {"name": name, "candidate": None, "fitness": None, "rho": [rho, rho - 0.1, rho + 0.1]}


def test_the_best_task_is_the_choice_of_the_last_round(tmp_path: Path) -> None:
    tasks = [judged("trial 12", 0.8), judged("trial 7", 0.4), judged("combo", 0.6), judged("params", 0.7)]
    (tmp_path / HELD_OUT).write_text(json.dumps({"chosen": "trial 7", "tasks": tasks}))
    expected = {"reached": 0.9, "luck": 0.4, "value": 0.5, "low": 0.1, "high": 0.8}
    (tmp_path / LAST_ROUND).write_text(json.dumps({"expected": expected}))
    log = RunLog(tmp_path)
    outcome = Outcome(Status.ABANDONED, metrics={"scored": 5.0, "members": 20.0})
    log.append(Finished(Trial(0, None, 0, "c", "k", seed=0), outcome))
    log.flush()
    assert find(tmp_path) == Found(0.4, 0.9, 0.5, {"combo": 0.6, "params": 0.7}, saved=0.75)


def test_an_interval_is_students() -> None:
    low, high = stats.ttest_1samp([0.1, 0.2, 0.6], 0).confidence_interval(0.95)
    assert mean_and_interval([0.1, 0.2, 0.6]) == f"0.300 [{low:.3f}, {high:.3f}]"
    assert mean_and_interval([0.5]) == "0.500"


def test_differences_are_of_the_same_seed() -> None:
    found = {
        EVOLUTION: [Found(0.5, 0.9, 0.6, {"N": 0.4}, 0.3), Found(0.7, 0.8, 0.6, {"N": 0.5}, 0.1)],
        RANDOM: [Found(0.4, 0.6, 0.4, {"N": 0.4}, 0.0), Found(0.3, 0.6, 0.4, {"N": 0.5}, 0.0)],
    }
    rows = {row[0]: row[1:] for row in comparison(found).rows}
    assert rows["evolution"][1:] == ("0.500", "0.700")
    assert rows["evolution less random"][1:] == ("0.100", "0.400")
    assert rows["evolution less random"][0].startswith("0.250 [")
    assert rows["evolution less N"][1:] == ("0.100", "0.200")
    assert rows["trainings that abandoning saved"][0].startswith("0.200 ")
    assert rows["evolution, expected less found"][1:] == ("0.100", "-0.100")
    assert pytest.approx(float(rows["random, on the members searched on"][0].split()[0])) == 0.6


def test_a_row_holds_what_one_seed_found() -> None:
    found = {EVOLUTION: [Found(0.5, 0.9, 0.6, {"N": 0.4}, 0.3)], RANDOM: [Found(0.4, 0.7, 0.5, {"N": 0.2}, 0.0)]}
    first = {"search": EVOLUTION, "seed": 0, "best": 0.5, "reached": 0.9, "expected": 0.6, "saved": 0.3, "rho_N": 0.4}
    assert rows_of(found)[0] == first
    assert rows_of(found)[1] | {"search": EVOLUTION} == first | {
        "best": 0.4,
        "reached": 0.7,
        "expected": 0.5,
        "saved": 0.0,
        "rho_N": 0.2,
    }


def test_a_search_is_taken_up_with_the_look_ahead_it_began_with_and_no_other_search_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_dir, begun = tmp_path / "run", []
    monkeypatch.setattr(task_search, "run_main", lambda words: begun.append(words) or DONE)
    arguments = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--evaluations", "3"]
    config = resolve_request(read_command(arguments).request).config
    with RunFolder(run_dir) as folder:
        folder.claim(replace(config, ahead=7), Limits(3))
    assert task_search._search(run_dir, arguments) == DONE
    assert begun == [[*arguments, "--run-dir", str(run_dir)]]
    with pytest.raises(UsageError, match="seed"):
        task_search._search(run_dir, [*arguments, "--seed", "1"])

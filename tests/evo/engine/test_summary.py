"""Catches: a winner that is not the best, a reused score listed twice, a failure without its reason, a command that
does not work when pasted."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from evo.commands.run_options import parser
from evo.engine import summary as summaries
from evo.engine.winner import TASK
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import BEST
from evo.storage.run_log import RunLog
from tasks import load_task
from tests.runs import toy_config
from tests.tiny_tasks import Tasks
from tests.toy import BitStrings, PublishedBits

SCORES: list[float | None] = [1.0, 3.0, None, 3.0, 2.0, None, -1.0, 0.5]


def make_run(run_dir: Path, scores: list[float | None], *, copies: tuple[int, ...] = ()) -> None:
    log = RunLog(run_dir)
    for number, score in enumerate(scores):
        trial = Trial(number, None, (number,), f"c{number}", f"k{number}", seed=number)
        status = Status.COMPLETED if score is not None else (Status.LOST if number == 5 else Status.FAILED)
        error = None if score is not None else f"Traceback\n  line\nValueError: reason {number}"
        outcome = Outcome(status, fitness=score, params=1_500_000, macs=None, error=error)
        log.append(Finished(trial, outcome, reused=number in copies))
    log.flush()


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    make_run(tmp_path, SCORES, copies=(4,))
    return tmp_path


def test_counts_and_the_best_are_right_by_hand(run_dir: Path) -> None:
    found = summaries.summarise(run_dir, limit=3)
    assert (found.trials, found.reused) == (8, 1)
    assert dict(found.by_status) == {"completed": 6, "failed": 1, "lost": 1}
    assert [row["trial_id"] for row in found.best] == [1, 3, 0]  # equal scores: the earlier first; trial 4 is a copy


def test_every_kind_of_failure_is_shown_with_its_last_words(run_dir: Path) -> None:
    lines = summaries.describe_failures(summaries.summarise(run_dir))
    assert lines == [
        "8 trials: 6 completed, 1 failed, 1 lost; 1 reused a score",
        "  failed, e.g. trial 2: ValueError: reason 2",
        "  lost, e.g. trial 5: ValueError: reason 5",
    ]


def test_an_abandoned_trial_is_counted_and_says_why(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    outcome = Outcome(
        Status.ABANDONED, metrics={"bound": 0.3}, error="at most 0.3000 after 9 of 20 members, below 0.5000"
    )
    log.append(Finished(Trial(0, None, (0,), "c", "k", seed=0), outcome))
    log.flush()
    found = summaries.summarise(tmp_path)
    assert found.best == []
    assert summaries.describe_failures(found) == [
        "1 trial: 1 abandoned; 0 reused a score",
        "  abandoned, e.g. trial 0: at most 0.3000 after 9 of 20 members, below 0.5000",
    ]


def test_the_table_shows_units_and_a_dash_for_the_unknown(run_dir: Path) -> None:
    head, first, *_ = summaries.describe(summaries.summarise(run_dir))
    assert head.split() == ["trial", "fitness", "params", "(M)", "MACs", "(M)", "candidate"]
    assert first.split() == ["1", "3", "1.500", "-", "c1"]


def test_equal_candidates_are_shown_once(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    for number, (key, score) in enumerate([("a", 1.0), ("b", 3.0), ("b", 3.0), ("a", 2.0), ("c", 0.5)]):
        trial = Trial(number, None, (number,), key, key, seed=number)
        log.append(Finished(trial, Outcome(Status.COMPLETED, fitness=score)))
    log.flush()
    found = summaries.summarise(tmp_path, limit=3)
    assert [(row["key"], row["trial_id"]) for row in found.best] == [("b", 1), ("a", 3), ("c", 4)]


def test_long_candidates_and_large_numbers_fit_a_terminal(tmp_path: Path) -> None:
    cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|"
    log, size = RunLog(tmp_path), 924446045478098430398848903910278204489728.0
    log.append(Finished(Trial(7, None, (0,), cell, cell, seed=0), Outcome(Status.COMPLETED, fitness=size)))
    log.append(Finished(Trial(8, None, (0,), "short", "k", seed=0), Outcome(Status.COMPLETED, fitness=363610.0)))
    log.flush()
    head, *lines = summaries.describe(summaries.summarise(tmp_path))
    assert max(map(len, [head, *lines])) <= 80
    assert lines[0].split()[:2] == ["7", "9.24446e+41"]
    assert lines[-1].split() == ["8", "363610", "-", "-", "short"]
    assert "".join(line.strip() for line in lines[1:-1]) == cell


def test_the_winner_is_written_with_its_space(run_dir: Path) -> None:
    summaries.write_best(run_dir, summaries.summarise(run_dir), toy_config(), BitStrings())
    assert json.loads((run_dir / BEST).read_text()) == {
        "space": {"name": "tests.toy:BitStrings", "options": {"length": 10}},
        "candidate": "c1",
        "key": "k1",
        "fitness": 3.0,
        "params": 1_500_000,
        "macs": None,
        "trial_id": 1,
        "seed": 1,
    }


@pytest.mark.parametrize("scores", [[], [None, None]])
def test_a_run_without_a_score_has_no_winner(tmp_path: Path, scores: list[float | None]) -> None:
    make_run(tmp_path, scores)
    found = summaries.summarise(tmp_path)
    assert (found.trials, found.best, found.reused) == (len(scores), [], 0)
    summaries.write_best(tmp_path, found, toy_config(), BitStrings())
    assert not (tmp_path / BEST).exists()
    assert summaries.describe(found) == ["no trial has a score yet"]
    assert summaries.next_commands(tmp_path, found, 9)
    assert summaries.describe_failures(found)


def test_the_next_commands_are_accepted_by_the_command_line(run_dir: Path) -> None:
    commands = [shlex.split(command) for command in summaries.next_commands(run_dir, summaries.summarise(run_dir), 9)]
    for command in commands:
        if command[:3] == ["python", "-m", "evo.run"]:
            assert parser().parse_args(command[3:]).resume == run_dir
    assert ["--candidate", "c1"] in [command[-2:] for command in commands]


def test_what_goes_on_with_the_search_goes_on_where_it_was(run_dir: Path) -> None:
    found = summaries.summarise(run_dir)
    for evaluations in (9, found.trials):
        _, more, one = summaries.next_commands(
            run_dir, found, evaluations, flag=" --quiet", where=" --address ray://h:1"
        )
        assert parser().parse_args(shlex.split(more)[3:]).address == "ray://h:1"
        assert parser().parse_args(shlex.split(one)[3:]).address == "local"  # it scores in its own process


def test_a_candidate_without_end_is_no_command(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    trial = Trial(0, None, (0,), "x" * 5_000_000, "k", seed=0)
    log.append(Finished(trial, Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    found = summaries.summarise(tmp_path)
    assert max(map(len, [*summaries.next_commands(tmp_path, found, 1), *summaries.describe(found)])) < 500


def test_an_unfinished_run_is_to_be_resumed_and_a_finished_one_doubled(run_dir: Path) -> None:
    found = summaries.summarise(run_dir)
    assert f"python -m evo.run --resume {run_dir}" in summaries.next_commands(run_dir, found, found.trials + 1)
    more = f"python -m evo.run --resume {run_dir} --evaluations {2 * found.trials}"
    assert more in summaries.next_commands(run_dir, found, found.trials)


def test_a_proxy_task_that_won_is_a_file_that_the_regression_takes(run_dir: Path) -> None:
    found = summaries.summarise(run_dir)
    best = [{**found.best[0], "candidate": "combo"}]
    summaries.write_best(run_dir, replace(found, best=best), toy_config(), Tasks())
    assert load_task(str(run_dir / TASK)) == Tasks().to_task("combo")


def test_a_winner_that_others_would_publish_has_their_form_too(tmp_path: Path) -> None:
    log, space = RunLog(tmp_path), PublishedBits(length=2)
    for number, (text, score) in enumerate([("11", 1.0), ("01", 2.0)]):
        trial = Trial(number, None, space.decode(text), text, text, seed=number)
        log.append(Finished(trial, Outcome(Status.COMPLETED, fitness=score)))
        log.flush()
        summaries.write_best(tmp_path, summaries.summarise(tmp_path), toy_config(), space)
        assert json.loads((tmp_path / BEST).read_text()).get("published") == ("bits 11" if number == 0 else None)

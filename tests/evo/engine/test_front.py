"""Catches: a dominated candidate on a front, one that is listed twice, values shown with their sign, a reference that
is taken for signed, a front that is too long for a summary."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.engine.front import COLUMNS, dominated_volume, find_front, front_lines, spread, stored_objectives, write_front
from evo.engine.objective_values import judged
from evo.engine.summary import COLUMNS as OF_SUMMARY
from evo.records.config import Limits
from evo.records.search_objectives import parse_objectives
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import FRONT, RunFolder
from evo.storage.run_log import RunLog, read_table
from tasks.foundation.errors import UsageError
from tests.runs import scored, toy_config

TWO = parse_objectives("fitness,-params")
PAIRS = [(9.0, 50), (8.0, 20), (8.0, 30), (5.0, 10), (4.0, 40)]
"""Fitness and parameters: of 2 there is a smaller one as good, 4 is worse than all others but the first."""


def table(run_dir: Path, outcomes: list[Outcome], *, keys: str = "", reused: tuple[int, ...] = ()) -> Any:
    log = RunLog(run_dir)
    for number, outcome in enumerate(outcomes):
        key = keys[number] if keys else str(number)
        trial = Trial(number, None, number, f"c{number}", key, 100 + number)
        log.append(Finished(trial, outcome, reused=number in reused))
    log.flush()
    return read_table(run_dir, [*OF_SUMMARY, *COLUMNS])


def outcomes(pairs: list[tuple[float, int]]) -> list[Outcome]:
    return [judged(scored(fitness, params=params, macs=2 * params), TWO) for fitness, params in pairs]


def test_the_front_is_what_nothing_dominates_best_fitness_first(tmp_path: Path) -> None:
    found = find_front(table(tmp_path, [*outcomes(PAIRS), Outcome(Status.FAILED, error="no")]), TWO)
    assert [row["trial_id"] for row in found.rows] == [0, 1, 3]
    assert found.scored == 5
    # The box is 5 by 40 from (4, -50); it is filled from (5, -10), (8, -20) and (9, -50): 1 x 40 + 3 x 30 of 200.
    assert found.share == pytest.approx((1 * 40 + 3 * 30) / 200)


def test_equal_candidates_of_one_key_are_listed_once_and_of_two_keys_twice(tmp_path: Path) -> None:
    found = find_front(table(tmp_path, outcomes([(1.0, 5)] * 3), keys="aab"), TWO)
    assert [row["trial_id"] for row in found.rows] == [0, 2]
    assert found.scored == 2


def test_a_reused_score_is_on_the_front_where_its_own_size_is_smaller(tmp_path: Path) -> None:
    found = find_front(table(tmp_path, outcomes([(1.0, 5), (1.0, 4)]), keys="aa", reused=(1,)), TWO)
    assert [row["trial_id"] for row in found.rows] == [1]


def test_by_the_fitness_alone_the_front_is_the_best(tmp_path: Path) -> None:
    found = find_front(table(tmp_path, outcomes(PAIRS)), ())
    assert [row["trial_id"] for row in found.rows] == [0]


def test_rows_without_an_objective_and_empty_logs_have_no_front(tmp_path: Path) -> None:
    assert find_front(table(tmp_path, [scored(1.0)]), TWO).rows == []
    empty = find_front(read_table(tmp_path / "nothing", [*OF_SUMMARY, *COLUMNS]), TWO)
    assert (empty.rows, empty.scored, empty.share) == ([], 0, 0.0)


def test_a_volume_begins_at_a_reference_that_is_given_as_measured(tmp_path: Path) -> None:
    rows = table(tmp_path, outcomes(PAIRS))
    # From fitness 4 and 50 parameters: as above. From 0 and 20: (5, 10) alone is smaller, 5 x 10.
    assert dominated_volume(rows, TWO, None) == 130.0
    assert dominated_volume(rows, TWO, {"fitness": 4.0, "params": 50}) == 130.0
    assert dominated_volume(rows, TWO, {"params": 20, "fitness": 0.0}) == 50.0
    assert dominated_volume(rows, TWO, (0.0, 20)) == 50.0
    assert dominated_volume(rows, TWO, np.array([0, 20])) == 50.0
    assert dominated_volume(read_table(tmp_path / "nothing", [*OF_SUMMARY, *COLUMNS]), TWO, (0, 20)) == 0.0


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ((1.0,), "a finite number for each of fitness, params is needed, as measured"),
        ((1.0, 2.0, 3.0), "a finite number for each"),
        ({"fitness": 1.0}, "a finite number for each"),
        ((1.0, float("nan")), "a finite number for each"),
        ((1.0, "2"), "a finite number for each"),
        (3, "reference=3: a finite number for each"),
        ({0: 1.0, 1: 2.0}, "unknown objective in reference: '0'"),
        ({"fitness": 1.0, "parms": 2.0}, "unknown objective in reference: 'parms'"),
    ],
)
def test_a_reference_that_is_none_is_refused(tmp_path: Path, reference: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        dominated_volume(table(tmp_path, outcomes(PAIRS)), TWO, reference)


def test_one_objective_has_no_hypervolume(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the run has one objective, its fitness"):
        dominated_volume(table(tmp_path, outcomes(PAIRS)), (), None)


def test_the_lines_of_a_front_show_sizes_and_what_else_was_measured(tmp_path: Path) -> None:
    objectives = parse_objectives("fitness,-params,-latency,zeros")
    metrics = {"latency": 0.0025, "zeros": 7.0}
    outcome = judged(scored(2.0, params=1_500_000, metrics=metrics), objectives)
    assert front_lines(find_front(table(tmp_path, [outcome]), objectives)) == [
        "front: 1 of 1 candidates, by fitness, -params, -latency, zeros",
        "hypervolume: 1.000 of the box from the worst to the best of each",
        "trial  fitness  params (M)  MACs (M)  latency (ms)  zeros  candidate",
        "    0        2       1.500         -           2.5      7  c0",
    ]


def test_a_long_front_is_shown_from_end_to_end(tmp_path: Path) -> None:
    pairs = [(float(number), 10 * number) for number in range(21)]
    lines = front_lines(find_front(table(tmp_path, outcomes(pairs)), TWO))
    assert (lines[3].split()[0], lines[-2].split()[0], len(lines)) == ("20", "0", 3 + 10 + 1)
    assert lines[-1] == "and 11 between these, see best/front.json"


def test_places_are_spread_evenly() -> None:
    assert spread(3, 10) == [0, 1, 2]
    assert spread(10, 10) == list(range(10))
    assert spread(19, 10) == list(range(0, 19, 2))
    assert spread(1_001, 3) == [0, 500, 1_000]


def test_the_file_lists_the_whole_front_as_measured(tmp_path: Path) -> None:
    write_front(tmp_path, find_front(table(tmp_path, outcomes(PAIRS)), TWO))
    found = json.loads((tmp_path / FRONT).read_text())
    assert found["objectives"] == ["fitness", "-params"]
    assert [one["candidate"] for one in found["candidates"]] == ["c0", "c1", "c3"]
    assert found["candidates"][1] == {
        "candidate": "c1",
        "key": "1",
        "trial_id": 1,
        "seed": 101,
        "fitness": 8.0,
        "params": 20,
        "macs": 40,
        "objectives": {"fitness": 8.0, "params": 20.0},
    }


def test_the_objectives_of_a_folder_are_those_it_stores(tmp_path: Path) -> None:
    assert stored_objectives(tmp_path) == ()
    with RunFolder(tmp_path) as folder:
        folder.claim(replace(toy_config(), objectives=("fitness", "-params")), Limits(9))
    assert stored_objectives(tmp_path) == TWO

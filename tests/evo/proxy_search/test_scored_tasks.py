"""Catches: a task that was not trained on all members among those that were, one that counts twice, members in another
order."""

from math import inf
from pathlib import Path

from evo.proxy_search.scored_tasks import read_scored
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog


def test_only_tasks_with_every_score_are_known_and_the_others_are_counted(tmp_path: Path) -> None:
    whole = {"member 1": 2.0, "member 0": 1.0, "scored": 2.0}
    rows = [
        ("a", Status.COMPLETED, whole, False),
        ("b", Status.ABANDONED, {"member 1": 2.0}, False),
        ("c", Status.COMPLETED, {"member 0": 3.0, "member 1": -inf}, False),
        ("a", Status.COMPLETED, whole, True),
        ("d", Status.COMPLETED, {"scored": 2.0}, False),  # by an older version
        ("b", Status.FAILED, {}, False),
    ]
    log = RunLog(tmp_path)
    for number, (key, status, metrics, reused) in enumerate(rows):
        fitness = 0.5 if status is Status.COMPLETED else None
        outcome = Outcome(status, fitness=fitness, metrics=metrics)
        log.append(Finished(Trial(number, None, number, key, key, seed=0), outcome, reused=reused))
    log.flush()
    found = read_scored(tmp_path, 2)
    assert found.keys == ["a", "c"]
    assert found.scores.tolist() == [[1.0, 2.0], [3.0, -inf]]
    assert (found.trials, found.left_out) == (6, 2)


def test_an_empty_log_knows_nothing(tmp_path: Path) -> None:
    found = read_scored(tmp_path, 3)
    assert (found.keys, found.scores.shape, found.trials, found.left_out) == ([], (0, 3), 0, 0)

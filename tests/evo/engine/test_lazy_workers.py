"""Catches: workers that are started for nothing, or twice; trials that are lost on their way to them."""

from evo.engine.lazy_workers import LazyWorkers
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Trial
from tests.runs import FakePool


def trial(number: int) -> Trial:
    return Trial(number, None, (0, number), f"0{number}", f"0{number}", seed=number)


class Closes(FakePool):
    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_nothing_is_started_before_the_first_trial() -> None:
    started: list[Closes] = []

    def start() -> Closes:
        started.append(Closes())
        return started[-1]

    workers = LazyWorkers(start)
    assert (list(workers.wait(0.0)), workers.cancel_queued(), workers.state()) == ([], [], PoolState())
    workers.close()
    assert not started
    for number in range(3):
        workers.submit(trial(number))
    assert len(started) == 1
    assert workers.state() == PoolState(queued=2, in_flight=1)
    assert [each.trial_id for each in workers.cancel_queued()] == [1, 2]
    finished: list[Finished] = []
    while not finished:
        finished = list(workers.wait(0.0))
    assert [each.trial.trial_id for each in finished] == [0]
    workers.close()
    assert started[0].closed == 1

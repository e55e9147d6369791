"""Catches: more than one supernet in this process at a time, an epoch that is trained unasked or out of turn, a
failure that is raised, a seed that begins anew instead of where its checkpoint stands.

That rows are those of Ray's pool is checked with whole searches.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from evo.differentiable import inline_supernets
from evo.differentiable.inline_supernets import InlineSupernets
from evo.records.config import Choice, SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from evo.records.trial import Status
from fitness import OBJECTIVES
from tests.evo.differentiable.saved_runs import config_of
from tests.tiny_images import TinyLabels

CONFIG = config_of(objective="rotation", pictures="16", batch="4", held_out="4")


def nothing(seed: int) -> bytes | None:
    return None


def with_options(**options: object) -> SearchConfig:
    return replace(CONFIG, strategy=Choice("darts", {**CONFIG.strategy.options, **options}))


def supernets(config: SearchConfig = CONFIG, restore: Callable[[int], bytes | None] = nothing) -> InlineSupernets:
    return InlineSupernets(config, restore)


def test_one_seed_at_a_time_is_trained_an_epoch_a_wait() -> None:
    pool = supernets()
    assert (pool.free, pool.wait(0.0), pool.turn_away(), pool.state()) == (1, [], 0, PoolState())
    pool.start(3)
    assert pool.free == 0
    (first,) = pool.wait(0.0)
    assert (first.seed, first.attempts, first.status) == (3, 1, Status.COMPLETED)
    assert first.done is not None
    assert (first.done.row["epoch"], first.done.row["worker"]) == (0, "local")
    assert pool.wait(0.0) == []  # nobody has said that it goes on
    pool.go_on(3)
    (second,) = pool.wait(0.0)
    assert second.done is not None
    assert second.done.progress.epochs == 2
    pool.release(3)
    assert pool.free == 1


def test_a_seed_goes_on_where_its_checkpoint_stands() -> None:
    pool = supernets()
    pool.start(0)
    (first,) = pool.wait(0.0)
    pool.go_on(0)
    (whole,) = pool.wait(0.0)
    assert first.done is not None
    assert whole.done is not None
    again = supernets(restore={0: first.done.content}.get)
    again.start(0)
    (resumed,) = again.wait(0.0)
    assert resumed.done is not None
    for name in ("epoch", "held_out_loss", "derived"):
        assert resumed.done.row[name] == whole.done.row[name]


def test_an_epoch_that_fails_is_told_as_a_workers_is() -> None:
    pool = supernets(with_options(learning_rate=1e30, clip=0.0))
    pool.start(0)
    told = pool.wait(0.0)
    while told[0].done is not None:
        pool.go_on(0)
        told = pool.wait(0.0)
    assert told[0].status is Status.FAILED
    assert "is not finite" in str(told[0].error)
    assert "\n" not in str(told[0].error)


def test_a_supernet_that_cannot_be_built_is_said_at_once() -> None:
    pool = supernets(with_options(batch=10**6, held_out=10**6))
    with pytest.raises(WorkerStartError, match="the supernet of seed 0 cannot be built: "):
        pool.start(0)


def test_a_supernet_that_there_is_no_memory_to_build_is_told_as_one_that_wants_memory_while_it_trains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Large:
        def __init__(self, *given: object, **named: object) -> None:
            raise torch.OutOfMemoryError("CUDA out of memory")

    pool = supernets()
    with monkeypatch.context() as patched:
        patched.setattr(inline_supernets, "SupernetWorker", Large)
        pool.start(3)
        assert pool.free == 0
        (told,) = pool.wait(0.0)
    assert (told.seed, told.status, told.error) == (3, Status.OUT_OF_MEMORY, "OutOfMemoryError: CUDA out of memory")
    pool.release(3)
    assert pool.free == 1


def test_objects_of_the_callers_own_are_trained_on() -> None:
    objective = OBJECTIVES.build("classification", {}, source=TinyLabels())
    pool = InlineSupernets(
        replace(CONFIG, fitness=Choice("no:Objective"), data="no:Images"),
        nothing,
        objects={"fitness": objective, "data": TinyLabels()},
    )
    pool.start(0)
    (told,) = pool.wait(0.0)
    assert told.done is not None, told.error


def test_closed_it_lets_go_of_everything() -> None:
    pool = supernets()
    pool.start(0)
    pool.close()
    assert pool.free == 1

"""Catches: a seed that is given up for deaths between which it has made epochs, or never; a supernet that is built
where its GPU has no room, or waits for ever; one that wants memory and ends the search.

Actors here are played: they say what happened, and note what they are asked for.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from ray.exceptions import ActorDiedError, OutOfMemoryError, RayActorError, RayTaskError

from evo.differentiable import supernet_pool as module
from evo.differentiable.gpu_admission import GpuAdmission, GpuMemory
from evo.differentiable.gradient_run import Told
from evo.differentiable.supernet_pool import SupernetPool
from evo.differentiable.supernet_worker import EpochDone
from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp, Raised, Returned, Started
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.trial_pool import MOST_EXCUSED
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from evo.records.resources import Resources
from evo.records.trial import Status
from evo.storage.checkpoint import Progress
from tests.evo.differentiable.saved_runs import config_of

CONFIG = config_of(objective="rotation", pictures="16", batch="4", held_out="4", threads="1")
GIB = 2**30


class PlayedActors:
    """Actors that do nothing by themselves."""

    def __init__(self, run_name: str, kind: ActorKind) -> None:
        self.kind, self.places = kind, set[int]()
        self.asked: list[tuple[int, str]] = []
        self.events: deque[ActorEvent] = deque()
        self.replaced: list[int] = []

    def __len__(self) -> int:
        return len(self.places)

    def name(self, number: int) -> str:
        return f"supernet-{number}"

    def state(self) -> PoolState:
        return PoolState(up=len(self.places), wanted=len(self.places))

    def start(self, number: int) -> None:
        self.places.add(number)

    def call(self, number: int, method: str, name: str | None = None) -> None:
        assert name == f"seed {number}: {method}"
        self.asked.append((number, str(method)))

    def replace(self, number: int) -> None:
        self.replaced.append(number)

    def release(self, number: int) -> None:
        self.places.remove(number)

    def close(self) -> None:
        self.places.clear()

    def wait(self, timeout_s: float) -> Iterator[ActorEvent]:
        while self.events:
            yield self.events.popleft()


class Game:
    """A pool and its actors."""

    def __init__(self, run_dir: Path, seeds: int = 1, needed: int = GIB) -> None:
        admission = GpuAdmission(needed)
        self.pool = SupernetPool(CONFIG, run_dir, Resources(seeds, 0.5), lambda seed: None, admission=admission)
        self.actors: Any = self.pool._actors
        for seed in range(seeds):
            self.pool.start(seed)

    def play(self, *events: ActorEvent) -> list[Told]:
        self.actors.asked.clear()
        self.actors.events.extend(events)
        return self.pool.wait(0.0)

    @property
    def asked(self) -> list[tuple[int, str]]:
        return list(self.actors.asked)

    def train(self, seed: int, memory: GpuMemory | None = None) -> None:
        """Bring a seed to its first epoch."""
        assert self.play(Started(seed), Returned(seed, memory), Returned(seed, None)) == []
        assert self.asked == [(seed, "gpu_memory"), (seed, "build"), (seed, "epoch")]


@pytest.fixture
def game(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Game]:
    monkeypatch.setattr(module, "ResilientActors", PlayedActors)
    monkeypatch.setattr(module, "share", lambda objects: objects)
    return Game


def epoch(seed: int, gpu_bytes: int = 0) -> Returned:
    return Returned(seed, EpochDone({}, Progress(), b"", gpu_bytes=gpu_bytes))


def died(seed: int, error: Any = None, failed_starts: int = 0) -> Died:
    return Died(seed, error or ActorDiedError(), failed_starts)


def raised(seed: int, error: Exception) -> Raised:
    task = RayTaskError("epoch", f"Traceback\n{type(error).__name__}: {error}", error)
    return Raised(seed, task.as_instanceof_cause())  # type: ignore[no-untyped-call]


def card(free: float, number: int = 0) -> GpuMemory:
    return GpuMemory(f"node #{number}", int(free * GIB), 32 * GIB)


def test_deaths_with_an_epoch_between_them_are_forgiven_however_many(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path)
    played.train(0)
    for turn in range(6):
        (told,) = played.play(epoch(0))
        assert (told.attempts, told.status) == (1 + turn, Status.COMPLETED)
        assert told.done is not None
        played.pool.go_on(0)
        assert played.play(died(0)) == []
        played.train(0)


def test_four_deaths_without_an_epoch_are_the_end(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path)
    played.train(0)
    played.play(epoch(0))
    played.pool.go_on(0)
    assert played.play(died(0)) == []
    assert played.play(died(0, failed_starts=1), died(0, failed_starts=2)) == []  # while starting
    played.train(0)
    (told,) = played.play(died(0))
    assert (told.seed, told.attempts, told.status, told.done) == (0, 4, Status.LOST, None)
    assert told.error is not None
    assert told.error.startswith("its worker died 4 times without an epoch between them, last: ")
    played.pool.release(0)
    assert played.pool.free == 1


def test_a_worker_that_rays_monitor_ended_each_time_wants_memory(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path)
    (told,) = played.play(*[died(0, OutOfMemoryError("node is low on memory"))] * 4)
    assert told.status is Status.OUT_OF_MEMORY


def test_deaths_of_machines_that_are_taken_away_do_not_count(game: type[Game], tmp_path: Path) -> None:
    taken = ActorDiedError()
    taken._preempted = True
    played = game(tmp_path)
    assert played.play(*[died(0, taken)] * 5, *[died(0)] * 3) == []
    assert played.play(died(0))[0].status is Status.LOST


def test_workers_that_are_told_to_go_are_excused_but_not_for_ever(game: type[Game], tmp_path: Path) -> None:
    told_to_go = ActorDiedError()
    RayActorError.__init__(told_to_go, "00", "Worker exits with an exit code 1. The process receives a SIGTERM.")
    played = game(tmp_path)
    assert played.play(*[died(0, told_to_go)] * MOST_EXCUSED) == []
    played.train(0)
    played.play(epoch(0))
    assert played.play(*[died(0, told_to_go)] * (MOST_EXCUSED + 3)) == []
    assert played.play(died(0, told_to_go))[0].status is Status.LOST


def test_a_place_that_is_closed_for_good_is_the_end(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=2, needed=20 * GIB)
    played.train(0, card(31))
    played.play(Started(1), Returned(1, card(31)))
    played.actors.places.remove(0)
    (told,) = played.play(GaveUp(0, "its node has left"))
    assert (told.status, told.error) == (Status.LOST, "its node has left")
    played.pool.release(0)
    assert played.asked == [(1, "gpu_memory")]
    assert played.pool.free == 1
    played.pool.start(0)
    played.pool.release(0)
    assert played.pool.free == 1


def test_a_seed_waits_until_another_has_left_its_gpu_what_it_needs(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=3, needed=20 * GIB)
    played.train(0, card(31))
    assert played.play(Started(1), Returned(1, card(31))) == []
    assert played.asked == [(1, "gpu_memory")]
    assert played.pool.state() == PoolState(up=3, wanted=3, in_flight=1, idle=1)
    played.train(2, card(31, number=1))  # another GPU
    assert played.play(epoch(2, 9 * GIB))[0].seed == 2
    assert played.asked == []  # of no use to those who wait elsewhere
    assert played.play(epoch(0, 25 * GIB))[0].seed == 0
    assert played.asked == [(1, "gpu_memory")]
    played.pool.go_on(0)
    assert played.play(Returned(1, card(5))) == []
    assert played.asked == []
    played.actors.asked.clear()
    played.pool.release(0)
    assert played.asked == [(1, "gpu_memory")]
    assert played.play(Returned(1, card(31)), Returned(1, None)) == []
    assert played.asked == [(1, "build"), (1, "epoch")]


def test_what_the_first_epoch_took_lets_others_in(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=2, needed=20 * GIB)
    played.train(0, card(31))
    played.play(Started(1), Returned(1, card(31)))
    played.play(epoch(0, 8 * GIB), Returned(1, card(23)))
    assert played.asked == [(1, "gpu_memory"), (1, "build")]


def test_a_death_makes_room(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=2, needed=20 * GIB)
    played.train(0, card(31))
    played.play(Started(1), Returned(1, card(31)))
    assert played.play(died(0)) == []
    assert played.asked == [(1, "gpu_memory")]


def test_who_waits_is_turned_away_where_time_is_over(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=3, needed=20 * GIB)
    played.train(0, card(31))
    played.play(Started(1), Returned(1, card(31)), Started(2), Returned(2, card(31)))
    assert played.pool.turn_away() == 2
    assert (played.actors.places, played.pool.turn_away()) == ({0}, 0)
    played.play(epoch(0, 8 * GIB))
    assert played.asked == []


def test_who_has_no_machine_or_no_actor_is_turned_away_and_who_is_at_work_is_not(
    game: type[Game], tmp_path: Path
) -> None:
    played = game(tmp_path, seeds=5)
    played.train(0)
    played.play(Started(1), Returned(1, None), Started(2))  # 1 is built, 2 is asked for memory, 3 starts, 4 has died
    played.play(died(4))
    assert played.pool.turn_away() == 3
    assert (played.actors.places, played.pool.turn_away()) == ({0, 1}, 0)
    assert played.play(epoch(0))[0].seed == 0
    played.pool.go_on(0)
    played.play(died(0))
    assert played.pool.turn_away() == 1
    assert played.actors.places == {1}


def test_who_waits_is_said_once(game: type[Game], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    played = game(tmp_path, seeds=2, needed=20 * GIB)
    played.train(0, card(31))
    played.play(Started(1), Returned(1, card(31)), epoch(0, 20 * GIB), Returned(1, card(11)))
    assert caplog.messages == ["seed 1 waits: it takes about 20.0 GiB of GPU memory, and 31.0 GiB are free on node #0"]


def test_want_of_memory_beside_others_is_tried_again_and_alone_it_is_a_status(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path, seeds=2)
    played.train(0, card(31))
    played.train(1, card(31))
    assert played.play(raised(1, torch.OutOfMemoryError("CUDA out of memory"))) == []
    assert played.actors.replaced == [1]
    assert played.play(Started(1), Returned(1, card(31))) == []
    assert played.asked == [(1, "gpu_memory")]  # it waits: two do not fit
    (told,) = played.play(raised(0, torch.OutOfMemoryError("CUDA out of memory")))
    assert (told.status, told.attempts) == (Status.OUT_OF_MEMORY, 1)
    assert told.error == "OutOfMemoryError: CUDA out of memory"
    played.pool.release(0)
    assert played.play(Returned(1, card(31)), raised(1, torch.OutOfMemoryError("while it is built")))[0].attempts == 2


def test_an_epoch_that_raises_is_that_seeds_failure(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path)
    played.train(0)
    (told,) = played.play(raised(0, ValueError("not finite")))
    assert (told.status, told.error) == (Status.FAILED, "ValueError: not finite")


def test_a_supernet_that_cannot_be_built_ends_the_search_in_one_line(game: type[Game], tmp_path: Path) -> None:
    played = game(tmp_path)
    played.play(Started(0), Returned(0, None))
    with pytest.raises(WorkerStartError) as caught:
        played.play(raised(0, ValueError("no images")))
    assert str(caught.value) == "worker supernet-0 cannot start: ValueError: no images"


def test_an_actor_is_handed_the_checkpoint_of_its_seed(game: type[Game], tmp_path: Path) -> None:
    kept: Mapping[int, bytes] = {0: b"kept"}
    pool = SupernetPool(CONFIG, tmp_path, Resources(1, 0.5), kept.get, admission=GpuAdmission(1))
    actors: Any = pool._actors
    given = actors.kind.arguments(0, "name")
    assert (given["seed"], given["name"], given["content"]) == (0, "name", b"kept")
    assert given["output"] == tmp_path / "worker.log"
    assert (actors.kind.cpus, actors.kind.gpus) == (1, 0.5)

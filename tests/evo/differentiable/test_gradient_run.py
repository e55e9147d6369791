"""Catches: an epoch that is logged before its checkpoint is on disk; a seed that is begun twice, or not at all; a
failure that ends the others; a time limit that is ignored; images of another seed than the best; a lost seed that
counts as done for ever, or begins anew.

Epochs come from a pool that trains nothing, so that every order of events can be played.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.gradient_run import GradientRun, Told
from evo.differentiable.supernet_worker import EpochDone
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import resolve_choice
from evo.records.config import Limits, SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from evo.records.trial import Status
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress, pack
from evo.storage.epoch_log import SCHEMA, EpochLog, read_alpha_names, read_epochs
from evo.storage.run_folder import RECONSTRUCTIONS
from evo.storage.run_log import read_table

CELL = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|skip_connect~1|nor_conv_1x1~2|"
CONFIG = SearchConfig(
    resolve_choice("space", "nasbench201", {"stem_channels": "4", "cells_per_stage": "1"}),
    resolve_choice("fitness", "rotation", {}, strategy="darts"),
    resolve_choice("strategy", "darts", {"epochs": "2"}),
    data="noise",
    seed=10,
)
NAMES = ("cell 0->1 none",)
PLUGINS = build_gradient_plugins(CONFIG)
NOBODY: Mapping[int, Status] = {}


class PlayedPool:
    """Two places; every seed's next epoch ends as soon as it is waited for.

    A seed in ``broken`` fails, one in ``lost`` ends in that way once its first epoch is done, one in ``blind`` shows no
    images.
    """

    def __init__(
        self,
        restore: Callable[[int], bytes | None],
        broken: tuple[int, ...] = (),
        blind: tuple[int, ...] = (),
        lost: Mapping[int, Status] = NOBODY,
    ) -> None:
        self._restore, self._broken, self._blind, self._lost = restore, broken, blind, lost
        self.running: dict[int, Progress] = {}
        self.waiting: tuple[int, ...] = ()  # that are started and have no room
        self.events: list[str] = []

    @property
    def free(self) -> int:
        return 2 - len(self.running)

    def start(self, seed: int) -> None:
        content = self._restore(seed)
        self.running[seed] = Progress() if content is None else checkpoint.unpack(content)[1]
        self.events.append(f"start {seed}")

    def go_on(self, seed: int) -> None:
        self.events.append(f"go on {seed}")

    def turn_away(self) -> int:
        turned, self.waiting = len(self.waiting), ()
        return turned

    def state(self) -> PoolState:
        return PoolState(up=len(self.running))

    def release(self, seed: int) -> None:
        del self.running[seed]
        self.events.append(f"release {seed}")

    def close(self) -> None:
        self.running.clear()

    def wait(self, timeout_s: float) -> list[Told]:
        return [self._told(seed) for seed in list(self.running) if seed not in self.waiting]

    def _told(self, seed: int) -> Told:
        if seed in self._broken:
            return Told(seed, 1, status=Status.FAILED, error="DivergedError: no number")
        before = self.running[seed]
        if seed in self._lost and before.epochs:
            return Told(seed, 4, status=self._lost[seed], error="its worker died")
        row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
        row |= {
            "seed": seed,
            "rewinds": 0,
            "epoch": before.epochs,
            "held_out_loss": seed + before.epochs / 10,
            "derived": CELL,
        }
        row |= {"epoch_s": 1.0, "alpha_entropy": 1.0, "skip_share": 0.5, "worker": "w", "gpu": "T4 #1 x0.5"}
        row["alphas"] = [seed + before.epochs / 10]
        self.running[seed] = Progress(before.epochs + 1, (*before.rows, row), {}, CELL, {}, alpha_names=NAMES)
        images = b"" if seed in self._blind else b"images of seed %d" % seed
        content = pack({}, self.running[seed])
        warning = "the objective of seed 12" if (seed, before.epochs) == (12, 0) else ""
        return Told(seed, 1, EpochDone(row, self.running[seed], content, images, warning=warning))


class Hearing(Observer):
    """Notes every epoch that it hears of."""

    def __init__(self, heard: list[tuple[int, int]]) -> None:
        self._heard, self.states = heard, list[PoolState]()

    def tick(self, run: LiveRun) -> None:
        self.states.append(run.pool)

    def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
        assert run.epochs == 2
        self._heard.append((row["seed"], row["epoch"]))


def played(
    run_dir: Path,
    *,
    seeds: int = 1,
    broken: tuple[int, ...] = (),
    blind: tuple[int, ...] = (),
    max_minutes: float | None = None,
    lost: Mapping[int, Status] = NOBODY,
) -> tuple[str, PlayedPool, list[tuple[int, int]]]:
    run = GradientRun(run_dir, CONFIG, PLUGINS, Limits(evaluations=seeds, max_minutes=max_minutes))
    pool, heard = PlayedPool(run.restore, broken, blind, lost), list[tuple[int, int]]()
    live = LiveRun(run_dir, seeds, epochs=2)
    return run.run(pool, live, [Hearing(heard)]), pool, heard


def test_observers_see_what_the_supernets_do_and_what_the_log_has_cost(tmp_path: Path) -> None:
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=2))
    hearing, live = Hearing([]), LiveRun(tmp_path, 2, epochs=2)
    run.run(PlayedPool(run.restore), live, [hearing])
    assert [state.up for state in hearing.states] == [2, 0]
    assert live.log_s > 0.0


def test_a_warning_of_an_epoch_reaches_a_person(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    played(tmp_path, seeds=3)
    found = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert found == [(logging.WARNING, "the objective of seed 12")]


def trials(run_dir: Path) -> list[tuple[int, int, str, float | None]]:
    found = read_table(run_dir).to_pylist()
    return [(row["trial_id"], row["seed"], row["status"], row["fitness"]) for row in found]


def epochs(run_dir: Path) -> list[tuple[int, int]]:
    return [(row["seed"], row["epoch"]) for row in read_epochs(run_dir).to_pylist()]


def test_all_seeds_are_trained_two_at_a_time(tmp_path: Path) -> None:
    state, pool, heard = played(tmp_path, seeds=3)
    assert state == "completed"
    assert epochs(tmp_path) == [(seed, epoch) for seed in (10, 11, 12) for epoch in (0, 1)]
    assert trials(tmp_path) == [(n, 10 + n, "completed", pytest.approx(-(10 + n + 0.1))) for n in range(3)]
    assert pool.events.index("start 12") > pool.events.index("release 10")
    assert not pool.running
    assert sorted(heard) == epochs(tmp_path)
    row = read_table(tmp_path).to_pylist()[0]
    assert (row["candidate"], row["params"] > 0, dict(row["metrics"])["skip_share"]) == (CELL, True, 0.5)
    assert (row["worker"], row["gpu"]) == ("w", "T4 #1 x0.5")


def test_images_are_those_of_the_best_seed(tmp_path: Path) -> None:
    played(tmp_path / "a", seeds=3)  # of which the first has the smallest loss
    assert (tmp_path / "a" / RECONSTRUCTIONS).read_bytes() == b"images of seed 10"
    (tmp_path / "b" / RECONSTRUCTIONS).parent.mkdir(parents=True)
    (tmp_path / "b" / RECONSTRUCTIONS).write_bytes(b"of before")
    played(tmp_path / "b", seeds=2, blind=(10,))
    assert not (tmp_path / "b" / RECONSTRUCTIONS).exists()


def test_architecture_parameters_are_logged_with_their_names(tmp_path: Path) -> None:
    played(tmp_path)
    assert read_alpha_names(tmp_path) == NAMES
    assert read_epochs(tmp_path)["alphas"].to_pylist() == [[10.0], [10.1]]


def test_a_seed_that_fails_is_a_row_and_the_others_go_on(tmp_path: Path) -> None:
    _, pool, _ = played(tmp_path, seeds=2, broken=(10,))
    assert [row[2] for row in trials(tmp_path)] == ["failed", "completed"]
    assert read_table(tmp_path)["error"].to_pylist()[0] == "DivergedError: no number"
    assert not pool.running


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (Status.LOST, ""),
        (
            Status.OUT_OF_MEMORY,
            "; fewer side by side (a smaller --workers, a larger --gpus-per-worker) leave it more memory; "
            "strategy.checkpointing=true, strategy.micro_batches or a smaller strategy.batch are another search",
        ),
    ],
)
def test_a_seed_that_its_place_has_cost_is_a_row_and_goes_on_after_its_last_epoch_when_it_is_resumed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: Status, remedy: str
) -> None:
    caplog.set_level("INFO", "evo")
    state, _, _ = played(tmp_path, seeds=2, lost={11: status})
    assert state == "completed"
    (_, row) = read_table(tmp_path).to_pylist()
    assert (row["status"], row["attempts"], row["fitness"]) == (str(status), 4, None)
    assert row["error"] == f"its worker died; --resume takes it up again, after epoch 1{remedy}"
    state, pool, heard = played(tmp_path, seeds=2)
    assert (state, pool.events[0], heard) == ("completed", "start 11", [(11, 1)])
    assert caplog.messages == ["seed 11 is taken up again, after epoch 1"]
    whole = tmp_path / "whole"
    played(whole, seeds=2)
    assert (trials(tmp_path), epochs(tmp_path)) == (trials(whole), epochs(whole))
    assert [row["attempts"] for row in read_table(tmp_path).to_pylist()] == [1, 1]


def test_batches_in_parts_are_no_remedy_where_images_are_compared(tmp_path: Path) -> None:
    config = replace(CONFIG, fitness=resolve_choice("fitness", "contrastive", {}, strategy="darts"))
    run = GradientRun(tmp_path, config, build_gradient_plugins(config), Limits(evaluations=1))
    run._fail(Told(10, 1, status=Status.OUT_OF_MEMORY, error="no memory"))
    (said,) = read_table(tmp_path)["error"].to_pylist()
    assert said.endswith("; strategy.checkpointing=true or a smaller strategy.batch are another search")


def test_the_row_of_a_seed_that_is_taken_up_stays_until_there_is_news_of_it(tmp_path: Path) -> None:
    played(tmp_path, seeds=2, lost={10: Status.LOST, 11: Status.LOST})
    before = read_table(tmp_path).to_pylist()
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=2))

    class Unstartable(PlayedPool):
        def wait(self, timeout_s: float) -> list[Told]:
            raise WorkerStartError("worker selfnas/run/supernet-10 cannot start: no images")

    live = LiveRun(tmp_path, 2, epochs=2)
    with pytest.raises(WorkerStartError):
        run.run(Unstartable(run.restore), live, [])
    assert (read_table(tmp_path).to_pylist(), live.replayed) == (before, 0)
    assert played(tmp_path, seeds=2, max_minutes=1e-9)[0] == "stopped"
    assert read_table(tmp_path).to_pylist() == before
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=2))
    pool, live = PlayedPool(run.restore), LiveRun(tmp_path, 2, epochs=2)
    pool.waiting = (11,)

    class Stopping(Observer):
        def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
            run.stop()

    assert run.run(pool, live, [Stopping()]) == "stopped"
    assert [row[2] for row in trials(tmp_path)] == ["completed", "lost"]
    assert played(tmp_path, seeds=2)[0] == "completed"
    assert [row[2] for row in trials(tmp_path)] == ["completed", "completed"]


def test_a_seed_without_an_epoch_is_begun_again_and_one_that_failed_is_not(tmp_path: Path) -> None:
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=1))
    run._fail(Told(10, 4, status=Status.LOST, error="its worker died"))
    assert read_table(tmp_path)["error"].to_pylist() == [
        "its worker died; --resume takes it up again, from its beginning"
    ]
    played(tmp_path, broken=(10,))
    assert trials(tmp_path) == [(0, 10, "failed", None)]
    assert played(tmp_path)[1].events == []


def test_a_seed_that_is_ended_early_is_done_and_its_architecture_is_the_earlier_one(tmp_path: Path) -> None:
    row = {**dict.fromkeys(SCHEMA.names), "seed": 10, "rewinds": 0, "derived": CELL, "skip_share": 0.5, "epoch_s": 1.0}
    rows = tuple({**row, "epoch": epoch, "held_out_loss": 7.0 - epoch} for epoch in (0, 1))
    checkpoint.write(tmp_path, 10, pack({}, Progress(1, rows, {}, CELL, {}, answer=0)))
    _, pool, _ = played(tmp_path)
    assert pool.events == []
    assert trials(tmp_path) == [(0, 10, "completed", -7.0)]


def test_time_that_is_over_ends_the_search_behind_an_epoch_and_it_goes_on_later(tmp_path: Path) -> None:
    EpochLog(tmp_path)
    state, _, _ = played(tmp_path, seeds=2, max_minutes=1e-9)
    assert (state, epochs(tmp_path), trials(tmp_path)) == ("stopped", [], [])
    assert played(tmp_path, seeds=1)[0] == "completed"
    _, pool, _ = played(tmp_path, seeds=2)
    assert pool.events[0] == "start 11"
    assert epochs(tmp_path) == [(10, 0), (10, 1), (11, 0), (11, 1)]


def test_seeds_that_wait_for_room_when_time_is_over_are_turned_away(tmp_path: Path) -> None:
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=2))
    pool, live = PlayedPool(run.restore), LiveRun(tmp_path, 2, epochs=2)

    class Stopping(Observer):
        def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
            run.stop()

    pool.waiting = (11,)
    assert run.run(pool, live, [Stopping()]) == "stopped"
    assert (epochs(tmp_path), pool.waiting, live.pool.up) == ([(10, 0)], (), 1)


def test_the_checkpoint_is_there_before_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(log: EpochLog, row: object, alpha_names: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(EpochLog, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            played(tmp_path)
    assert checkpoint.read_progress(tmp_path, 10).epochs == 1
    played(tmp_path)
    assert epochs(tmp_path) == [(10, 0), (10, 1)]


def test_a_seed_that_is_trained_but_not_logged_is_logged_without_training(tmp_path: Path) -> None:
    played(tmp_path)
    for part in (tmp_path / "evaluations").iterdir():
        part.unlink()
    state, pool, _ = played(tmp_path)
    assert (state, pool.events) == ("completed", [])
    assert len(trials(tmp_path)) == 1


def test_a_search_that_is_gone_on_with_knows_its_best_so_far(tmp_path: Path) -> None:
    played(tmp_path)
    live = LiveRun(tmp_path, 1, epochs=2)
    run = GradientRun(tmp_path, CONFIG, PLUGINS, Limits(evaluations=1))
    run.run(PlayedPool(run.restore), live, [])
    assert (live.replayed, live.best) == (1, trials(tmp_path)[0][3])

"""Catches: more supernets on a GPU than its memory holds; one that waits although there is room, or for ever; memory
that is promised twice, or counted as free although it is promised."""

import pytest

from evo.differentiable.gpu_admission import GpuAdmission, GpuMemory, fitting, usable

GIB = 2**30
CARD, OTHER = "node #0", "node #1"


def memory(free: float, *, gpu: str = CARD, total: float = 140.0) -> GpuMemory:
    return GpuMemory(gpu, int(free * GIB), int(total * GIB))


def admission(estimate: float, **options: bool) -> GpuAdmission:
    return GpuAdmission(int(estimate * GIB), **options)


def tried(door: GpuAdmission, seed: int, free: float, gpu: str = CARD) -> bool:
    door.ask(seed)
    return door.enter(seed, memory(free, gpu=gpu))


@pytest.mark.parametrize(
    ("free", "total", "needed", "expected"),
    [
        (140, 140, 10, 13),  # 138 GiB without the reserve of 2
        (22.5, 24, 7, 3),  # 21 without a sixteenth of 24
        (15.9, 16, 15, 0),  # 14.9
        (16, 16, 15, 1),
        (1, 140, 0.5, 0),
        (140, 140, 138, 1),
        (140, 140, 139, 0),
    ],
)
def test_as_many_fit_as_the_free_memory_holds_without_a_reserve(
    free: float, total: float, needed: float, expected: int
) -> None:
    assert fitting(memory(free, total=total), int(needed * GIB)) == expected


def test_the_reserve_is_a_sixteenth_and_at_most_two_gib() -> None:
    assert usable(16 * GIB, 16 * GIB) == 15 * GIB
    assert usable(140 * GIB, 140 * GIB) == 138 * GIB
    assert usable(1, 140 * GIB) == 0


def test_those_let_in_count_until_their_first_epoch_is_over_and_are_missing_from_what_is_free_then() -> None:
    door = admission(60)
    assert tried(door, 0, 140)
    assert tried(door, 1, 140)  # 138 hold two of 60, and 0 has taken nothing yet
    assert not tried(door, 2, 140)
    assert door.is_waiting(2)
    assert door.settle(0, 60 * GIB) == [2]
    assert not tried(door, 2, 80)  # 78 hold one, which is promised to 1
    assert door.settle(1, 60 * GIB) == [2]
    assert not tried(door, 2, 20)
    assert door.leave(0) == [2]
    assert tried(door, 2, 80)
    assert not door.is_waiting(2)


def test_what_one_really_took_replaces_the_estimate() -> None:
    door = admission(100)
    assert tried(door, 0, 140)
    assert not tried(door, 1, 140)
    assert door.settle(0, 20 * GIB) == [1]
    assert door.needed == 20 * GIB
    assert tried(door, 1, 120)
    assert tried(door, 2, 120)
    door.settle(1, 30 * GIB)
    assert door.needed == 30 * GIB
    door.settle(2, 10 * GIB)
    assert door.needed == 30 * GIB


def test_where_later_epochs_may_take_more_the_estimate_stays_the_least() -> None:
    door = admission(100, steady=False)
    assert tried(door, 0, 140)
    door.settle(0, 20 * GIB)
    assert door.needed == 100 * GIB
    door.settle(0, 110 * GIB)
    assert door.needed == 110 * GIB


def test_the_first_on_a_gpu_is_let_in_however_little_is_free() -> None:
    door = admission(500)
    assert tried(door, 0, 3)
    assert not tried(door, 1, 3)
    assert tried(door, 2, 3, gpu=OTHER)
    assert door.leave(0) == [1]
    assert tried(door, 1, 3)


def test_gpus_do_not_wait_for_each_other() -> None:
    door = admission(100)
    assert tried(door, 0, 140)
    assert tried(door, 1, 140, gpu=OTHER)
    assert not tried(door, 2, 140)
    assert door.settle(1, 100 * GIB) == []
    assert door.leave(1) == []
    assert door.leave(0) == [2]


def test_an_answer_of_before_an_epoch_does_not_know_what_that_took() -> None:
    door = admission(60)
    assert tried(door, 0, 140)
    door.ask(1)  # 0 has taken nothing yet: all is free
    assert door.settle(0, 70 * GIB) == []
    assert not door.enter(1, memory(140))  # 138 hold one of 70, which 0 has by now
    assert door.needed == 70 * GIB
    assert door.settle(0, 60 * GIB) == [1]
    door.ask(1)
    assert door.settle(0, 60 * GIB) == []  # nobody asks twice
    assert door.enter(1, memory(80))


def test_a_seed_that_has_no_gpu_never_waits() -> None:
    door = admission(500)
    for seed in range(3):
        door.ask(seed)
        assert door.enter(seed, None)
    assert door.settle(0, 0) == []
    assert not door.overflow(0)
    assert door.leave(0) == []


def test_a_seed_whose_process_died_counts_anew() -> None:
    door = admission(60)
    assert tried(door, 0, 140)
    door.settle(0, 60 * GIB)
    assert door.leave(0) == []
    assert tried(door, 0, 140)
    assert tried(door, 1, 140)
    assert not tried(door, 2, 140)  # 0 has not settled again
    assert door.leave(2) == []
    assert not door.is_waiting(2)


def test_where_memory_runs_out_one_fewer_is_let_in() -> None:
    door = admission(10)
    for seed in range(3):
        assert tried(door, seed, 140)
    assert door.overflow(2)
    assert door.needed == 46 * GIB + 1  # three thirds of 138, and no more than two of these fit
    assert door.leave(2) == []
    assert not tried(door, 2, 140)
    assert door.overflow(1)
    assert door.needed == 69 * GIB + 1
    assert door.leave(1) == [2]
    assert not door.overflow(0)  # which is alone

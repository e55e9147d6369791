"""Catches: a share that spans two GPUs, or is lost to rounding; room of two machines added up for one actor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.cluster.room import Need, free_places, freed, lacking, places, places_in_all
from tests.evo.cluster.machines import machine


@pytest.mark.parametrize(
    ("cpus", "gpus", "need", "expected"),
    [
        (4, 0, Need(), 4),
        (4, 0, Need(3.0), 1),
        (4, 0, Need(gpus=0.5), 0),
        (4, 2, Need(gpus=1.0), 2),
        (4, 2, Need(gpus=2.0), 1),
        (4, 3, Need(gpus=2.0), 1),
        (9, 2, Need(gpus=0.6), 2),  # 1.2 GPUs, but a share never spans two
        (9, 2, Need(gpus=0.4), 4),
        (9, 1, Need(gpus=1 / 3), 3),
        (3, 2, Need(gpus=0.25), 3),  # 8 shares, but 3 CPUs
        (9, 1.5, Need(gpus=0.5), 3),  # half a GPU is somebody else's
        (9, 0.9999999, Need(gpus=0.5), 2),  # shares that were given back do not add up exactly
        (0.5, 0, Need(), 0),
        (0.9999999, 0, Need(), 1),
        (2, 4, Need(0.0, 0.75), 4),
    ],
)
def test_what_fits_into_one_machine(cpus: float, gpus: float, need: Need, expected: int) -> None:
    assert places(cpus, gpus, need) == expected


def test_actors_are_counted_by_machine() -> None:
    nodes = [machine("a", 4, 0), machine("b", 1, 2), machine("c", 3, 1, free_cpus=1, free_gpus=0.5)]
    assert places_in_all(nodes, Need(gpus=0.5)) == 0 + 1 + 2  # 8 CPUs and 6 shares in all
    assert free_places(nodes, Need(gpus=0.5)) == 0 + 1 + 1
    assert places_in_all(nodes, Need(3.0)) == 2


@given(st.integers(0, 64), st.integers(0, 8), st.integers(1, 10), st.integers(0, 10))
def test_what_was_counted_fits_and_no_more(cpus: int, gpus: int, shares: int, count: int) -> None:
    need = Need(gpus=1 / shares)
    assert places(cpus, gpus, need) == min(cpus, gpus * shares)
    node = freed(machine("a", cpus, gpus, free_cpus=0, free_gpus=0), need, count)
    assert (node.free_cpus, node.free_gpus) == (count, pytest.approx(count / shares))


@pytest.mark.parametrize(
    ("free_cpus", "free_gpus", "need", "expected"),
    [
        (0, 0, Need(), "CPU"),
        (0, 1, Need(gpus=0.5), "CPU"),
        (4, 0, Need(gpus=0.5), "GPU"),
        (0, 0, Need(gpus=0.5), "GPU"),
    ],
)
def test_what_is_lacking_is_named(free_cpus: float, free_gpus: float, need: Need, expected: str) -> None:
    assert lacking([machine("a", 4, 1, free_cpus=free_cpus, free_gpus=free_gpus)], need) == expected


def test_where_there_is_no_machine_a_gpu_is_lacking() -> None:
    assert lacking([], Need(gpus=1.0)) == "GPU"

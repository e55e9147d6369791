"""Catches: warm-up that is timed, a mean in place of the median, a measurement that never ends, generators
that are changed, a network in training mode."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from evo.engine import latency
from evo.engine.latency import FEWEST, RUNS, WARM_UP, Latency, device_name, measured_latency, timed
from fitness import DeadlineExceededError, EvalContext
from tasks import derive_rng
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks, TinySequences

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let locks lie in a folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def clock_of(seconds: Iterator[float]) -> Callable[[], float]:
    """Return a clock by which each call takes the next of so many seconds."""
    readings = itertools.chain.from_iterable((0.0, each) for each in seconds)
    return lambda: next(readings)


def nothing() -> None:
    """Take no time."""


def test_median_and_quartiles_are_of_the_timed_passes_alone() -> None:
    calls: list[int] = []
    taken = [0.001] * 30 + [0.003] * 15 + [1e-9 + 0.05] * 5  # a mean would be .0066
    found = timed(lambda: calls.append(1), nothing, clock_of(iter(taken)))
    assert len(calls) == WARM_UP + RUNS
    assert found == Latency(0.001, 0.002)
    assert found.metrics() == {"latency": 0.001, "latency_spread": 0.002}


def test_slow_networks_are_timed_a_few_times_only() -> None:
    calls: list[int] = []
    assert timed(lambda: calls.append(1), nothing, clock_of(itertools.repeat(3.0))) == Latency(3.0, 0.0)
    assert len(calls) == WARM_UP + FEWEST
    calls.clear()
    timed(lambda: calls.append(1), nothing, clock_of(itertools.repeat(0.25)))
    assert len(calls) == WARM_UP + 8  # two seconds


def test_a_time_out_ends_it() -> None:
    checks: list[int] = []

    def check() -> None:
        checks.append(1)
        if len(checks) > WARM_UP + 1:
            raise DeadlineExceededError("late")

    with pytest.raises(DeadlineExceededError):
        timed(nothing, check)


def context(space: object, deadline: float | None = None) -> EvalContext:
    return EvalContext(
        space=space,  # type: ignore[arg-type]  # what is measured is built alone
        images=NoiseImages(32),
        data_seed=0,
        rng=derive_rng(0),
        device=CPU,
        deadline=deadline,
    )


class Watched(TinyNetworks):
    """Tiny networks whose inputs are noted."""

    shapes: list[tuple[int, ...]]

    def build(self, candidate: int, input_spec: object, num_outputs: int) -> torch.nn.Module:  # type: ignore[override]
        network = super().build(candidate, input_spec, num_outputs)  # type: ignore[arg-type]
        network.register_forward_pre_hook(lambda module, inputs: self.note(module, inputs[0]))
        return network

    def note(self, module: torch.nn.Module, inputs: torch.Tensor) -> None:
        assert not module.training
        assert inputs.is_contiguous(memory_format=torch.channels_last)
        self.shapes.append(tuple(inputs.shape))


def test_a_network_is_measured_on_a_batch_of_the_runs_images_and_nothing_drawn_is_disturbed() -> None:
    space = Watched()
    space.shapes = []
    before = torch.get_rng_state()
    found = measured_latency(3, context(space), 2)
    assert torch.equal(torch.get_rng_state(), before)
    assert found.median_s > 0
    assert found.spread_s >= 0
    assert set(space.shapes) == {(2, 3, 32, 32)}


def test_it_is_measured_while_nobody_else_measures_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []

    @contextmanager
    def holding(name: str) -> Iterator[None]:
        held.append(name)
        yield
        held.append("free")

    def watched(call: Callable[[], object], check: Callable[[], None]) -> Latency:
        assert held == ["cpu"]
        return Latency(1.0, 0.0)

    monkeypatch.setattr(latency, "alone_on", holding)
    monkeypatch.setattr(latency, "timed", watched)
    assert measured_latency(3, context(TinyNetworks()), 1) == Latency(1.0, 0.0)
    assert held == ["cpu", "free"]


def test_recurrent_networks_are_measured_on_sequences() -> None:
    assert measured_latency(3, context(TinySequences()), 2).median_s > 0


def test_a_trial_that_is_late_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "timed", lambda *given: pytest.fail("it was measured"))
    with pytest.raises(DeadlineExceededError):
        measured_latency(3, context(TinyNetworks(), deadline=0.0), 1)


def test_a_processor_is_called_by_its_kind() -> None:
    assert device_name(CPU) == "cpu"


def test_a_gpu_is_called_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: SimpleNamespace(uuid=f"{device}-1f2e"))
    assert device_name(torch.device("cuda:1")) == "cuda-cuda:1-1f2e"


def test_quartiles_are_those_of_numpy() -> None:
    taken = np.linspace(0.001, 0.002, RUNS)
    found = timed(nothing, nothing, clock_of(iter(taken.tolist())))
    assert found.spread_s == pytest.approx(0.0005)

"""Catches: a caller whose threads, numbers, gradients, random states or signals are others after a search than
before; a search that computes otherwise because of its caller's; a closed terminal that ends one without a word,
or in an error at every line; ``nohup`` that is undone."""

import os
import pty
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest
import torch

from evo.cluster import caller_process
from evo.cluster.caller_process import left_as_it_was, terminated_like_interrupted


class LeftError(Exception):
    """What ends a block."""


def disturb() -> None:
    """Do what scoring does to its process, and more."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_default_dtype(torch.float16)
    random.seed(9)
    np.random.seed(9)
    torch.manual_seed(9)


def state() -> dict[str, object]:
    numpy_state = np.random.get_state()
    return {
        "threads": torch.get_num_threads(),
        "dtype": torch.get_default_dtype(),
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "denormal": float(torch.full((1,), 1e-40, dtype=torch.float32) * 1.0),
        "random": random.getstate(),
        "numpy": (numpy_state[0], numpy_state[1].tolist(), *numpy_state[2:]),  # type: ignore[index]
        "torch": torch.get_rng_state().tolist(),
    }


@pytest.fixture(params=["plain", "unusual"])
def caller(request: pytest.FixtureRequest) -> Iterator[None]:
    """A caller with the usual settings, and one with others; both with random states of their own."""
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    torch.set_num_threads(2)
    unusual = request.param == "unusual"
    torch.set_flush_denormal(unusual)
    torch.set_default_dtype(torch.float64 if unusual else torch.float32)
    with torch.set_grad_enabled(not unusual):
        yield
    torch.set_default_dtype(torch.float32)


def there_and_back(block: Callable[[], None]) -> None:
    before = state()
    with suppress(LeftError), left_as_it_was():
        block()
    assert state() == before


def fail() -> None:
    disturb()
    raise LeftError


@pytest.mark.parametrize("block", [disturb, fail])
@pytest.mark.usefixtures("caller")
def test_a_caller_finds_everything_as_it_was(block: Callable[[], None]) -> None:
    there_and_back(block)


@pytest.mark.usefixtures("caller")
def test_so_does_a_caller_in_another_thread() -> None:
    before, errors = state(), list[BaseException]()

    def body() -> None:
        try:
            there_and_back(disturb)
            there_and_back(fail)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert errors == []
    assert state() == before


def test_within_numbers_and_gradients_are_a_workers() -> None:
    with torch.inference_mode():
        torch.set_default_dtype(torch.float64)
        with left_as_it_was():
            assert torch.get_default_dtype() is torch.float32
            weight = torch.ones(2, requires_grad=True)
            (weight * 2).sum().backward()  # type: ignore[no-untyped-call]
            assert weight.grad is not None
        assert torch.is_inference_mode_enabled()
        assert torch.get_default_dtype() is torch.float64
        torch.set_default_dtype(torch.float32)


def mine(number: int, frame: object) -> None:
    """A handler of the caller's own."""


BOTH = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def handled() -> Iterator[None]:
    """A process that handles both signals itself."""
    before = {number: signal.signal(number, mine) for number in BOTH}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handled")
@pytest.mark.parametrize("number", BOTH)
def test_a_signal_is_an_interrupt_within_and_the_callers_own_again_afterwards(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), terminated_like_interrupted():
        os.kill(os.getpid(), number)
    assert {signal.getsignal(each) for each in BOTH} == {mine}


@pytest.mark.usefixtures("handled")
def test_what_nohup_has_set_stays() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with terminated_like_interrupted() as take_over:
        take_over()
        signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGTERM) is not mine
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@pytest.mark.usefixtures("handled")
def test_a_terminal_that_is_closed_says_so_twice_and_interrupts_once() -> None:
    with terminated_like_interrupted(again=False):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)  # of the kernel, and of the shell
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("closed", [True, False])
def test_what_is_printed_to_a_closed_terminal_goes_nowhere(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    screen, terminal = pty.openpty()
    monkeypatch.setattr(caller_process, "_STANDARD", (terminal,))
    with terminated_like_interrupted(again=False):
        if closed:
            os.close(screen)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
    assert os.write(terminal, b"found\n") == 6
    if not closed:
        assert os.read(screen, 6) == b"found\r"
        os.close(screen)
    os.close(terminal)


@pytest.mark.usefixtures("handled")
def test_a_thread_leaves_the_signals_alone() -> None:
    seen: list[object] = []

    def body() -> None:
        with terminated_like_interrupted():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [mine]


def test_two_threads_compute_one_after_the_other() -> None:
    inside: list[int] = []
    most: list[int] = []

    def compute() -> None:
        with left_as_it_was():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=compute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4


def test_the_callers_autocast_and_device_have_no_say() -> None:
    layer = torch.nn.Linear(2, 2)
    with torch.autocast("cpu", dtype=torch.bfloat16), torch.device("meta"), left_as_it_was():
        assert layer(torch.ones(1, 2)).dtype is torch.float32
        assert torch.ones(1).device.type == "cpu"


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_that_came_reaches_the_callers_own_handler_unless_a_command_has_none(number: int) -> None:
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, frame: came.append(number)) for each in BOTH}
    try:
        for again in (False, True):
            with suppress(KeyboardInterrupt), terminated_like_interrupted(again=again) as take_over:
                signal.signal(number, signal.SIG_DFL)  # as Ray does
                take_over()
                signal.raise_signal(number)
            assert came == [number] * again
        with terminated_like_interrupted():
            pass
        assert came == [number]
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_a_handler_that_python_did_not_set_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    monkeypatch.delattr(signal, "signal")
    with terminated_like_interrupted() as take_over:
        take_over()

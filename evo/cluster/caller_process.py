"""Computing in the caller's process as in a worker's, and leaving it as it was."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType

_ONE_AT_A_TIME = threading.RLock()
"""Random states belong to the whole process: what two threads computed at once would be neither's own."""
_ENDING = (signal.SIGTERM, signal.SIGHUP)
_STANDARD = (1, 2)


@contextmanager
def left_as_it_was() -> Iterator[None]:
    """Compute as a worker does, whatever the caller has set, and give all of it back; one thread at a time.

    That is torch's threads, default type and device, autocast, grad mode and treatment of denormal numbers, and every
    random state. What the caller draws in another thread meanwhile is not kept apart.
    """
    with _ONE_AT_A_TIME, _restored():
        yield


@contextmanager
def _restored() -> Iterator[None]:
    import numpy as np
    import torch

    threads, flushes, dtype = torch.get_num_threads(), _flushes_denormals(), torch.get_default_dtype()
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None  # type: ignore[no-untyped-call]
    try:
        torch.set_default_dtype(torch.float32)
        with torch.inference_mode(False), torch.enable_grad(), _on_the_cpu(), _without_autocast():
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        torch.set_flush_denormal(flushes)
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
        if gpus is not None:
            torch.cuda.set_rng_state_all(gpus)


@contextmanager
def terminated_like_interrupted(*, again: bool = True) -> Iterator[Callable[[], None]]:
    """Let SIGTERM, which schedulers send, and SIGHUP, of a terminal that is closed, end a search as Ctrl-C does.

    Only a main thread can. A SIGHUP that is ignored, as by ``nohup``, stays so. Gives what takes the signals over once
    more, for after Ray has set a handler of its own.

    again: whether a signal that came is raised again afterwards, for the handler that the caller has set
    """
    before = {number: signal.getsignal(number) for number in _ENDING}
    ours = [number for number in _ENDING if _may_be_taken(number, before[number])]
    if threading.current_thread() is not threading.main_thread() or not ours:
        yield _nothing
        return
    came: list[int] = []
    terminals = [standard for standard in _STANDARD if os.isatty(standard)]

    def interrupt(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            _let_go(terminals)
            if number in came:  # the kernel and the shell both send one
                return
        came.append(number)
        raise KeyboardInterrupt

    def take_over() -> None:
        for number in ours:
            signal.signal(number, interrupt)

    take_over()
    try:
        yield take_over
    finally:
        for number in ours:
            signal.signal(number, before[number])
        if came and again:
            signal.raise_signal(came[0])


def _may_be_taken(number: int, handler: object) -> bool:
    """Return whether a handler can be put back, and gives way; one that Python did not set is None, and cannot."""
    return handler is not None and not (number == signal.SIGHUP and handler is signal.SIG_IGN)


def _let_go(terminals: Sequence[int]) -> None:
    """Write to nowhere in place of terminals that are closed, where every line would be an error."""
    for standard in terminals:
        if not os.isatty(standard):
            os.dup2(os.open(os.devnull, os.O_WRONLY), standard)


def _nothing() -> None:
    """Leave the signals alone."""


def _on_the_cpu() -> AbstractContextManager[object]:
    """Return what puts new tensors on the CPU; nothing where they go there anyway, as it costs time at every call."""
    import torch

    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")


@contextmanager
def _without_autocast() -> Iterator[None]:
    import torch

    with torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False):
        yield


def _flushes_denormals() -> bool:
    import torch

    return not bool((torch.full((1,), 1e-40, dtype=torch.float32, device="cpu") * 1.0).item())

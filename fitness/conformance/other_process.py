"""A second Python process that calls functions: a new interpreter, as a worker is, with its own hashes of texts.

Times are seconds.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import torch

from spaces.conformance.case import Nonconformance, shorten
from tasks import first_line
from tasks.foundation.trust import trusting


class OtherProcess:
    """Calls functions in one other process, made when first needed and again after it has died."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._running: tuple[Any, Connection] | None = None

    def __enter__(self) -> "OtherProcess":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.end()

    def call(self, function: Callable[..., Any], *arguments: Any, limit_s: float) -> Any:
        """Return ``function(*arguments)``, computed on one thread of the other process.

        Raises Nonconformance where it raises, takes longer than ``limit_s``, or ends its process.
        """
        connection = self._connection()
        connection.send((function, arguments))
        if not connection.poll(limit_s):
            self.end()
            raise Nonconformance(f"it did not come back within {limit_s:.0f} s, and its process was ended")
        try:
            returned, value = connection.recv()
        except EOFError:
            raise Nonconformance(f"it ended its process, with {self.end()}; raise an exception instead") from None
        if not returned:
            raise Nonconformance(f"in another process: {value}")
        return value

    def end(self) -> str:
        """End the process, if there is one; return how it ended: ``exit code 1``, ``signal 9``."""
        if self._running is None:
            return "nothing"
        process, connection = self._running
        self._running = None
        connection.close()
        process.join(timeout=1)  # it may be about to end by itself, and say how
        process.kill()
        process.join()
        return f"exit code {process.exitcode}" if process.exitcode >= 0 else f"signal {-process.exitcode}"

    def _connection(self) -> Connection:
        if self._running is None:
            spawn = multiprocessing.get_context("spawn")
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs,))
            with _ctrl_c_ignored():
                process.start()
            theirs.close()
            self._running = process, ours
        return self._running[1]


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, also in a process started meanwhile: it is for the one that waits."""
    if threading.current_thread() is not threading.main_thread():  # only that one may say so
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(connection: Connection) -> None:
    """Answer calls until the connection is closed."""
    torch.set_num_threads(1)
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        connection.send(_answer(function, arguments))


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """Return whether the call returned, and what; or else the words of its exception."""
    try:
        with trusting():  # whoever starts this process has checked what is made in it
            return True, function(*arguments)
    except Exception as error:
        return False, f"{type(error).__name__}: {shorten(first_line(error))}"

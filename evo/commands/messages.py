"""What the interface logs, as a command's user reads it: news on standard output, warnings on standard error."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from evo.cluster.caller_process import terminated_like_interrupted
from evo.cluster.own_process import keep_freed_memory, owned_by
from evo.records.failures import FailedRunError
from tasks.foundation.command_line import FAILED, error_line, printable, run_command, say
from tasks.foundation.errors import bounded

ENGINE = "evo"
"""The logger above all loggers of the engine."""
IMAGES = "tasks"
"""The one above those that say what is wrong with images."""


HEAVIEST = "torch"
"""The library that takes longest to load."""


class _Printer(logging.Handler):
    """Prints what is logged, without time and place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        if record.levelno >= logging.WARNING:
            print(bounded(printable(record.getMessage())), file=sys.stderr, flush=True)
        else:
            say(record.getMessage())


@contextmanager
def printed() -> Iterator[None]:
    """Print what the engine logs for as long as the block lasts, and only there."""
    handler = _Printer()
    with ExitStack() as stack:
        for name in (ENGINE, IMAGES):
            stack.enter_context(_printed_by(handler, logging.getLogger(name)))
        yield


@contextmanager
def _printed_by(handler: logging.Handler, logger: logging.Logger) -> Iterator[None]:
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates


def say_loading(what: str, *, quiet: bool) -> None:
    """Say what is about to begin where the libraries have still to be loaded, which takes seconds."""
    if not quiet and HEAVIEST not in sys.modules:
        say(f"{bounded(what)}: loading")


def run_printed(program: str, action: Callable[[], int]) -> int:
    """Return the exit code of ``action``, with what it logs printed; an error that ends it becomes one line."""
    keep_freed_memory()
    with printed(), owned_by(program), terminated_like_interrupted(again=False):
        return run_command(program, lambda: _failing(program, action))


def _failing(program: str, action: Callable[[], int]) -> int:
    try:
        return action()
    except FailedRunError as error:
        print(error_line(program, error), file=sys.stderr)
        return FAILED

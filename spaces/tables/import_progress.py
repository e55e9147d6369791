"""Says on standard error how far an import has come: a bar on a terminal, else a line every ten seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN_LINES = 10.0

Watch = Callable[[float], None]


@contextmanager
def import_progress(what: str) -> Iterator[Watch]:
    """Provide the function that is told which part, 0 to 1, has been read."""
    if not sys.stderr.isatty():
        yield _lines(what, time.monotonic)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def _lines(what: str, clock: Callable[[], float]) -> Watch:
    """Return a function that prints at most one line every ten seconds, the first after ten."""
    said = clock()

    def watch(part: float) -> None:
        nonlocal said
        if clock() - said >= _SECONDS_BETWEEN_LINES:
            said = clock()
            print(f"{what}: {part:.0%} read", file=sys.stderr, flush=True)

    return watch

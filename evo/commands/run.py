"""What ``python -m evo.run`` does: parse, then score one candidate or run a search; nothing heavy before that."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evo.commands.messages import run_printed, say_loading
from evo.commands.run_options import RunCommand, read_command
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, printable

if TYPE_CHECKING:
    from evo.engine.observer import Observer

PROGRAM = "evo.run"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: RunCommand) -> int:
    from evo.engine.first_checks import check_search

    check_search(command.request)
    return _search(command) if command.candidate is None else _score(command, command.candidate)


def _score(command: RunCommand, text: str) -> int:
    from evo.engine.scored import score_request

    scored = score_request(command.request, text)
    if scored.value is None:
        print(printable(f"{scored.status}: {scored.error}"), file=sys.stderr)
        return FAILED
    print(repr(scored.value))
    return DONE


def _trackers(texts: Sequence[str]) -> "Sequence[Observer]":
    """Return the trackers that are asked for, importing nothing where none is."""
    if not texts:
        return ()
    from evo.tracking.tracker_table import trackers_of

    return trackers_of(texts)


def _search(command: RunCommand) -> int:
    asked, trackers = command.request, _trackers(command.track)
    named = asked.run_dir or " over ".join(str(one) for one in (asked.fitness, asked.space) if one is not None)
    say_loading(str(named), quiet=command.quiet)
    from evo.engine import watching
    from evo.engine.summary import summarise
    from evo.searching import run_request

    searched = run_request(command.request, observers=trackers, progress=not command.quiet)
    if searched.state == watching.INTERRUPTED:
        return INTERRUPTED
    found = summarise(searched.path, limit=1)
    return DONE if found.best or not found.trials else FAILED

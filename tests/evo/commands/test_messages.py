"""Catches: news that is printed twice, on the wrong stream or after the command; an error that ends a run as a
traceback or with another exit code."""

import logging
import sys
from collections.abc import Callable

import pytest
import torch  # noqa: F401 - what is loaded where a test begins

from evo.commands.messages import ENGINE, printed, run_printed, say_loading
from evo.records.failures import FailedRunError
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tasks.foundation.errors import UsageError

LOGGER = logging.getLogger(f"{ENGINE}.engine.session")


def test_news_are_printed_and_warnings_go_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    with printed():
        LOGGER.debug("too much")
        LOGGER.info("%d trials\nand more", 3)
        LOGGER.warning("odd \udcff")
        logging.getLogger("tasks.images.decoding").warning("broken\x1b[1m")
    assert capsys.readouterr() == ("3 trials\nand more\n", "odd \\udcff\nbroken\\x1b[1m\n")


def test_afterwards_logging_is_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    engine = logging.getLogger(ENGINE)
    before = engine.level, engine.propagate, list(engine.handlers)
    with pytest.raises(ZeroDivisionError), printed():
        raise ZeroDivisionError
    assert (engine.level, engine.propagate, list(engine.handlers)) == before
    LOGGER.info("nobody listens")
    assert capsys.readouterr() == ("", "")


def test_what_is_printed_is_not_logged_a_second_time_by_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    with printed():
        LOGGER.warning("once")
    assert caplog.text == ""


def test_only_the_engine_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with printed():
        logging.getLogger("evolution").info("somebody else's")
    assert capsys.readouterr().out == ""


def test_that_libraries_are_to_be_loaded_is_said_only_where_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say_loading("naswot over darts", quiet=False)  # loaded long ago
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    say_loading("naswot over darts", quiet=True)
    assert capsys.readouterr().out == ""
    say_loading("naswot over darts", quiet=False)
    assert capsys.readouterr().out == "naswot over darts: loading\n"


def test_lines_of_errors_and_warnings_are_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    with printed():
        LOGGER.warning("x" * 100_000)
    assert run_printed("x", failing(FailedRunError("y" * 5_000_000))) == FAILED
    warning, line, _ = capsys.readouterr().err.split("\n")
    assert (len(warning), len(line)) == (499, 499)


def failing(error: BaseException) -> Callable[[], int]:
    def action() -> int:
        LOGGER.info("begun")
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (FailedRunError("the disk\n  is full"), FAILED, "x: error: the disk is full\n"),
        (UsageError("--a 1: must be 2"), USAGE, "x: error: --a 1: must be 2\n"),
    ],
)
def test_an_error_is_one_line_after_what_was_logged(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int, line: str
) -> None:
    assert run_printed("x", failing(error)) == code
    assert capsys.readouterr() == ("begun\n", line)


def test_ctrl_c_and_a_good_end_have_their_codes() -> None:
    assert run_printed("x", failing(KeyboardInterrupt())) == INTERRUPTED
    assert run_printed("x", lambda: DONE) == DONE

"""Catches: ``--set`` texts that are misread, options of images under other names, a usage error that prints
usage or ends the process."""

import re
import subprocess
import sys

import pytest

from tasks.foundation.command_line import INTERRUPTED, USAGE, OneLineParser, add_data, parse_assignments, run_command
from tasks.foundation.errors import UsageError

AXES = ("space", "fitness", "strategy")


def test_assignments_go_to_their_axis_and_may_hold_equals_signs_and_dots() -> None:
    given = ["fitness.steps=100", "space.a.b=1.5", "strategy.file=x=y"]
    assert parse_assignments(given, AXES) == {
        "fitness": {"steps": "100"},
        "space": {"a.b": "1.5"},
        "strategy": {"file": "x=y"},
    }


def test_every_axis_has_an_entry() -> None:
    assert parse_assignments([], ("space", "data")) == {"space": {}, "data": {}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fitness.steps", "write AXIS.OPTION=VALUE, e.g. space.OPTION=VALUE"),
        ("steps=100", "write AXIS.OPTION=VALUE"),
        ("fitness.=100", "write AXIS.OPTION=VALUE"),
        ("fitnes.steps=100", "did you mean 'fitness'"),
        ("=", "write AXIS.OPTION=VALUE"),
    ],
)
def test_a_misspelt_assignment_says_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        parse_assignments([text], AXES)
    assert text in str(caught.value)


def test_the_options_of_images_are_unset_unless_given() -> None:
    parser = OneLineParser(prog="p")
    add_data(parser.add_argument_group("images"))
    unset = {"data": None, "image_size": None, "channels": None, "data_root": None, "download": False}
    assert vars(parser.parse_args([])) == unset
    given = "--data cifar10 --image-size 64 --channels 1 --data-root here --download"
    assert vars(parser.parse_args(given.split())) == {
        "data": "cifar10",
        "image_size": 64,
        "channels": 1,
        "data_root": "here",
        "download": True,
    }


def test_a_usage_error_is_an_exception_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=r"^unrecognized arguments: --colour \(see --help\)$"):
        OneLineParser(prog="p").parse_args(["--colour"])
    assert capsys.readouterr() == ("", "")


def test_a_usage_error_is_one_line_and_an_interrupt_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise UsageError("two\n  lines \x1b[2J")

    def interrupt() -> int:
        raise KeyboardInterrupt

    assert run_command("evo.x", lambda: 7) == 7
    assert run_command("evo.x", refuse) == USAGE
    assert run_command("evo.x", interrupt) == INTERRUPTED
    assert capsys.readouterr().err == "evo.x: error: two lines \\x1b[2J\nevo.x: interrupted\n"


@pytest.mark.parametrize("text", ["x" * 5_000_000, "\x00" * 5_000_000, " \n" * 5_000_000 + "end"])
def test_the_line_of_an_error_is_one_and_short(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise UsageError(text)

    assert run_command("evo.run", refuse) == USAGE
    line = capsys.readouterr().err
    assert line.startswith("evo.run: error: ")
    assert line.count("\n") == 1
    assert len(line) <= 500


def test_output_that_cannot_be_written_is_one_line() -> None:
    program = "from tasks.foundation.command_line import run_command, say\nrun_command('p', lambda: say('x') or 0)"
    command = [sys.executable, "-c", program]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == "p: error: the output cannot be written (No space left on device)\n"

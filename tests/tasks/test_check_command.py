"""Catches: a command line that ends in another exit code than it says, hides what failed, or loses an option on its
way."""

import pytest

from tasks.check_command import main
from tasks.foundation.command_line import DONE, FAILED, USAGE
from tests.refusals import check_refused


def test_a_source_that_keeps_its_contract_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digits", "--set", "data.size=16", "--images", "4"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok       size and classes are numbers     16 pixels, 10 classes"
    assert lines[1] == "ok       images have the form of a batch  [4, 3, 16, 16]"
    assert lines[-1].startswith("18 checks: ")
    assert " 0 failed" in lines[-1]


def test_a_broken_source_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.tiny_images:TinyLabels(size=9)"]) == FAILED
    failed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILED")]
    assert "[16, 3, 8, 8] instead of [16, channels, 9, 9]" in failed[0]


def test_the_seed_decides(capsys: pytest.CaptureFixture[str]) -> None:
    def values(*arguments: str) -> str:
        assert main(["noise(size=4)", *arguments]) == DONE
        return next(line for line in capsys.readouterr().out.splitlines() if "values are normalised" in line)

    assert values() == values("--seed", "0") != values("--seed", "1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: DATA"),
        (["digts"], "unknown data 'digts'; did you mean 'digits'?"),
        (["no_such_module:X"], "'no_such_module:X' cannot be imported"),
        (["digits", "--set", "data.size=0"], "size=0: images need at least 1 pixel"),
        (["digits", "--set", "data.siez=8"], "did you mean 'size'?"),
        (["digits", "--set", "space.size=8"], "unknown axis"),
        (["digits", "--images", "1"], "--images 1: must be at least 2"),
        (["digits", "--images", "1000000000000"], "must be at most 100,000"),
        (["imagefolder"], "needs a folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, "tasks.check", words)

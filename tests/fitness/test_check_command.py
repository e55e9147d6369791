"""Catches: a command line that ends in another exit code than it says, hides what failed,
shows a traceback for bad input, asks no other process, leaves one behind, or loses an option on its way."""

import multiprocessing
import sys
from pathlib import Path

import pytest
import torch

from fitness.check_command import DEFAULT_SPACE, SMALL, main
from spaces import SPACES
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tests.tiny_images import REMARK

TINY = ["--space", "tests.tiny:TinyNetworks", "--data", "noise", "--members", "3"]
BITS = ["--space", "tests.toy:BitStrings", "--data", "noise", "--members", "3"]

BROKEN = """
import os
from fitness import Score
from tests.tiny_fitness import Brightness
from tests.toy import CountOnes

class Option:
    pass

class Broken(CountOnes):
    def __call__(self, candidate, context):
        raise IndexError("no bit is left")

class Constant(CountOnes):
    def __call__(self, candidate, context):
        return Score(1.0)

class Silent(CountOnes):
    def __init__(self, *, colour=Option):
        super().__init__()
    def accepts(self, space):
        return "it likes none"

class Dies(Brightness):
    def __call__(self, candidate, context):
        score = super().__call__(candidate, context)
        return score if score.value == score.value else os._exit(7)

class Interrupted(CountOnes):
    def __call__(self, candidate, context):
        raise KeyboardInterrupt
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a file of fitnesses."""
    (tmp_path / "fitnesses_of_mine.py").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "fitnesses_of_mine", raising=False)
    return tmp_path


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_fitness_of_networks_is_checked_here_and_in_another_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.tiny_fitness:Brightness(steps=40)", *TINY]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok       options resolve                  steps=40, batch=8"
    assert "ok       another process agrees           2 members, equal to the bit" in lines
    assert any(line.startswith("ok       a network of nan                 nan") for line in lines)
    assert lines[-1] == "25 checks: 25 ok, 0 failed, 0 skipped"
    assert len(lines) == 26
    assert multiprocessing.active_children() == []
    assert torch.get_num_threads() == 1

    assert main(["fitnesses_of_mine:Dies", *TINY]) == FAILED
    failed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILED")]
    ended = "it ended its process, with exit code 7; raise an exception instead"
    assert failed == [f"FAILED   a network of nan                 {ended}"]


@pytest.mark.usefixtures("here")
def test_a_broken_fitness_ends_with_one_and_shows_its_own_traceback_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fitnesses_of_mine:Broken", *BITS]) == FAILED
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    (failed,) = (line for line in lines if line.startswith("FAILED"))
    assert failed.endswith("0 of 3 members are scored; 3 raise an exception, the first IndexError: no bit is left")
    assert lines.count('        raise IndexError("no bit is left")') == 1
    assert not any("conformance" in line for line in lines)
    assert any(line.startswith("skipped  scores differ                    no member has a score") for line in lines)
    assert captured.err == ""


@pytest.mark.usefixtures("here")
def test_a_constant_is_no_fitness_and_the_seed_and_the_options_of_the_space_arrive(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    import fitness.conformance
    from fitness.conformance.case import Case
    from fitness.conformance.scores import scores_differ

    def look(case: Case) -> str:
        seen.append(case)
        return "seen"

    monkeypatch.setattr(fitness.conformance, "CHECKS", (look, scores_differ))
    assert main(["fitnesses_of_mine:Constant", *BITS, "--seed", "5", "--set", "space.length=30"]) == FAILED
    assert "FAILED   scores differ                    3 different members all have the score {1.0}" in (
        capsys.readouterr().out
    )
    assert (seen[0].seed, seen[0].members, len(seen[0].candidates[0])) == (5, 3, 30)
    assert main(["params", "--data", "digits"]) == DONE
    assert (seen[1].seed, seen[1].members, seen[1].images.source.num_classes) == (0, 8, 10)
    small = SPACES.build(DEFAULT_SPACE, SMALL)
    assert all(small.decode(small.encode(candidate)) == candidate for candidate in seen[1].candidates)
    assert len(set(seen[1].candidates)) == 8


@pytest.mark.usefixtures("here")
def test_an_option_that_a_run_folder_cannot_give_back_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fitnesses_of_mine:Silent", *BITS]) == FAILED
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAILED   options resolve")
    assert "colour" in lines[0]
    assert lines[-1] == "25 checks: 1 ok, 1 failed, 23 skipped"
    skipped = [line for line in lines if line.startswith("skipped")]
    assert all(line.endswith("it refuses the space: it likes none") for line in skipped)


@pytest.mark.usefixtures("here")
def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fitnesses_of_mine:Interrupted", *BITS]) == INTERRUPTED
    assert capsys.readouterr().err == "fitness.check: interrupted\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: FITNESS"),
        (["regresion"], "unknown fitness 'regresion'; did you mean 'regression'?"),
        (["no_such_module:X"], "'no_such_module:X' cannot be imported"),
        (["tests.toy:Nothing"], "has nothing callable named 'Nothing'"),
        (["tests.toy:BitStrings", *BITS], "lacks methods of a fitness"),
        (["tests.toy:CountOnes", "--space", "nds_resent"], "did you mean 'nds_resnet'?"),
        (["tests.toy:CountOnes", "--space", "os:getcwd"], "is neither a class with the methods of a space"),
        (["tests.toy:CountOnes", *BITS, "--set", "fitness.noize=1"], "did you mean 'noise'?"),
        (["tests.toy:CountOnes", *BITS, "--set", "space.length=0"], "length=0: must be at least 1"),
        (["regression", "--set", "fitness.steps=0"], "steps=0: must be at least 1"),
        (["tests.toy:CountOnes", "--set", "noise=3"], "write AXIS.OPTION=VALUE, e.g. fitness.OPTION=VALUE"),
        (["tests.toy:CountOnes", "--set", "strategy.file=3"], "unknown axis"),
        (["tests.toy:CountOnes", "--members", "1"], "--members 1: must be at least 2"),
        (["tests.toy:CountOnes", "--members", "1000000000"], "--members 1000000000: must be at most 100,000"),
        (["tests.toy:CountOnes", "--members", "x"], "invalid int value: 'x'"),
        (["tests.toy:CountOnes", *BITS[:2], "--data", "noize"], "did you mean 'noise'?"),
        (["tests.toy:CountOnes", "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("fitness.check: error: ")
    assert captured.err.count("\n") == 1
    assert words in captured.err


def test_what_the_images_have_to_say_is_said_first(capsys: pytest.CaptureFixture[str]) -> None:
    main(["tests.toy:CountOnes", *BITS[:2], "--data", "tests.tiny_images:BrokenLabels", "--members", "2"])
    assert capsys.readouterr().out.splitlines()[0] == REMARK


def test_size_and_channels_of_images_arrive(capsys: pytest.CaptureFixture[str]) -> None:
    for more, words in (
        (["--image-size", "0"], "size=0"),
        (["--channels", "4"], "--channels 4: noise has images of 3"),
    ):
        assert main(["tests.toy:CountOnes", *BITS, *more]) == USAGE
        assert words in capsys.readouterr().err

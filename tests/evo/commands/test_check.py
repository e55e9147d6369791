"""Catches: a command line that ends in another exit code than it says, hides what failed, or loses an option on its
way."""

import pytest

from evo.commands.check import main
from tasks.foundation.command_line import DONE, FAILED, USAGE
from tests.refusals import check_refused

BITS = ["--space", "tests.toy:BitStrings"]


def test_a_strategy_that_keeps_its_contract_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--set", "strategy.population=5", "--set", "space.length=30", "--trials", "20"]
    assert main(["regularized_evolution(tournament=3)", *BITS, *more]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok       options resolve                  population=5, tournament=3"
    assert lines[1].startswith("ok       proposals are of the space       20 trials, ")
    assert lines[-1] == "13 checks: 13 ok, 0 failed, 0 skipped"


def test_a_broken_strategy_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tests.evo.conformance.strategies:Optimist", *BITS]) == FAILED
    (failed,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILED"))
    assert failed.startswith("FAILED   failures are survived")


def test_a_variant_is_checked_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["darts", "--set", "strategy.pictures=8"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert "pictures=8" in lines[0]
    assert lines[-1] == "6 checks: 6 ok, 0 failed, 0 skipped"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: STRATEGY"),
        (["random_serch"], "unknown strategy 'random_serch'; did you mean 'random_search'?"),
        (["no_such_module:X"], "'no_such_module:X' cannot be imported"),
        (["regularized_evolution(population=0)"], "--population 0: must be at least 1"),
        (["random_search", "--space", "nasbench21"], "unknown space 'nasbench21'"),
        (["random_search", "--set", "fitness.steps=8"], "unknown axis"),
        (["random_search", "--trials", "1"], "--trials 1: must be at least 2"),
        (["random_search", "--trials", "100000000000"], "must be at most 1,000,000"),
        (["listed"], "strategy 'listed' needs strategy.file"),
        (["p_darts"], "strategy 'p_darts' cannot search this space: P-DARTS needs 8 candidates"),
        (["darts", "--space", "nds_resnet"], "space 'nds_resnet' has none; take nasbench201, darts"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.check", words)

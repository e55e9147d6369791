"""Catches: a check that ends all others, a verdict of several lines, a traceback that is lost, that shows the checks
instead of the space, that is shown where nothing was raised, or twice; a verdict that is not counted."""

from collections import Counter
from typing import Any

import pytest

from spaces.conformance.case import Doubtful, NotApplicable, SpaceCase, require
from spaces.conformance.mutations import mutation_stays_in_the_space
from tasks.conformance.verdicts import CheckOutcome, Verdict, examine, judge, report, summary
from tests.toy import BitStrings


class Breaks(BitStrings):
    def mutate(self, candidate: Any, rng: object) -> Any:
        raise IndexError("no edge is left\nof the cell")


def run(space: Any, *checks: Any) -> list[Verdict]:
    return list(examine(SpaceCase(space, space, members=2), checks))


def fine(case: SpaceCase) -> str:
    return "all of it"


def broken_rule(case: SpaceCase) -> str:
    require(False, "0101: it is\nbroken")
    return "never"


def asks_nothing(case: SpaceCase) -> str:
    raise NotApplicable("no networks")


def seems_odd(case: SpaceCase) -> str:
    raise Doubtful("the loss\nwins")


def leaves(case: SpaceCase) -> str:
    raise SystemExit(3)


def test_no_check_keeps_the_next_from_being_made() -> None:
    found = run(BitStrings(), broken_rule, leaves, asks_nothing, fine, seems_odd)
    assert [(verdict.check, verdict.status, verdict.said) for verdict in found] == [
        ("broken rule", CheckOutcome.FAILED, "0101: it is broken"),
        ("leaves", CheckOutcome.FAILED, "SystemExit: 3"),
        ("asks nothing", CheckOutcome.SKIPPED, "no networks"),
        ("fine", CheckOutcome.OK, "all of it"),
        ("seems odd", CheckOutcome.WARNING, "the loss wins"),
    ]
    assert found[0].trace == found[2].trace == found[3].trace == found[4].trace == ""


def test_the_traceback_of_the_space_is_kept_without_the_checks() -> None:
    (verdict,) = run(Breaks(), mutation_stays_in_the_space)
    assert verdict.said.startswith("IndexError: no edge is left; for ")
    assert "\n" not in verdict.said
    assert "test_verdicts.py" in verdict.trace
    assert "conformance/mutations.py" not in verdict.trace
    assert verdict.trace.endswith("IndexError: no edge is left\nof the cell\n")


def test_ctrl_c_is_not_a_verdict() -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge("interrupted", interrupted)


def test_an_exception_of_a_check_itself_keeps_its_traceback() -> None:
    verdict = judge("odd", lambda: fine(None) + 1)  # type: ignore[operator, arg-type]
    assert verdict.status is CheckOutcome.FAILED
    assert "TypeError" in verdict.trace


def test_a_line_for_each_verdict_and_each_traceback_once(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [
        Verdict("one", CheckOutcome.FAILED, "ValueError: x", "first\nsecond\n"),
        Verdict("two", CheckOutcome.FAILED, "ValueError: x", "first\nsecond\n"),
        Verdict("three", CheckOutcome.WARNING, "odd"),
    ]
    counts = report(verdicts)
    assert capsys.readouterr().out.splitlines() == [
        "FAILED   one                              ValueError: x",
        "    first",
        "    second",
        "FAILED   two                              ValueError: x",
        "warning  three                            odd",
    ]
    assert counts == {"FAILED": 2, "warning": 1}


def test_the_summary_counts_every_verdict_and_names_warnings_where_there_are_any() -> None:
    assert summary(Counter({"ok": 3, "skipped": 2})) == "5 checks: 3 ok, 0 failed, 2 skipped"
    assert summary(Counter({"FAILED": 1, "warning": 2})) == "3 checks: 0 ok, 1 failed, 0 skipped, 2 to think about"

"""Catches: a default of a request that is not the one which the documentation names."""

from pathlib import Path

from evo.labelling.request import LabelRequest


def test_what_is_not_said_is_three_trainings_that_have_to_agree() -> None:
    asked = LabelRequest(space="s", data="digits", out=Path("p.csv"))
    assert (asked.seeds, asked.least_agreement, asked.count, asked.force) == (3, 0.8, None, False)

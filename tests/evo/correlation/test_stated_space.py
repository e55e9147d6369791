"""Catches: candidates that are scored with other cells than their labels were made with, in silence; an option of a
command line that a file overrules; a file's options for another space."""

from pathlib import Path

import pytest

from evo.correlation.request import CorrelationRequest
from evo.correlation.stated_space import choose_space
from spaces import SPACE_OPTIONS, TableInfo
from tests.toy import BitStrings

STATED = TableInfo(space="nasbench201", details={SPACE_OPTIONS: {"cells_per_stage": 1, "affine": False, "gone": 3}})


def asked(space: object = "nasbench201", **options: object) -> CorrelationRequest:
    return CorrelationRequest(space=space, fitness="f", table=Path("t.csv"), metric="m", options={"space": options})


def test_what_a_request_leaves_open_is_as_the_table_states_it_and_is_said() -> None:
    chosen, notes = choose_space(asked(), STATED)
    assert (chosen.choice.options["cells_per_stage"], chosen.choice.options["stem_channels"]) == (1, 16)
    assert notes == ("Space options as the table states them: cells_per_stage=1.",)


@pytest.mark.parametrize("request_", [asked(cells_per_stage="2"), asked("nasbench201(cells_per_stage=2)")])
def test_what_a_request_says_goes_before_and_is_said(request_: CorrelationRequest) -> None:
    chosen, notes = choose_space(request_, STATED)
    assert chosen.choice.options["cells_per_stage"] == 2
    assert notes == ("The table's labels were made with other space options: cells_per_stage=1 (here 2).",)


@pytest.mark.parametrize(
    "stated",
    [
        TableInfo(),
        TableInfo(space="nasbench101", details=STATED.details),
        TableInfo(space="nasbench201", details={SPACE_OPTIONS: [1]}),
    ],
)
def test_a_table_that_states_nothing_of_the_space_changes_nothing(stated: TableInfo) -> None:
    chosen, notes = choose_space(asked(), stated)
    assert (chosen.choice.options["cells_per_stage"], notes) == (5, ())


def test_an_object_keeps_its_options_and_a_difference_is_said() -> None:
    stated = TableInfo(space="tests.toy:BitStrings", details={SPACE_OPTIONS: {"length": 5}})
    chosen, notes = choose_space(asked(BitStrings(length=6)), stated)
    assert chosen.choice.options["length"] == 6
    assert notes == ("The table's labels were made with other space options: length=5 (here 6).",)
    chosen, notes = choose_space(asked("tests.toy:BitStrings"), stated)
    assert (chosen.choice.options["length"], notes) == (5, ("Space options as the table states them: length=5.",))


def test_an_option_that_is_left_out_at_its_default_is_stated_and_said_too() -> None:
    stated = TableInfo(space="nasbench201", details={SPACE_OPTIONS: {"biases": True}})
    chosen, notes = choose_space(asked(), stated)
    assert chosen.choice.options["biases"] is True
    assert notes == ("Space options as the table states them: biases=True.",)
    _, notes = choose_space(asked(biases="true"), TableInfo("nasbench201", details={SPACE_OPTIONS: {"biases": False}}))
    assert notes == ("The table's labels were made with other space options: biases=False (here True).",)

"""Catches: a name or an option that is not told as unknown; a tracker of one's own that cannot be named; a library that
is imported though nobody asked for it."""

import sys

import pytest

from evo.tracking.tracker_table import TRACKERS, trackers_of
from tasks.foundation.errors import UsageError
from tests.evo.tracking.trackers import Full, Kept

LIBRARIES = ("tensorboard", "mlflow", "wandb", "optuna")


def test_trackers_are_made_by_their_names_and_options() -> None:
    first, second = trackers_of(
        ["tests.evo.tracking.trackers:Kept(fails_in=close)", "tests.evo.tracking.trackers:Full"]
    )
    assert isinstance(first, Kept)
    assert isinstance(second, Full)
    assert (first.fails_in, second.fails_in) == ("close", "open")
    assert trackers_of([]) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tensorbord", "unknown tracker 'tensorbord'; did you mean 'tensorboard'"),
        ("tests.evo.tracking.trackers:Kept(fail=1)", "unknown option of tracker"),
        ("tests.toy:BitStrings", "lacks methods of a tracker"),
    ],
)
def test_what_is_no_tracker_is_one_line(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        trackers_of([text])


def test_one_given_twice_is_told_as_both_would_share_a_mark() -> None:
    with pytest.raises(UsageError, match="one of them is given twice"):
        trackers_of(["tests.evo.tracking.trackers:Kept"] * 2)


@pytest.mark.parametrize("name", TRACKERS.builtin)
def test_every_name_leads_to_a_class_and_imports_no_library(name: str) -> None:
    before = {library for library in LIBRARIES if library in sys.modules}
    made_by = TRACKERS.load(name)
    assert getattr(made_by, "name", None) == name
    assert {library for library in LIBRARIES if library in sys.modules} == before

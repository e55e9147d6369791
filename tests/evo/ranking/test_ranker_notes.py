"""Catches: a note that is read back as something else, a file of another form taken on, labels of another kind."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.ranking.ranker_notes import KEY, RankerNotes, check_label, read_notes
from evo.records.config import Choice
from fitness.predictors.base import FittedState
from tasks.foundation.errors import UsageError

STATE, FILE = FittedState({"x": np.zeros(1)}, {"origin": {"label": "ones", "members": 9}}), Path("r.safetensors")
NOTES = RankerNotes("-loss", "t.csv", 12, 3, Choice("nasbench201", {"affine": True}), Choice("trees", {"trees": 3}))


def test_what_a_file_says_is_read_back() -> None:
    for notes in (NOTES, RankerNotes("l", "s", 1)):
        state = notes.noted(STATE)
        assert read_notes(FILE, state) == notes
        assert state.notes["origin"] == STATE.notes["origin"]
        assert state.arrays is STATE.arrays


def test_the_options_stand_where_the_fitness_finds_them() -> None:
    assert NOTES.noted(STATE).notes["options"] == {"trees": 3}


def test_a_fit_of_a_search_says_what_its_labels_are() -> None:
    found = read_notes(FILE, STATE)
    assert (found.label, found.members, found.space, found.predictor) == ("ones", 9, None, None)
    assert found.source == "rows that it does not name"
    fit = FittedState({}, {"origin": {"label": "", "members": 9, "model": "x"}, "selfnas.fit": "0a"})
    assert read_notes(FILE, fit) == RankerNotes("", "trials of a search", 9)


@pytest.mark.parametrize(
    "changed",
    [
        {"space": []},
        {"space": {"name": "x"}},
        {"space": {"name": "x", "options": []}},
        {"predictor": 3},
        {"seed": 1.5},
        {"members": True},
        {"more": 1},
    ],
)
def test_another_form_is_refused(changed: dict[str, Any]) -> None:
    noted = NOTES.noted(STATE)
    state = FittedState({}, {**noted.notes, KEY: {**noted.notes[KEY], **changed}})
    with pytest.raises(UsageError, match=r"^r\.safetensors: is no file of a ranker, or damaged"):
        read_notes(FILE, state)
    origins: list[Any] = [{"label": "x"}, {"label": 3, "members": 9}, {"label": "x", "members": float("inf")}, [], 3]
    others: list[dict[str, Any]] = [{}, {KEY: 3}, {KEY: {}}, *({"origin": origin} for origin in origins)]
    for notes in others:
        with pytest.raises(UsageError, match="is no file of a ranker"):
            read_notes(FILE, FittedState({}, notes))


def test_labels_of_another_kind_are_refused_unless_they_are_wanted() -> None:
    check_label(FILE, NOTES, "-loss", other=False)
    check_label(FILE, NOTES, "loss", other=True)
    with pytest.raises(UsageError, match=r"^r\.safetensors: it learnt the label '-loss', and these are 'loss'"):
        check_label(FILE, NOTES, "loss", other=False)
    with pytest.raises(UsageError, match=r"^r\.safetensors: it does not say which label it learnt, .*'loss'; --other"):
        check_label(FILE, RankerNotes("", "s", 1), "loss", other=False)

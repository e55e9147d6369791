"""Catches: a state that is taken for another model, another space, other options of it, or other labels, and one that
says nothing of candidates that are known."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.predictors.base import FittedState, Floats, Labelled, TieredFitted
from fitness.predictors.origin import check_kinds, check_origin, check_probes, origin_of, rows_digest
from fitness.predictors.state_file import read_state, write_state
from tasks import UsageError
from tests.fitness.predictors.mean_predictor import MeanPredictor, read

ROWS = Labelled(tuple("jihgfedcbab"), tuple(map(float, range(11))))
ASKED = MeanPredictor("accuracy")


class Space:
    """No more than a class of its own."""


def state() -> FittedState:
    return FittedState({}, origin_of(ASKED, Space(), ROWS, read))


def refusal(predictor: Any = ASKED, space: object = None, given: FittedState | None = None, reads: Any = read) -> str:
    with pytest.raises(UsageError) as caught:
        check_origin(predictor, space or Space(), given or state(), reads)
    assert ("\n" in str(caught.value), len(str(caught.value)) < 500) == (False, True)
    return str(caught.value)


def test_a_state_is_known_again_also_from_its_file(tmp_path: Path) -> None:
    write_state(tmp_path / "a", state())
    for known in (state(), read_state(tmp_path / "a")):
        check_origin(ASKED, Space(), known, read)
        check_origin(MeanPredictor(), Space(), known, read)  # whatever the labels are


def test_what_it_says_of_itself() -> None:
    origin = state().notes["origin"]
    assert origin["model"] == "tests.fitness.predictors.mean_predictor:MeanPredictor"
    assert origin["space"] == f"{__name__}:Space"
    assert origin["probes"] == list("abcdefgh")  # eight distinct texts, the first ones by name
    assert (origin["label"], origin["members"], origin["rows"]) == ("accuracy", 11, rows_digest(ROWS))


def test_another_model_space_or_label_is_refused() -> None:
    class Heir(MeanPredictor):
        """Another class."""

    assert "fitted as model 'tests.fitness.predictors.mean_predictor:MeanPredictor', and this is" in refusal(Heir())
    assert f"fitted as space '{__name__}:Space', and this is 'builtins:object'" in refusal(space=object())
    assert "learnt labels 'accuracy', and 'loss' is asked for" in refusal(MeanPredictor("loss"))


def test_a_space_that_says_otherwise_of_a_candidate_is_refused() -> None:
    def unknown(texts: Sequence[str]) -> bytes:
        raise ValueError("no such text")

    for reads in (unknown, lambda texts: read(texts) + b"."):
        assert "with other options" in refusal(reads=reads)


@pytest.mark.parametrize(
    "change", [{"probes": "abcdefgh"}, {"probes": []}, {"probes": [1]}, {"probes": ["a"] * 9}, {"read": None}]
)
def test_a_doctored_origin_is_refused(change: dict[str, object]) -> None:
    origin = {**state().notes["origin"], **change}
    assert "with other options" in refusal(given=replace(state(), notes={"origin": origin}))


def test_probes_are_read_only_where_there_are_some() -> None:
    def of_the_first(texts: Sequence[str]) -> bytes:
        return texts[0].encode()

    origin = {**state().notes["origin"], "probes": []}
    assert "with other options" in refusal(given=replace(state(), notes={"origin": origin}), reads=of_the_first)


class Answers(TieredFitted):
    """Gives the same scores and tiers to whatever it is asked."""

    def __init__(self, scores: Any, tiers: Any) -> None:
        self._found = np.array(scores), np.array(tiers)

    def scores(self, texts: Sequence[str]) -> Floats:
        return self._found[0] * 2

    def tiers(self, texts: Sequence[str]) -> Floats:
        return self._found[1]


def test_known_candidates_are_predicted_once() -> None:
    check_probes(Answers(np.zeros(8), np.zeros((8, 5))), state())
    wrong: list[tuple[Any, Any, str]] = [
        (np.zeros(7), np.zeros((8, 5)), "scores"),
        (np.full(8, 1e308), np.zeros((8, 5)), "scores"),
        (np.full(8, np.nan), np.zeros((8, 5)), "scores"),
        (np.zeros(8), np.zeros((8, 4)), "tiers"),
        (np.zeros(8), np.full((8, 5), np.inf), "tiers"),
    ]
    for scores, tiers, name in wrong:
        with pytest.raises(ValueError, match=f"^its {name} of known candidates are not finite, or not"):
            check_probes(Answers(scores, tiers), state())


def test_arrays_of_another_kind_are_refused() -> None:
    arrays = {"x": np.zeros(2), "y": np.array([1])}
    check_kinds(arrays, {"x": "f", "y": "i"})
    with pytest.raises(ValueError, match=r"^y are int64 numbers$"):
        check_kinds(arrays, {"x": "f", "y": "f"})
    with pytest.raises(KeyError, match="z"):
        check_kinds(arrays, {"z": "f"})


@pytest.mark.parametrize("notes", [{}, {"origin": "x"}, {"origin": None}])
def test_notes_without_an_origin_are_refused(notes: dict[str, Any]) -> None:
    assert "is no state of a predictor" in refusal(given=FittedState({}, notes))


def test_what_a_file_says_is_quoted_in_part() -> None:
    origin = {**state().notes["origin"], "space": "x" * 10_000}
    assert "xxx ... xxx" in refusal(given=FittedState({}, {"origin": origin}))


def test_a_digest_of_rows_knows_texts_labels_and_order() -> None:
    others = (
        Labelled(ROWS.texts, (*ROWS.labels[:-1], 10.5)),
        Labelled((*ROWS.texts[:-1], "z"), ROWS.labels),
        Labelled(ROWS.texts[::-1], ROWS.labels[::-1]),
    )
    assert len({rows_digest(rows) for rows in (ROWS, *others)}) == 4

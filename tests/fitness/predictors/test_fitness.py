"""Catches: a score that is not the saved predictor's, one by a file that was replaced, on another space, or by an
image."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fitness import FITNESSES, EvalContext
from fitness.predictors.base import Labelled
from fitness.predictors.fitness import RankerFitness
from fitness.predictors.learnt_members import with_members
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.saved_predictor import SavedPredictor
from fitness.predictors.state_file import read_state, state_digest, write_state
from tasks import UsageError
from tests.fitness.predictors.ranker.costed_cells import CostedCells
from tests.tiny import TinyNetworks

SPACE: Any = CostedCells()
ROWS = Labelled(tuple(map(str, range(12))), tuple(map(float, range(12))))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_state(tmp_path / "a.safetensors", RankerPredictor(epochs=1, label="accuracy").fit(SPACE, ROWS, 0))
    return tmp_path / "a.safetensors"


def test_it_scores_as_the_saved_predictor_and_reads_no_image(
    file: Path, make_context: Callable[..., EvalContext]
) -> None:
    context = replace(make_context(), space=SPACE, images=None)  # type: ignore[arg-type]
    fitness, fitted = RankerFitness(file=file), SavedPredictor.of(file).restore(SPACE)
    for cost in (3, 40):
        score = fitness((cost,), context)
        assert score.value == fitted.scores([str(cost)])[0]
        assert list(score.metrics) == [f"tier_{place}" for place in range(1, 6)]
        assert list(score.metrics.values()) == fitted.tiers([str(cost)])[0].tolist()


def test_another_space_or_label_is_refused_before_anything_is_scored(file: Path) -> None:
    assert RankerFitness(file=file, label="accuracy").accepts(SPACE) is None
    for space, words in ((TinyNetworks(), "fitted as space"), (CostedCells(unit=2), "with other options")):
        said = RankerFitness(file=file).accepts(space)  # type: ignore[arg-type]
        assert said is not None
        assert said.startswith(f"{file}: ")
        assert words in said
    assert "'loss' is asked for" in str(RankerFitness(file=file, label="loss").accepts(SPACE))


def test_the_file_is_found_from_anywhere_and_known_by_its_digest(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    resolved = FITNESSES.resolve("ranker", {"file": file.name})
    assert resolved == {"file": str(file), "label": "", "digest": state_digest(file)}
    assert FITNESSES.resolve("ranker", resolved) == resolved
    write_state(file, RankerPredictor(epochs=1).fit(SPACE, ROWS, 1))
    with pytest.raises(UsageError, match=r"is not the file that the search was begun with \(fitness\.digest="):
        FITNESSES.build("ranker", resolved)


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    for options in ({"file": str(tmp_path / "absent")}, {"file": str(tmp_path)}):
        with pytest.raises(UsageError, match="cannot be read"):
            FITNESSES.resolve("ranker", options)
    with pytest.raises(UsageError, match=r"needs fitness\.file"):
        FITNESSES.resolve("ranker", {})


def test_it_says_which_candidates_it_was_fitted_on(file: Path) -> None:
    assert list(RankerFitness(file=file).has_learnt(SPACE, [(3,), (99,)])) == [None, None]  # the file does not say
    write_state(file, with_members(read_state(file), SPACE, ["3", "5"]))
    assert list(RankerFitness(file=file).has_learnt(SPACE, [(3,), (99,), (5,)])) == [True, False, True]

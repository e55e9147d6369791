"""Catches: a fit that depends on the process or touches it, members held out that are learnt from, degenerate labels
and foreign states that are taken."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau

from fitness.predictors.base import FittedState, Labelled
from fitness.predictors.ranker import predictor as module
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.ranker.scaling import ScalingKind
from fitness.predictors.state_file import pack_state, read_state, write_state
from spaces import SPACES
from spaces.operation_costs import Place
from tasks import UsageError, derive_rng
from tests.fitness.predictors.ranker.costed_cells import CostedCells

SPACE = CostedCells()
QUICK = RankerPredictor(epochs=2, label="accuracy")
ROWS = Labelled(tuple(f"{cost},{60 - cost}" for cost in range(1, 21)), tuple(map(float, range(20))))


@pytest.fixture(scope="module")
def state() -> FittedState:
    return QUICK.fit(SPACE, ROWS, 3)


def test_it_ranks_and_knows_tiers_also_from_its_file(state: FittedState, tmp_path: Path) -> None:
    write_state(tmp_path / "a", state)
    texts = ["5,5", "70,1", "5,5,5"]
    one, other = QUICK.restore(SPACE, state), RankerPredictor().restore(SPACE, read_state(tmp_path / "a"))
    for fitted in (one, other):
        assert (fitted.scores(texts).shape, fitted.tiers(texts).shape) == ((3,), (3, 5))
        assert np.allclose(fitted.tiers(texts).sum(1), 1)
        assert np.isfinite(fitted.scores(texts)).all()
    assert one.scores(texts).tolist() == other.scores(texts).tolist()
    assert one.tiers(texts).tolist() == other.tiers(texts).tolist()
    assert (one.scores([]).shape, one.tiers([]).shape) == ((0,), (0, 5))


def test_enough_steps_rank_as_the_labels_do() -> None:
    fitted = replace(QUICK, epochs=20).restore(SPACE, replace(QUICK, epochs=20).fit(SPACE, ROWS, 0))
    assert kendalltau(fitted.scores(ROWS.texts), ROWS.labels).statistic > 0.8


def test_equal_seeds_are_equal_files_whatever_the_process_has_set(state: FittedState) -> None:
    draws = torch.random.get_rng_state()
    torch.set_num_threads(2)
    torch.set_default_dtype(torch.float64)
    torch.set_flush_denormal(True)
    try:
        with torch.inference_mode():
            again = QUICK.fit(SPACE, ROWS, 3)
        assert (torch.get_num_threads(), torch.get_default_dtype()) == (2, torch.float64)
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(torch.random.get_rng_state(), draws)
    assert pack_state(again) == pack_state(state)
    assert pack_state(QUICK.fit(SPACE, ROWS, 4)) != pack_state(state)


def test_a_validation_needs_members_of_every_tier() -> None:
    with pytest.raises(UsageError, match=r"predictor.leaky_validation is about members held out"):
        RankerPredictor(leaky_validation=True)
    with pytest.raises(UsageError, match=r"predictor.validation=9: 0, or at least 10, two of each tier"):
        RankerPredictor(validation=9)


def test_members_held_out_are_not_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Watched(module.RankerTraining):
        def __init__(self, network: Any, settings: Any, members: Any, held_out: Any, **more: Any) -> None:
            seen.extend((members, held_out, more))
            super().__init__(network, settings, members, held_out, **more)

    monkeypatch.setattr(module, "RankerTraining", Watched)
    state = RankerPredictor(epochs=1, validation=10, scaling=ScalingKind.PUBLISHED).fit(SPACE, ROWS, 0)
    learnt, held = ([int(label) for label in each.labels] for each in seen[:2])
    assert (len(learnt), len(held)) == (10, 10)
    assert sorted(learnt + held) == list(range(20))
    for members in seen[:2]:
        assert members.tokens[:, 2, 1].tolist() == [label + 1 for label in members.labels.tolist()]
    assert state.notes["origin"]["members"] == 20
    RankerPredictor(epochs=1, validation=10, leaky_validation=True).fit(SPACE, ROWS, 0)
    assert (seen[2], seen[5]) == ({"leaky_validation": False}, {"leaky_validation": True})


def test_published_size_is_that_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Place]] = []

    def settings_of(size: Any, place: Place) -> Any:
        asked.append((size, place))
        return small("small", place)

    small = module.settings_of
    monkeypatch.setattr(module, "settings_of", settings_of)
    published = RankerPredictor(size="published", epochs=1)
    for place in Place:
        space = CostedCells(place)
        RankerPredictor().restore(space, published.fit(space, ROWS, 0))
        assert asked == [("published", place)] * 2
        asked.clear()


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (range(9), "^9 labelled candidates: at least 10 are needed"),
        ([1] * 20, "^all 20 labels are 1: nothing can be learnt"),
        ([], "^0 labelled candidates: at least 10"),
    ],
)
def test_labels_from_which_nothing_can_be_learnt_are_refused(labels: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        QUICK.fit(SPACE, Labelled(ROWS.texts[: len(labels)], tuple(map(float, labels))), 0)


def test_members_held_out_leave_enough() -> None:
    assert (QUICK.fewest(), RankerPredictor(validation=11).fewest()) == (10, 21)
    with pytest.raises(UsageError, match="20 labelled candidates: at least 21 are needed"):
        RankerPredictor(validation=11).fit(SPACE, ROWS, 0)
    order = derive_rng(0, "ranker", "validation").permutation(20)
    labels = np.zeros(20)
    labels[order[0]] = 1.0  # which is held out
    one_differs = Labelled(ROWS.texts, tuple(labels.tolist()))
    with pytest.raises(UsageError, match="all 10 labels are 0"):
        RankerPredictor(validation=10, epochs=1).fit(SPACE, one_differs, 0)


@pytest.mark.parametrize("options", [{"epochs": -1}, {"validation": -1}, {"epochs": 10**9}])
def test_numbers_out_of_range_are_refused(options: Any) -> None:
    with pytest.raises(UsageError, match=rf"predictor\.{next(iter(options))}"):
        RankerPredictor(**options)


def test_a_state_of_more_or_fewer_cells_than_candidates_have_is_taken(state: FittedState) -> None:
    for cells in (1, 3):
        rows = Labelled(tuple(",".join([str(cost)] * cells) for cost in range(1, 21)), ROWS.labels)
        fitted = QUICK.restore(SPACE, QUICK.fit(SPACE, rows, 0))
        assert np.isfinite(fitted.scores(["5,5", "5", "1,2,3,4"])).all()


def test_other_spaces_are_refused(state: FittedState) -> None:
    other = SPACES.build("nds_resnet", {})
    assert QUICK.accepts(SPACE) is None
    with pytest.raises(UsageError, match=r"cannot learn from these candidates: .*this space does not say"):
        QUICK.fit(other, ROWS, 0)
    with pytest.raises(UsageError, match="fitted as space"):
        QUICK.restore(other, state)
    with pytest.raises(UsageError, match="with other options"):
        QUICK.restore(CostedCells(unit=2), state)
    with pytest.raises(UsageError, match="learnt labels 'accuracy', and 'loss' is asked for"):
        replace(QUICK, label="loss").restore(SPACE, state)


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.pop(name)


def put(name: str, *shape: int) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.update({name: np.zeros(shape, np.float32)})


def kind(name: str, dtype: Any) -> Callable[[dict[str, Any]], object]:
    return lambda arrays: arrays.update({name: arrays[name].astype(dtype)})


def wider(arrays: dict[str, Any]) -> None:
    """Make of four entries of a token nine, as of cells of three vertices, wherever they are read."""
    for name in ("scaling.offset", "scaling.factor"):
        arrays[name] = np.zeros((len(arrays[name]), 9))
    (first,) = (name for name, values in arrays.items() if name.startswith("weights.") and values.shape[1:] == (4,))
    arrays[first] = np.zeros((len(arrays[first]), 9), np.float32)


def longer(by: int) -> Callable[[dict[str, Any]], object]:
    """Read so many tokens more than the five of two cells, and keep those that there are."""

    def change(arrays: dict[str, Any]) -> None:
        for name in ("scaling.offset", "scaling.factor"):
            arrays[name] = np.zeros((5 + by, 4))
        arrays["scaling.kept"] = np.minimum(arrays["scaling.kept"], 4 + by)

    return change


@pytest.mark.parametrize(
    "change",
    [
        without("tier_means"),
        without("scaling.kept"),
        without("weights.score_head.0.weight"),
        without("weights.encoder.0.norm.bias"),
        put("weights.encoder.0.norm.bias", 3),
        put("weights.more", 3),
        put("weights.score_head.0.weight", 3, 3),
        put("tier_means", 4, 5, 64),
        lambda arrays: arrays.update({"scaling.kept": np.zeros(10**6, np.int64)}),
        kind("tier_means", np.float64),
        kind("weights.score_head.0.weight", np.float64),
        kind("weights.encoder.0.norm.bias", np.int32),
        kind("scaling.factor", np.int64),
        lambda arrays: arrays.update({"weights.score_head.0.bias": arrays["weights.score_head.0.bias"] + 3e38}),
        wider,
        longer(-3),
        longer(1),
    ],
)
def test_a_state_that_is_not_of_one_fit_is_refused(state: FittedState, change: Any) -> None:
    arrays = dict(state.arrays)
    change(arrays)
    with pytest.raises(UsageError, match="this state of a ranker is damaged") as caught:
        QUICK.restore(SPACE, replace(state, arrays=arrays))
    assert ("\n" in str(caught.value), len(str(caught.value)) < 500) == (False, True)


@pytest.mark.parametrize(
    "notes",
    [
        None,
        3,
        {},
        {"size": "huge", "place": "edge", "temperature": 1},
        {"size": "small", "place": "air", "temperature": 1},
        *(
            {"size": "small", "place": "vertex", "temperature": wrong}
            for wrong in (0, -1, "x", None, math.inf, math.nan, 10**400)
        ),
    ],
)
def test_so_are_notes_of_another(state: FittedState, notes: Mapping[str, str] | None) -> None:
    with pytest.raises(UsageError, match="is damaged"):
        QUICK.restore(SPACE, replace(state, notes={**state.notes, "ranker": notes}))

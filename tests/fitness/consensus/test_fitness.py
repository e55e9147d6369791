"""Catches: a member that scores otherwise within a consensus than alone, a score that is not the weighted mean of log
positions, a failing member that ends a candidate or a candidate that outlives all of them, members that cannot score a
space and are counted, weights that a panel's labels do not reach, a reference that is missing and goes unnoticed."""

import copy
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness import FITNESSES, DeadlineExceededError, EvalContext, Fitness, Reference, ScoredSample
from fitness.conformance.small_reference import SIZE, small_reference
from fitness.consensus.fitness import DEFAULT, ConsensusFitness
from fitness.consensus.members import settled_members
from fitness.regression.fitness import RegressionFitness
from tasks import TaskSet, UsageError, derive_rng, load_any_task
from tasks.images.noise import NoiseImages
from tests.tiny import DroppingNetworks, TinyNetworks, TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
PanelOf = Callable[[Sequence[float]], Path]

SYNFLOW_AND_NASWOT = "synflow,naswot(batch=8)"
LABEL = "accuracy"


class Width:
    """Scores a tiny network by its width: plain, without a base class."""

    def __call__(self, candidate: int, context: EvalContext) -> float:
        return float(candidate)


class Narrowness(Fitness):
    """Minus the width, nothing for one of 9 channels, and not a number for one of 8."""

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        if candidate == 9:
            raise ValueError("nine are too many")
        return math.nan if candidate == 8 else -float(candidate)


class Odd(Fitness):
    """Whether a width is odd."""

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        return float(candidate % 2)


class Flat(Fitness):
    """The same of all."""

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        return 1.0


class Raises(Fitness):
    """Raises what it was made with."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        raise self._error


class Sees(Fitness):
    """Keeps the contexts that it sees."""

    def __init__(self) -> None:
        self.seen: list[tuple[EvalContext, float]] = []

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        self.seen.append((context, float(context.rng.random())))
        return float(candidate)


def reference_of(**scores: Sequence[float]) -> Reference:
    """Return a reference of tiny networks of 1, 2, ... channels with these scores, without sizes."""
    arrays = {label: np.array(values, dtype=float) for label, values in scores.items()}
    size = len(next(iter(arrays.values())))
    unknown = np.full(size, math.nan)
    drawn = ScoredSample(tuple(str(width) for width in range(1, size + 1)), arrays, unknown, unknown)
    return Reference(drawn, ScoredSample((), {label: np.zeros(0) for label in arrays}, np.zeros(0), np.zeros(0)))


def rows(sample: ScoredSample, chosen: slice) -> ScoredSample:
    """Return some candidates of a sample."""
    scores = {label: values[chosen] for label, values in sample.scores.items()}
    return ScoredSample(sample.texts[chosen], scores, sample.params[chosen], sample.macs[chosen])


def ready(fitness: ConsensusFitness, space: Any, images: Any = None) -> ConsensusFitness:
    """Return a fitness that was handed what it asks for."""
    assert fitness.accepts(space) is None
    fitness.take_reference(small_reference(fitness.reference_request(space), space, images or NoiseImages(16)))
    return fitness


@pytest.mark.parametrize("width", [1, 5, 9])
def test_a_member_scores_as_it_does_alone_by_the_references_seed(width: int, make_context: MakeContext) -> None:
    context = replace(make_context(data_seed=7), space=DroppingNetworks())
    fitness = ready(ConsensusFitness(members=SYNFLOW_AND_NASWOT, reference_seed=3), context.space)
    found = fitness(width, copy.deepcopy(context))
    for member in settled_members(SYNFLOW_AND_NASWOT):
        alone = FITNESSES.build(member.name, member.options)
        expected = alone(width, replace(context, data_seed=3, rng=copy.deepcopy(context.rng)))
        assert found.metrics[member.label] == expected.value
    assert set(found.metrics) == {"synflow", "naswot(batch=8)"}
    assert found.build_s > 0


def test_every_member_starts_from_the_candidates_own_generator_and_no_threshold(make_context: MakeContext) -> None:
    one, other = Sees(), Sees()
    fitness = ConsensusFitness(members=[one, other], reference_seed=5)
    fitness.take_reference(reference_of(**{"Sees": [1, 2, 3], "Sees 2": [1, 2, 3]}))
    context = replace(make_context(seed=4, data_seed=9), threshold=0.0)
    fitness(2, context)
    first = float(derive_rng(4).random())
    for member in (one, other):
        ((seen, drawn),) = member.seen
        assert (seen.data_seed, seen.threshold, drawn) == (5, None, first)
        assert (seen.space, seen.images) == (context.space, context.images)
    assert float(context.rng.random()) == first  # it is left as it was


def test_the_score_is_the_weighted_mean_of_log_positions(make_context: MakeContext) -> None:
    fitness = ConsensusFitness(members=[Width(), Narrowness()], weights=[3, 1])
    fitness.take_reference(reference_of(Width=[1, 2, 3, 4], Narrowness=[-1, -2, -3, -4]))
    found = fitness(2, make_context())
    assert found.value == pytest.approx((3 * math.log(2 / 5) + math.log(3 / 5)) / 4)
    assert found.metrics == {"Width": 2.0, "Narrowness": -2.0}
    assert fitness.final_weights() == {"Width": 0.75, "Narrowness": 0.25}
    above = fitness(7, make_context()).value  # 3 beyond the end of each, in units of 1
    assert above == pytest.approx((3 * math.log(1 - 0.2 / 4) + math.log(0.2 / 4)) / 4)


@pytest.mark.parametrize("width", [8, 9])
def test_a_member_that_fails_counts_as_the_last(width: int, make_context: MakeContext) -> None:
    fitness = ConsensusFitness(members=[Width(), Narrowness()], weights="equal")
    fitness.take_reference(reference_of(Width=[1, 2, 8, 9], Narrowness=[-1, -2, math.nan, math.nan]))
    found = fitness(width, make_context())
    assert found.value == pytest.approx((math.log((width - 5) / 5) + math.log(1 / 5)) / 2)
    assert found.metrics == {"Width": float(width), "failed: Narrowness": 1.0}


def test_a_candidate_fails_where_all_members_with_a_say_do(make_context: MakeContext) -> None:
    fitness = ConsensusFitness(members=[Narrowness(), Narrowness(), Width()], weights=[1, 1, 0])
    scores = [-1, -2, -3, -4]
    fitness.take_reference(reference_of(**{"Narrowness": scores, "Narrowness 2": scores, "Width": [1, 2, 3, 4]}))
    with pytest.raises(ValueError, match="no member has a score: Narrowness: nine are too many; Narrowness 2: nine"):
        fitness(9, make_context())
    with pytest.raises(ValueError, match="Narrowness: scores nan"):
        fitness(8, make_context())
    assert fitness(7, make_context()).metrics["Width"] == 7


@pytest.mark.parametrize(
    "error", [DeadlineExceededError("late"), MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_want_of_time_and_memory_is_the_candidates(error: Exception, make_context: MakeContext) -> None:
    fitness = ConsensusFitness(members=[Width(), Raises(error)], weights="equal")
    fitness.take_reference(reference_of(Width=[1, 2, 3], Raises=[1, 2, 3]))
    with pytest.raises(type(error)):
        fitness(1, make_context())


def test_the_deadline_is_looked_at_before_each_member(make_context: MakeContext) -> None:
    late = Sees()
    fitness = ConsensusFitness(members=[late, Width()], weights="equal")
    fitness.take_reference(reference_of(Sees=[1, 2, 3], Width=[1, 2, 3]))
    with pytest.raises(DeadlineExceededError):
        fitness(1, make_context(deadline=time.monotonic() - 1))
    assert not late.seen


def test_a_member_that_says_the_same_of_all_has_no_say(make_context: MakeContext) -> None:
    fitness = ready(ConsensusFitness(members=[Width(), Flat()], weights=[1, 5]), TinyNetworks())
    assert fitness.final_weights() == {"Width": 1.0, "Flat": 0.0}
    assert "     says the same of all candidates, and has no say" in fitness.reference_lines()
    assert fitness(4, make_context()).metrics == {"Width": 4.0, "Flat": 1.0}


def test_without_a_reference_there_is_no_score(make_context: MakeContext) -> None:
    fitness = ConsensusFitness(members=SYNFLOW_AND_NASWOT)
    assert (fitness.reference_lines(), fitness.final_weights()) == ((), {})
    with pytest.raises(UsageError, match="has not been handed its reference") as caught:
        fitness(1, make_context())
    assert len(str(caught.value)) < 300


def test_what_is_asked_for() -> None:
    fitness = ConsensusFitness(members=SYNFLOW_AND_NASWOT, reference_seed=3, reference_size=64)
    request = fitness.reference_request(TinyNetworks())
    assert [member.label for member in request.members] == ["synflow", "naswot(batch=8)"]
    assert (request.seed, request.size, request.given) == (3, 64, ())


def test_the_lines_say_where_weights_come_from_and_what_is_size() -> None:
    # Parameters rise with the width.
    fitness = ready(ConsensusFitness(members=["synflow", Width()]), TinyNetworks())
    lines = fitness.reference_lines()
    assert lines[0].endswith("candidates; weights: default")
    assert "     is nothing but size: rho 1.00 with parameters" in lines
    assert max(map(len, lines)) <= 80
    assert fitness.final_weights()["synflow"] == 1 - fitness.final_weights()["Width"]


def test_members_that_cannot_score_a_space_are_left_out_by_name() -> None:
    fitness = ConsensusFitness(members=["regression(task=nlp_search,steps=2)", "random", Width()], weights="3,1,1")
    assert fitness.accepts(TinyNetworks()) is None
    (said,) = fitness.options_in_force(NoiseImages(16))
    assert said.startswith("without regression(task=nlp_search,steps=2): its networks read images")
    request = fitness.reference_request(TinyNetworks())
    assert [member.label for member in request.members] == ["random", "Width"]
    assert ready(fitness, TinyNetworks()).final_weights() == {"random": 0.5, "Width": 0.5}
    assert fitness.accepts(TinySequences()) is None
    assert fitness.options_in_force(NoiseImages(16)) == []


def test_fewer_than_two_members_that_can_are_refused_with_every_reason() -> None:
    fitness = ConsensusFitness(members="synflow,naswot,random")
    reason = fitness.accepts(BitStrings())
    assert reason is not None
    assert reason.startswith("1 of 3 members can, and at least 2 must; synflow: synflow measures")
    assert "naswot: naswot measures networks, and this space builds none" in reason


def test_the_default_depends_on_what_networks_read() -> None:
    fitness = ConsensusFitness()
    assert [member.label for member in settled_members(DEFAULT)] == list(DEFAULT)
    for space, labels in ((TinyNetworks(), DEFAULT[:2]), (TinySequences(), DEFAULT[2:])):
        assert fitness.accepts(space) is None
        assert fitness.options_in_force(NoiseImages(16)) == []
        assert [member.label for member in fitness.reference_request(space).members] == list(labels)
    assert (fitness.accepts(BitStrings()) or "").startswith("0 of 4 members can, and at least 2 must")


def test_what_members_do_otherwise_and_seeds_that_they_cannot_score_by_are_told() -> None:
    class Particular(Width):
        def options_in_force(self, images: object) -> Sequence[str]:
            return ["half as many images"]

        def check_seed(self, data_seed: int) -> None:
            if data_seed == 3:
                raise UsageError("three is no seed")

    fitness = ConsensusFitness(members=[Particular(), Width()], reference_seed=3)
    assert fitness.options_in_force(NoiseImages(16)) == ["Particular: half as many images"]
    with pytest.raises(UsageError, match="three is no seed"):
        fitness.check_seed(0)
    ConsensusFitness(members=[Particular(), Width()], reference_seed=4).check_seed(3)


def test_a_panel_is_scored_with_the_reference_and_moves_the_weights(panel_of: PanelOf) -> None:
    wide = str(panel_of([1, 2, 3, 4, 5, 6, 7]))
    fitness = ConsensusFitness(members=[Width(), Narrowness()], panel=wide, metric=LABEL)
    request = fitness.reference_request(TinyNetworks())
    assert sorted(request.given) == list("1234567")
    weights = ready(fitness, TinyNetworks()).final_weights()
    assert weights["Width"] > 0.6
    assert sum(weights.values()) == pytest.approx(1)
    assert fitness.reference_lines()[0].endswith("weights: default, moved by 7 labels")
    narrow = str(panel_of([7, 6, 5, 4, 3, 2, 1]))
    given = ConsensusFitness(members=[Width(), Narrowness()], weights=[1, 1], panel=narrow, metric=LABEL)
    ready(given, TinyNetworks())
    assert given.final_weights()["Narrowness"] > 0.5
    assert given.reference_lines()[0].endswith("weights: as given, moved by 7 labels")


def test_labels_give_a_say_to_what_is_nothing_but_size(panel_of: PanelOf) -> None:
    wide = str(panel_of([1, 2, 3, 4, 5, 6, 7]))
    asked: dict[str, Any] = {"members": [Width(), Odd(), Flat()]}
    without = ready(ConsensusFitness(**asked), TinyNetworks()).final_weights()
    assert without["Width"] == pytest.approx(0)
    weights = ready(ConsensusFitness(**asked, panel=wide, metric=LABEL), TinyNetworks()).final_weights()
    assert weights["Width"] > 0.5
    assert weights["Flat"] == 0
    given = ready(ConsensusFitness(**asked, weights=[0, 1, 1], panel=wide, metric=LABEL), TinyNetworks())
    assert given.final_weights() == {"Width": 0, "Odd": 1, "Flat": 0}
    assert given.reference_lines()[0].endswith("weights: as given, not moved by 7 labels")


def test_a_loss_moves_the_weights_the_other_way(panel_of: PanelOf) -> None:
    losses = str(panel_of([7, 6, 5, 4, 3, 2, 1]))
    asked = {"members": [Width(), Narrowness()], "panel": losses, "metric": LABEL}
    assert ready(ConsensusFitness(**asked, lower_is_better=True), TinyNetworks()).final_weights()["Width"] > 0.6
    assert ready(ConsensusFitness(**asked), TinyNetworks()).final_weights()["Width"] < 0.5
    with pytest.raises(UsageError, match="lower_is_better=true is said of the labels of a panel; give"):
        ConsensusFitness(members=SYNFLOW_AND_NASWOT, lower_is_better=True)


def test_what_is_kept_of_a_search_without_losses_is_as_it_was(panel_of: PanelOf) -> None:
    given = {"members": SYNFLOW_AND_NASWOT, "panel": str(panel_of([1, 2, 3, 4, 5])), "metric": LABEL}
    assert "lower_is_better" not in FITNESSES.resolve("consensus", {**given, "lower_is_better": False})
    assert FITNESSES.resolve("consensus", {**given, "lower_is_better": True})["lower_is_better"] is True


def test_labels_are_found_by_their_candidates_whatever_the_order_they_are_scored_in(panel_of: PanelOf) -> None:
    fitness = ConsensusFitness(
        members=[Width(), Narrowness()], panel=str(panel_of([1, 2, 3, 4, 5, 6, 7])), metric=LABEL
    )
    reference = small_reference(fitness.reference_request(TinyNetworks()), TinyNetworks(), NoiseImages(16))
    fitness.take_reference(reference)
    straight = fitness.final_weights()
    fitness.take_reference(replace(reference, given=rows(reference.given, slice(None, None, -1))))
    assert fitness.final_weights() == straight
    with pytest.raises(UsageError, match="was not scored with the reference"):
        fitness.take_reference(replace(reference, given=rows(reference.given, slice(6))))


def test_a_panel_of_another_space_or_another_file_is_refused(panel_of: PanelOf) -> None:
    path = str(panel_of([1, 2, 3, 4, 5]))
    fitness = ConsensusFitness(members=[Width(), Flat()], panel=path, metric=LABEL)
    reason = fitness.accepts(BitStrings())
    assert reason is not None
    assert "is no candidate of it" in reason
    with pytest.raises(UsageError, match="is not the file that the search was begun with"):
        ConsensusFitness(members=[Width(), Flat()], panel=path, digest="0123")
    with pytest.raises(UsageError, match="unknown panel 'digit'"):
        FITNESSES.resolve("consensus", {"panel": "digit"})


def test_of_the_members_that_are_left_one_has_a_weight() -> None:
    members = "synflow,params,hidden_covariance"
    reason = ConsensusFitness(members=members, weights=[0, 0, 1]).accepts(TinyNetworks())
    assert reason == "the members that can have a weight of 0; without hidden_covariance"
    assert ConsensusFitness(members=members, weights=[0, 1, 1]).accepts(TinyNetworks()) is None


def test_a_column_of_labels_needs_a_panel() -> None:
    with pytest.raises(UsageError, match="'accuracy' names a column of a panel; give"):
        ConsensusFitness(members=SYNFLOW_AND_NASWOT, metric=LABEL)


def test_a_configuration_keeps_members_weights_and_panel(panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = panel_of([1, 2, 3, 4, 5])
    monkeypatch.chdir(path.parent)
    given = {"members": "rotation(steps=7),synflow", "weights": "2,1", "panel": path.name, "metric": LABEL}
    kept = FITNESSES.resolve("consensus", given)
    assert [member["label"] for member in kept["members"]] == ["rotation(steps=7)", "synflow"]  # type: ignore[attr-defined]
    assert (kept["weights"], kept["panel"]) == ([2.0, 1.0], str(path.absolute()))
    assert len(str(kept["digest"])) == 16
    again = FITNESSES.resolve("consensus", json.loads(json.dumps(kept)))
    assert again == kept
    assert FITNESSES.build("consensus", again).reference_request(TinyNetworks()).seed == 0


@pytest.mark.parametrize("size", [-1, 1, 7, 100_001])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(UsageError, match="reference_size"):
        ConsensusFitness(members=SYNFLOW_AND_NASWOT, reference_size=size)


def test_the_tasks_of_a_file_count_alike_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(TaskSet("both", (load_any_task("N"), load_any_task("combo"))).to_json())
    kept = FITNESSES.resolve("consensus", {"members": str(path)})
    assert (kept["weights"], [member["label"] for member in kept["members"]]) == (
        "equal",
        ["regression(task=N)", "regression"],
    )
    assert FITNESSES.resolve("consensus", kept) == kept
    assert FITNESSES.resolve("consensus", {"members": str(path), "weights": "2,1"})["weights"] == [2.0, 1.0]
    assert FITNESSES.resolve("consensus", {"members": str(path), "weights": "default"})["weights"] == "default"
    assert FITNESSES.resolve("consensus", {"members": f"{path},synflow"})["weights"] == "default"
    assert FITNESSES.resolve("consensus", {})["weights"] == "default"
    scored = reference_of(**{"regression(task=N)": range(1, 10), "regression": [5, 1, 4, 8, 2, 9, 3, 7, 6]})
    size = np.arange(1.0, 10.0)  # by default the first would have no say, as it is nothing but size
    reference = replace(scored, drawn=replace(scored.drawn, params=size, macs=size))
    for fitness, share in (
        (ConsensusFitness(members=str(path)), 0.5),
        (ConsensusFitness(members=str(path), weights=[3, 1]), 0.75),
    ):
        fitness.take_reference(reference)
        assert fitness.final_weights() == {"regression(task=N)": share, "regression": 1 - share}


def test_objects_and_names_may_stand_side_by_side(make_context: MakeContext) -> None:
    members = [RegressionFitness(task="N", steps=1), Width(), "synflow"]
    fitness = ready(ConsensusFitness(members=members), TinyNetworks())
    found = fitness(3, make_context())
    assert set(found.metrics) == {"RegressionFitness", "Width", "synflow"}
    assert -math.log(SIZE + 1) <= found.value < 0


class Knows(Flat):
    """Has learnt the labels of some widths."""

    def __init__(self, *widths: int) -> None:
        self._widths = widths

    def has_learnt(self, space: Any, candidates: Sequence[Any]) -> Sequence[bool]:
        return [candidate in self._widths for candidate in candidates]


class Silent(Flat):
    """Does not say what it has learnt."""

    def has_learnt(self, space: Any, candidates: Sequence[Any]) -> Sequence[bool | None]:
        return [None] * len(candidates)


def test_it_has_learnt_what_any_member_has() -> None:
    space: Any = TinyNetworks()
    assert ConsensusFitness(members=[Knows(2), Knows(4, 2), Width()]).has_learnt(space, [1, 2, 4]) == [
        False,
        True,
        True,
    ]
    assert ConsensusFitness(members=[Flat(), Width()]).has_learnt(space, [1]) == [False]
    assert ConsensusFitness(members=[Knows(2), Silent(), Width()]).has_learnt(space, [1, 2]) == [None, True]


def test_a_panel_may_hold_published_forms(panel_of: PanelOf) -> None:
    class Named(TinyNetworks):
        published_forms = "width N"

        def from_published(self, text: str) -> int | None:
            return int(text.removeprefix("width ")) if text.startswith("width ") else None

        def to_published(self, candidate: int) -> str:
            return f"width {candidate}"

    path = panel_of([1, 2, 3, 4, 5, 6, 7])
    plain = ready(ConsensusFitness(members=[Width(), Narrowness()], panel=str(path), metric=LABEL), Named())
    path.write_text(
        "".join(f"width {line}\n" if line[:1].isdigit() else f"{line}\n" for line in path.read_text().split())
    )
    fitness = ConsensusFitness(members=[Width(), Narrowness()], panel=str(path), metric=LABEL)
    assert fitness.accepts(Named()) is None
    assert sorted(fitness.reference_request(Named()).given) == list("1234567")
    assert ready(fitness, Named()).final_weights() == plain.final_weights()
    assert "is no candidate of it" in str(fitness.accepts(TinyNetworks()))


@pytest.mark.parametrize(
    ("members", "expected"),
    [("synflow,naswot(batch=8)", False), ("synflow,regression(task=N)", True), ([Narrowness(), Odd()], False)],
)
def test_cuda_is_needed_where_a_member_needs_it(members: Any, expected: bool) -> None:
    assert ConsensusFitness(members=members).needs_cuda is expected


def test_cuda_is_not_needed_by_a_member_that_is_left_out() -> None:
    fitness = ConsensusFitness(members="regression(task=nlp_search),synflow,params")
    assert fitness.needs_cuda
    assert fitness.accepts(TinyNetworks()) is None  # which read images
    assert not fitness.needs_cuda

"""Catches: a member scored with weights that depend on more than its key, labels or candidates that come apart, a
failure that ends a task or a time-out that does not, one architecture under two texts."""

from collections.abc import Callable, Hashable
from dataclasses import replace

import pytest
import torch

from fitness import DeadlineExceededError, EvalContext, Score
from fitness.rank_correlation.panel_members import PanelMembers, check_distinct
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tasks.panel import Panel
from tests.tiny import TinyNetworks
from tests.toy import MirroredBitStrings, PublishedBits

MakeContext = Callable[..., EvalContext]
PANEL = Panel("p", ("3", "1", "4", "2", "5"), (0.1, 0.2, 0.3, 0.4, 0.5))


class Noting:
    """Scores a member by its own generator; raises or gives no number where told to. Notes what it was given."""

    def __init__(self, **results: float | BaseException) -> None:
        self._results = {int(width[1:]): result for width, result in results.items()}
        self.contexts: list[EvalContext] = []

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        assert isinstance(candidate, int)
        self.contexts.append(context)
        result = self._results.get(candidate, float(context.rng.random()))
        if isinstance(result, BaseException):
            raise result
        return Score(result)


def test_members_are_those_of_the_panel_in_its_order() -> None:
    members = PanelMembers(PANEL, TinyNetworks())
    assert (len(members), members.candidates, members.keys) == (5, [3, 1, 4, 2, 5], list("31425"))
    assert members.labels.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_members_generator_depends_on_the_runs_seed_and_its_key_alone(make_context: MakeContext) -> None:
    members, fitness = PanelMembers(PANEL, TinyNetworks()), Noting()
    for data_seed in (2, 3):
        expected = float(derive_rng(data_seed, "panel", "4").random())
        for seed in (1, 9):
            context = replace(make_context(seed=seed, data_seed=data_seed), threshold=0.5)
            assert members.score(2, fitness, context) == expected
    context = make_context(deadline=7.0)
    members.score(2, fitness, replace(context, threshold=0.5))
    given = fitness.contexts[-1]
    assert (given.images, given.deadline, given.device) == (context.images, 7.0, context.device)
    assert given.threshold is None  # it is a threshold of correlations


def test_a_networks_second_task_does_not_see_the_first(make_context: MakeContext) -> None:
    built: list[torch.nn.Module] = []

    class Building:
        def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
            torch.manual_seed(int(context.rng.integers(9)))
            network = context.space.build(candidate, *((), ()))  # type: ignore[attr-defined]
            built.append(network)
            return Score(0.0)

    class Space(TinyNetworks):
        def build(self, candidate: int, *shape: object) -> torch.nn.Module:  # type: ignore[override]
            return torch.nn.Linear(candidate, 1)

    members = PanelMembers(PANEL, Space())
    for _ in range(2):
        for member in range(5):
            members.score(member, Building(), make_context())
    assert len({id(network) for network in built}) == 5


@pytest.mark.parametrize("result", [RuntimeError("no"), float("nan"), float("inf"), -float("inf")])
def test_what_fails_or_gives_no_number_scores_minus_infinity(
    make_context: MakeContext, result: float | BaseException
) -> None:
    assert PanelMembers(PANEL, TinyNetworks()).score(0, Noting(w3=result), make_context()) == -float("inf")


@pytest.mark.parametrize("error", [DeadlineExceededError("late"), MemoryError("no"), torch.OutOfMemoryError("no")])
def test_what_is_not_the_members_fault_ends_the_task(make_context: MakeContext, error: Exception) -> None:
    with pytest.raises(type(error)):
        PanelMembers(PANEL, TinyNetworks()).score(0, Noting(w3=error), make_context())


def test_a_text_of_another_space_is_refused() -> None:
    panel = Panel("p", ("3", "1", "ten", "2", "5"), PANEL.labels)
    with pytest.raises(UsageError, match="panel p: 'ten' is no candidate of its space: 'ten': a width from 1 to 9"):
        PanelMembers(panel, TinyNetworks())


def test_one_architecture_under_two_texts_is_refused_in_one_part_and_across_two() -> None:
    space = MirroredBitStrings(length=4)
    first, twice, other = (
        PanelMembers(Panel("p", texts, PANEL.labels), space)
        for texts in (
            ("0001", "0010", "0011", "0101", "0111"),
            ("0001", "0010", "1000", "0101", "0111"),
            ("0000", "1111", "1100", "1001", "0110"),
        )
    )
    check_distinct("p", first)
    with pytest.raises(UsageError, match="panel p: '0001' and '1000' are one architecture"):
        check_distinct("p", twice)
    with pytest.raises(UsageError, match="panel p: '0011' and '1100' are one architecture"):
        check_distinct("p", first, other)


def test_a_panel_may_hold_published_forms() -> None:
    panel = Panel("p", ("bits 110", "011", "000", "001", "010"), PANEL.labels)
    assert PanelMembers(panel, PublishedBits(length=3)).keys[:2] == ["110", "011"]

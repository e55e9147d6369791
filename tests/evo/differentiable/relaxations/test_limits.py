"""Catches: more operations of a kind than allowed, another one dropped than the weakest, a replacement that is not the
next strongest or not allowed, a cell limited for another, an endless search for what a node does not have.
"""

import pytest
import torch
from torch import Tensor

from evo.differentiable.relaxations.limits import Limit, derive_within
from evo.differentiable.relaxations.operation_kinds import is_parametric, is_pool, is_skip
from spaces import Supernet, SupernetOptions
from spaces.darts.space import DartsCandidate
from tests.evo.differentiable.small_supernets import supernet_of

MAX, AVERAGE, SKIP, SEP_3, SEP_5 = 1, 2, 3, 4, 5
KEPT = (0, 1, 2, 3, 5, 6, 9, 10)  # the first two edges into every node
MOST_SKIPS = 8


@pytest.fixture(scope="module")
def supernet() -> Supernet[DartsCandidate]:
    return supernet_of("darts")


def only_skips() -> Tensor:
    """Return strengths [14, 8] by which eight skips are derived, the first the strongest, all else being weaker."""
    strengths = torch.zeros(14, 8)
    strengths[KEPT, SKIP] = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3])
    strengths[:, SEP_3] = 0.1
    strengths[12, MAX], strengths[13, SEP_5] = 0.2, 0.15
    return strengths


def derived(supernet: Supernet[DartsCandidate], normal: Tensor, *limits: Limit) -> dict[int, int]:
    """Return the number of the operation on every edge that the normal cell keeps."""
    candidate = derive_within(supernet, {"normal": normal, "reduction": only_skips()}, {"normal": limits})
    cells = supernet.gates_of(candidate).cells
    assert sum(SKIP in numbers for numbers in cells["reduction"].computed or ()) == MOST_SKIPS
    return {edge: numbers[0] for edge, numbers in enumerate(cells["normal"].computed or ()) if numbers}


def test_without_a_limit_or_under_it_the_strongest_are_derived(supernet: Supernet[DartsCandidate]) -> None:
    expected = dict.fromkeys(KEPT, SKIP)
    assert derived(supernet, only_skips()) == expected
    assert derived(supernet, only_skips(), Limit(is_skip, MOST_SKIPS)) == expected


def test_the_weakest_gives_way_to_the_next_strongest(supernet: Supernet[DartsCandidate]) -> None:
    expected = {**dict.fromkeys(KEPT[:7], SKIP), 12: MAX}
    assert derived(supernet, only_skips(), Limit(is_skip, 7)) == expected


def test_the_weakest_gives_way_to_what_is_allowed_instead(supernet: Supernet[DartsCandidate]) -> None:
    expected = {**dict.fromkeys(KEPT[:7], SKIP), 13: SEP_5}
    assert derived(supernet, only_skips(), Limit(is_skip, 7, instead=is_parametric)) == expected


def test_nor_does_its_own_edge_take_what_is_not_allowed_instead(supernet: Supernet[DartsCandidate]) -> None:
    strengths = only_skips()
    strengths[10, AVERAGE] = 0.25
    expected = dict.fromkeys(KEPT[:7], SKIP)
    assert derived(supernet, strengths, Limit(is_skip, 7)) == {**expected, 10: AVERAGE}
    assert derived(supernet, strengths, Limit(is_skip, 7, instead=is_parametric)) == {**expected, 13: SEP_5}


def test_what_may_not_replace_one_operation_may_replace_another_in_another_node(
    supernet: Supernet[DartsCandidate],
) -> None:
    strengths = only_skips()
    strengths[6, SKIP], strengths[6, SEP_3], strengths[7, MAX] = 0.0, 0.4, 0.2
    no_sep_3 = Limit(lambda operation: operation == "sep_conv_3x3", 0)
    expected = {**dict.fromkeys((0, 1, 2, 3, 5, 9), SKIP), 7: MAX, 13: SEP_5}
    assert derived(supernet, strengths, Limit(is_skip, 6, instead=is_parametric), no_sep_3) == expected


def test_two_in_one_node_give_way_one_after_the_other(supernet: Supernet[DartsCandidate]) -> None:
    expected = {**dict.fromkeys(KEPT[:6], SKIP), 12: MAX, 13: SEP_5}
    assert derived(supernet, only_skips(), Limit(is_skip, 6)) == expected


@pytest.mark.parametrize("most", range(MOST_SKIPS))
def test_there_are_as_many_as_allowed_and_they_are_the_strongest(supernet: Supernet[DartsCandidate], most: int) -> None:
    found = derived(supernet, only_skips(), Limit(is_skip, most))
    assert [edge for edge, number in found.items() if number == SKIP] == list(KEPT[:most])
    assert len(found) == len(KEPT)


def test_several_limits_hold_together(supernet: Supernet[DartsCandidate]) -> None:
    strengths = only_skips()
    strengths[:, AVERAGE] = 0.12
    found = derived(supernet, strengths, Limit(is_skip, 2), Limit(is_pool, 2))
    counts = [
        sum(map(kind, (supernet.candidates["normal"][edge][number] for edge, number in found.items())))
        for kind in (is_skip, is_pool, is_parametric)
    ]
    assert counts == [2, 2, 4]


def test_an_edge_that_must_be_kept_takes_its_own_next_operation(supernet: Supernet[DartsCandidate]) -> None:
    strengths = only_skips()
    strengths[KEPT, SKIP] = strengths[KEPT, SKIP].flip(0)  # those of node 2, which has no other edges, are the weakest
    assert derived(supernet, strengths, Limit(is_skip, 6)) == {**dict.fromkeys(KEPT, SKIP), 0: SEP_3, 1: SEP_3}


def test_what_was_given_is_left_as_it_was(supernet: Supernet[DartsCandidate]) -> None:
    strengths = only_skips()
    derived(supernet, strengths, Limit(is_skip, 0))
    assert torch.equal(strengths, only_skips())


def test_where_nothing_else_is_left_a_limit_is_exceeded() -> None:
    skips = [("none", "skip_connect")] * 14
    supernet = supernet_of("darts", SupernetOptions(candidates={"normal": skips, "reduction": skips}))
    strengths = dict.fromkeys(("normal", "reduction"), torch.full((14, 2), 0.5))
    candidate = derive_within(supernet, strengths, {"normal": [Limit(is_skip, 1, instead=is_parametric)]})
    assert {operation for node in candidate.normal for operation, _ in node} == {"skip_connect"}

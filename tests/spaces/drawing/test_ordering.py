"""Catches: crossings that are miscounted or that a better order would not have, items that are lost."""

from itertools import combinations, pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from spaces.drawing.ordering import crossings, neighbours_of, ordered

Links = list[tuple[int, int]]
LAYERS = [[0, 1, 2], [3, 4, 5, 6], [7, 8, 9]]
POSSIBLE = [link for upper, lower in pairwise(LAYERS) for link in product(upper, lower)]
some_links = st.lists(st.sampled_from(POSSIBLE), unique=True, max_size=12)


def counted(layers: list[list[int]], links: Links) -> int:
    """Count crossings pair by pair."""
    place = {item: (number, at) for number, layer in enumerate(layers) for at, item in enumerate(layer)}
    found = 0
    for one, other in combinations(links, 2):
        (row, a), (other_row, b) = place[one[0]], place[other[0]]
        found += row == other_row and (a - b) * (place[one[1]][1] - place[other[1]][1]) < 0
    return found


@given(some_links)
def test_crossings_are_those_of_all_pairs_and_an_order_never_has_more(links: Links) -> None:
    neighbours = neighbours_of(links)
    assert crossings(LAYERS, neighbours) == counted(LAYERS, links)
    found = ordered(LAYERS, links)
    assert [sorted(layer) for layer in found] == LAYERS
    assert counted(found, links) <= counted(LAYERS, links)


def test_what_can_be_untangled_is() -> None:
    links = [(0, 6), (1, 5), (2, 3), (6, 7), (5, 8), (3, 9), (4, 9)]
    assert counted(LAYERS, links) > 3
    assert counted(ordered(LAYERS, links), links) == 0


def test_a_crossing_that_means_do_not_tell_is_exchanged_away() -> None:
    layers, links = [[0, 1], [2, 3]], [(0, 2), (0, 3), (1, 2)]
    assert counted(layers, links) == 1
    assert counted(ordered(layers, links), links) == 0


def test_an_order_without_crossings_is_kept() -> None:
    links = [(0, 3), (1, 4), (2, 6), (3, 7), (4, 8), (6, 9)]
    assert ordered(LAYERS, links) == LAYERS

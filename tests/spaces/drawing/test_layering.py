"""Catches: a link that leads up or stays in its layer, layers that are longer than need be, inputs that are not first
or outputs that are not last."""

from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.drawing.layering import layers_of

links_of = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda link: link[0] < link[1]), max_size=14)


def test_every_link_leads_one_layer_on_where_it_can() -> None:
    assert layers_of(4, [(0, 1), (1, 2), (0, 2), (2, 3)], [], []) == [0, 1, 2, 3]


def test_what_has_a_choice_stands_where_links_are_short_and_else_early() -> None:
    # 3 has two links down to 2 and none up, so it stands right above 2; 4 may stand anywhere between 0 and 2
    assert layers_of(6, [(0, 1), (1, 5), (5, 2), (3, 2), (0, 4), (4, 2)], [], []) == [0, 1, 3, 2, 1, 2]


def test_first_ones_are_in_the_first_layer_and_last_ones_in_the_last() -> None:
    links = [(0, 1), (1, 2), (3, 2), (0, 4)]
    assert layers_of(5, links, [], []) == [0, 1, 2, 1, 1]
    assert layers_of(5, links, [0, 3], [2, 4]) == [0, 1, 2, 0, 2]


def test_without_links_there_is_one_layer_or_a_first_and_a_last() -> None:
    assert layers_of(3, [], [], []) == [0, 0, 0]
    assert layers_of(3, [], [0], [2]) == [0, 0, 1]


@given(links_of)
@settings(max_examples=40)
def test_links_lead_on_and_no_layer_below_the_first_is_empty(links: list[tuple[int, int]]) -> None:
    layers = layers_of(8, links, [], [])
    assert all(layers[source] < layers[target] for source, target in links)
    assert set(layers) == set(range(max(layers) + 1))

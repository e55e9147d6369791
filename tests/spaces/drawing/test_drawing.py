"""The contract of every built-in space: its candidates have a diagram that can be looked at.

Catches: a space without one, labels that overlap, arrows across boxes, a page wider than paper, parts that are cut off,
strengths at the wrong arrows or of edges that there are not, a space that fails at its diagram and takes a run along.
"""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import SPACES
from spaces.drawing.diagram import Diagram, DrawnSpace
from spaces.drawing.drawing import NO_DIAGRAM, STRENGTHS_NOTE, draw_candidate, draw_text
from spaces.drawing.palette import WIDEST
from tasks import UsageError
from tests.small_spaces import small_space
from tests.spaces.drawing.geometry import check_page, page_of
from tests.spaces.test_contract import FIRST_OF_CLASS, VARIANTS
from tests.toy import BitStrings

EXAMPLES = 5

small = cache(small_space)


def drawn(name: str, seed: int) -> str:
    """Return a sampled member of a space as SVG."""
    space = small(name)
    return draw_candidate(space, space.sample(np.random.default_rng(seed))).svg


@pytest.mark.parametrize("name", FIRST_OF_CLASS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=EXAMPLES)
def test_members_of_every_class_can_be_looked_at(name: str, seed: int) -> None:
    page = check_page(drawn(name, seed))
    assert page.size[0] <= WIDEST
    assert page.boxes


@pytest.mark.parametrize("name", VARIANTS)
def test_a_member_of_every_other_space_can_be_looked_at(name: str) -> None:
    assert check_page(drawn(name, 0)).size[0] <= WIDEST


def test_every_space_says_what_its_candidates_look_like() -> None:
    assert all(isinstance(small(name), DrawnSpace) for name in SPACES.builtin)


def test_the_same_candidate_is_drawn_alike() -> None:
    assert drawn("darts", 3) == drawn("darts", 3) != drawn("darts", 4)


def test_strengths_stand_at_their_edges_and_make_them_wider() -> None:
    space = small("nasbench201")
    cell = space.decode("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|")
    figure = draw_candidate(space, cell, strengths={"cell": {(0, 1): 0.25, (0, 3): 1}})
    said = check_page(figure.svg).said()
    assert {"conv 3x3  0.25", "conv 1x1  1.00", "skip", STRENGTHS_NOTE} <= set(said)
    assert STRENGTHS_NOTE not in draw_candidate(space, cell).svg
    assert 'stroke-width="2.2"' in figure.svg  # 1.2 and a quarter of 4
    assert 'stroke-width="5.2"' in figure.svg


@pytest.mark.parametrize(
    ("strengths", "complaint"),
    [
        ({"normal": {(0, 1): 0.5}}, "unknown cell of strengths 'normal'.*cell"),
        ({"cell": {(1, 0): 0.5}}, "unknown edge of cell 'cell' '1->0'.*0->1"),
        ({"cell": {(0, 1): 1.5}}, "strength 1.5; 0 to 1"),
    ],
)
def test_strengths_of_what_there_is_not_are_refused(strengths: Any, complaint: str) -> None:
    space = small("nasbench201")
    with pytest.raises(UsageError, match=complaint):
        draw_candidate(space, space.sample(np.random.default_rng(0)), strengths=strengths)


def test_of_a_space_without_a_diagram_the_text_is_shown_and_why() -> None:
    space = BitStrings()
    candidate = space.sample(np.random.default_rng(0))
    said = page_of(draw_candidate(space, candidate).svg).said()
    assert space.encode(candidate) in said
    assert " ".join(said).count(NO_DIAGRAM) == 1


def test_a_text_of_any_length_is_wrapped_and_no_markup() -> None:
    page = check_page(draw_text("<script>" + 500 * "x", "because").svg)
    assert page.size[0] <= WIDEST
    assert "".join(page.said()).count("x") == 500
    assert "because" in page.said()


class Failing(BitStrings):
    """A space that fails at its diagram, or returns another thing."""

    def __init__(self, made: object) -> None:
        super().__init__()
        self.made = made

    def diagram(self, candidate: object) -> Diagram:
        if isinstance(self.made, Exception):
            raise self.made
        return self.made  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("made", "reason"), [(RuntimeError("no idea\nat all"), "no idea"), ("a text", "'str' object has no attribute")]
)
def test_a_space_that_fails_is_told_in_one_line(made: object, reason: str) -> None:
    space = Failing(made)
    with pytest.raises(UsageError, match=reason) as caught:
        draw_candidate(space, space.sample(np.random.default_rng(0)))
    assert len(str(caught.value).splitlines()) == 1

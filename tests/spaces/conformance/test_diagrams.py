"""Catches: a diagram of another kind, one that cannot be drawn, or that is not a function of the candidate."""

from collections.abc import Callable
from typing import Any

import pytest

from spaces import Arrow, Diagram, GraphPart, TextPart, Vertex
from spaces.conformance import diagrams
from spaces.conformance.case import NotApplicable, SpaceCase
from tests.drawn_bits import DrawnBits
from tests.toy import Bits, BitStrings


class Unlike(DrawnBits):
    def diagram(self, candidate: Bits) -> Any:
        return "a text"


class Cyclic(DrawnBits):
    def diagram(self, candidate: Bits) -> Diagram:
        return Diagram("d", (GraphPart("g", "g", (Vertex("a"),), (Arrow("a", "a"),)),))


class Unwritten(DrawnBits):
    def diagram(self, candidate: Bits) -> Diagram:
        return Diagram("d", (TextPart("t", 3),))  # type: ignore[arg-type]


class Counting(DrawnBits):
    made = 0

    def diagram(self, candidate: Bits) -> Diagram:
        type(self).made += 1
        return Diagram(f"d{self.made}", ())


FAULTS = [
    (Unlike, "diagram gives a str, no spaces.Diagram"),
    (Cyclic, "has a cycle"),
    (Unwritten, "int"),
    (Counting, "it has two different diagrams"),
]


@pytest.mark.parametrize(("space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_diagram_is_noticed(complaint: Callable[..., str], space: type, words: str) -> None:
    assert words in complaint(diagrams.diagram_of_a_candidate, space())


def test_some_are_drawn_and_a_space_without_any_is_let_be() -> None:
    assert diagrams.diagram_of_a_candidate(SpaceCase(DrawnBits(), DrawnBits(), members=3)) == "3 drawn"
    assert diagrams.diagram_of_a_candidate(SpaceCase(DrawnBits(), DrawnBits(), members=30)) == "10 drawn"
    with pytest.raises(NotApplicable, match="no diagrams"):
        diagrams.diagram_of_a_candidate(SpaceCase(BitStrings(), BitStrings()))

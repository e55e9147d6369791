"""Catches: a request that the engine cannot score, lines that it cannot print, weights that a log has no values for."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fitness import EvalContext, Fitness, Reference, ReferenceMember, ReferenceRequest, Score
from fitness.conformance.case import Case
from fitness.conformance.references import a_reference_is_used_as_stated
from fitness.consensus.fitness import ConsensusFitness
from tests.tiny_fitness import Brightness

MakeCase = Callable[..., Case]
SIZE = ReferenceMember("size", "params")


class Asks(Fitness):
    """Keeps the contract as it stands; each fault is a value in its place."""

    asked: Any = ReferenceRequest((SIZE,))
    lines: Any = ("one line",)
    weights: Any = None

    def reference_request(self, space: Any) -> Any:
        return self.asked

    def take_reference(self, reference: Reference) -> None:
        self.taken = reference

    def reference_lines(self) -> Any:
        return self.lines

    def final_weights(self) -> Any:
        return self.weights or {}

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        return Score(float(candidate), metrics={"size": float(candidate)})


def asking(**attributes: Any) -> type[Asks]:
    return type("Asking", (Asks,), attributes)


@pytest.mark.parametrize(
    ("fault", "complaint_of_it"),
    [
        ({"asked": ("params",)}, r"reference_request\(\) gives \('params',\); None or a ReferenceRequest"),
        ({"asked": ReferenceRequest(())}, "names no member"),
        ({"asked": ReferenceRequest((SIZE, ReferenceMember("size", "macs")))}, "several members called size"),
        ({"lines": "one line"}, "gives 'one line'; a text of one line each"),
        ({"lines": ["one\nand another"]}, "a text of one line each"),
        ({"lines": [1]}, "a text of one line each"),
        ({"weights": {"macs": 1.0}}, r"final_weights\(\) has macs, which the reference does not"),
        ({"weights": {"size": -1.0}}, "numbers above 0"),
        ({"weights": {"size": 0.0}}, "numbers above 0"),
        (
            {
                "asked": ReferenceRequest((SIZE, ReferenceMember("other", "macs"))),
                "weights": {"size": 1.0, "other": 1.0},
            },
            "has other, which is in no row's metrics",
        ),
    ],
)
def test_a_fault_is_complained_about(
    fault: dict[str, Any], complaint_of_it: str, complaint: Callable[..., str]
) -> None:
    assert re.search(complaint_of_it, complaint(a_reference_is_used_as_stated, asking(**fault)))


def test_what_is_sound_passes(make_case: MakeCase) -> None:
    said = a_reference_is_used_as_stated(make_case(asking(weights={"size": 2.0})))
    assert said == "9 candidates, 1 members; the best is chosen by size 2"
    assert a_reference_is_used_as_stated(make_case(Asks)).endswith("the best is chosen by the fitness alone")
    assert a_reference_is_used_as_stated(make_case(Brightness)) == "it asks for none"


def test_a_consensus_passes(make_case: MakeCase) -> None:
    said = a_reference_is_used_as_stated(make_case(lambda: ConsensusFitness(members="random,params")))
    assert said.endswith("the best is chosen by random 1, params 0")

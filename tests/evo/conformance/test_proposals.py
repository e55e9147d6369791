"""Catches: proposals of another space, parents that nobody was told of, proposals that a resumed run would not make."""

from typing import Any

import pytest

from evo.conformance import proposals
from evo.records.trial import Proposal
from tasks.conformance.outcomes import Doubtful, Nonconformance
from tests.evo.conformance.strategies import Deaf, Global, Looking, Secret, Sound, asking, case_of

NOTHING = asking(lambda self, p: None)
FOREIGN = asking(lambda self, p: Proposal((2,) * 10))
UNEQUAL = asking(lambda self, p: Proposal(list(p.candidate)))
UNTOLD = asking(lambda self, p: Proposal(p.candidate, 0))
NEGATIVE = asking(lambda self, p: Proposal(p.candidate, -1))
NAN = asking(lambda self, p: Proposal(p.candidate, None, float("nan")))


@pytest.mark.parametrize(
    ("check", "kind", "words"),
    [
        (proposals.proposals_are_of_the_space, NOTHING, "proposes nothing"),
        (proposals.proposals_are_of_the_space, FOREIGN, "for trial 0, 2222222222"),
        (proposals.proposals_are_of_the_space, UNEQUAL, "its text leads to another candidate"),
        (proposals.parents_were_told_before, UNTOLD, "has the parent 0, and 0 trials"),
        (proposals.parents_were_told_before, NEGATIVE, "has the parent -1"),
        (proposals.thresholds_are_numbers, NAN, "a threshold is nan"),
        (proposals.equal_searches_propose_equally, Secret, "proposes others at look-ahead 1"),
        (proposals.global_randomness_has_no_say, Looking, "after seeding the global generators"),
        (proposals.global_randomness_is_left_alone, Global, "generator of random was used"),
    ],
)
def test_a_fault_is_told(check: Any, kind: type[Sound], words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        check(case_of(kind))


def test_who_does_not_listen_to_the_seed_is_to_think_about() -> None:
    with pytest.raises(Doubtful, match="three seeds propose the same"):
        proposals.another_seed_proposes_others(case_of(Deaf))

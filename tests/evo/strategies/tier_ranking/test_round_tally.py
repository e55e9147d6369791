"""Catches: a search without any guidance that reads like one with it."""

from evo.strategies.tier_ranking.round_tally import RoundTally
from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.tier_statistics import TierStatistics
from evo.strategies.tier_ranking.traits import Trait
from spaces.operation_costs import Place

RULE = GuidanceRule(dict.fromkeys(Trait, 0.5))


def told(*rounds: tuple[set[Trait], float], rule: GuidanceRule = RULE, place: Place = Place.EDGE) -> list[str]:
    tally = RoundTally(rule)
    for guiding, distance in rounds:
        distances = {Trait.PARAMS: distance, Trait.MACS: 0.25, Trait.OPERATIONS: 0.0}
        tally.add(TierStatistics({}, distances, frozenset(guiding), place))
    return tally.lines()


def test_the_share_of_guided_rounds_is_said_and_by_what() -> None:
    rounds = (({Trait.PARAMS, Trait.MACS}, 0.7), ({Trait.PARAMS}, 0.6), (set[Trait](), 0.1), ({Trait.PARAMS}, 0.5))
    assert told(*rounds) == ["guidance: 3 of 4 rounds guided (75%; by parameters 3, MACs 1, operations 0)"]


def test_none_guided_is_a_failure_with_how_far_it_was() -> None:
    assert told((set(), 0.1), (set(), 0.4)) == [
        "guidance FAILED: tier statistics guided none of 2 rounds; the best tier differs too little from the low ones, "
        "or holds too few (greatest divergence: parameters 0.4 of 0.5, MACs 0.25 of 0.5, operations 0 of 0.5)"
    ]


def test_what_is_compared_of_operations_on_vertices_is_their_number() -> None:
    rounds = (({Trait.OPERATIONS}, 0.7), (set[Trait](), 0.1))
    said = "guidance: 1 of 2 rounds guided (50%; by parameters 0, MACs 0, vertices 1)"
    assert told(*rounds, place=Place.VERTEX) == [said]


def test_no_round_and_no_guidance_asked_for_are_said() -> None:
    assert told() == ["guidance: no round yet, all trials are random"]
    assert told((set(), 0.9), rule=GuidanceRule(uniform=True)) == ["guidance: switched off (force_uniform) in 1 round"]

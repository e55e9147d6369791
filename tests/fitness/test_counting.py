"""Catches: a size of another network, a number that depends on the candidate."""

from collections.abc import Callable

from fitness import FITNESSES, EvalContext
from fitness.counting import RandomFitness, SizeFitness
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]


def test_parameters_and_multiply_adds_of_a_tiny_network(make_context: MakeContext) -> None:
    # widths 3 -> 2 -> 2 -> 4 and ten outputs, 16 x 16 pixels halved twice
    weights = (3 * 2 * 9, 2 * 2 * 9, 2 * 4 * 9, 4 * 10)
    assert SizeFitness(of="params")(2, make_context()).value == sum(weights) + 2 + 2 + 4 + 10
    macs = weights[0] * 256 + weights[1] * 64 + weights[2] * 16 + weights[3]
    assert SizeFitness(of="macs")(2, make_context()).value == macs


def test_chance_is_a_function_of_the_candidates_generator_alone(make_context: MakeContext) -> None:
    first, second = (RandomFitness()(width, make_context(seed=4)).value for width in (1, 9))
    assert first == second != RandomFitness()(1, make_context(seed=5)).value
    assert 0 <= first < 1


def test_a_space_without_networks_has_no_size() -> None:
    refusal = FITNESSES.build("params", {}).accepts(BitStrings())
    assert refusal is not None
    assert "params" in refusal

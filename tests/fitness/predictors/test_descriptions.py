"""Catches: a word of another vertex or counted wrongly, costs of another operation or place, a space without costs that
is asked for them."""

from math import log

import pytest

from fitness.predictors.descriptions import describe, is_word
from spaces import CellCosts, Complexity, InputSpec, OperationCosts, OperationGraph, Place
from tests.toy import Bits, ChainedBitStrings


class CostedBits(ChainedBitStrings):
    """Two cells of two vertices each, ``add`` and ``conv``; the first bit is the parameters of the second cell's."""

    def operation_costs(self, candidate: Bits, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        graph = OperationGraph(2, 2, ((0, 1),), Place.VERTEX, ("add", "conv"), (1, 2))
        cells = (CellCosts(0, (0, 3), (0, 20)), CellCosts(0, (0, candidate[0]), (0, 5)))
        return OperationCosts((graph,), cells, Complexity(num_outputs, input_spec.size))


def test_words_are_counted_and_tell_a_vertex_with_its_edges() -> None:
    (short, long) = (describe(ChainedBitStrings(length=length), ["1" * length], reach=0)[0] for length in (2, 3))
    assert short == {"word 0 is 1/0/1": 1, "word 1 is 1/1/0": 1}
    assert long == {"word 0 is 1/0/1": 1, "word 1 is 1/1/1": 1, "word 2 is 1/1/0": 1}
    assert all(map(is_word, short))


def test_words_reach_as_far_as_asked_for() -> None:
    one, other = describe(ChainedBitStrings(length=4), ["0000", "0001"], reach=1)
    assert len(one) == 8  # of each vertex alone, and with its neighbours
    assert len(one.keys() & other.keys()) == 3 + 2  # the last vertex differs, which the one before it sees
    one, other = describe(ChainedBitStrings(length=4), ["0000", "0001"], reach=2)
    assert len(one.keys() & other.keys()) == 3 + 2 + 1


def test_costs_are_logarithms_of_the_sums_over_cells() -> None:
    one, other = describe(CostedBits(length=2), ["10", "00"], reach=0)
    costs = {name: value for name, value in one.items() if not is_word(name)}
    assert costs == pytest.approx(
        {
            "params": log(1 + 10 + 3 + 1),
            "macs": log(1 + 32 + 20 + 5),
            "params of add": 0,
            "params of conv": log(1 + 3 + 1),
            "params at 0/0": 0,
            "params at 0/1": log(1 + 3 + 1),
            "macs of add": 0,
            "macs of conv": log(1 + 20 + 5),
            "macs at 0/0": 0,
            "macs at 0/1": log(1 + 20 + 5),
        }
    )
    assert other["params of conv"] == pytest.approx(log(1 + 3))


def test_a_text_that_is_no_candidate_is_refused() -> None:
    with pytest.raises(ValueError, match="characters of 0 and 1"):
        describe(ChainedBitStrings(length=2), ["10", "2"], reach=0)

"""Catches: a draw outside of limits, a mutant that is its parent, a parent that ends a search for want of neighbours
within, draws without end, an ability of the space that gets lost, a candidate outside that is read from a text of its
space or from a published form."""

import copy
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.constraints.constraint import constraints_of
from evo.constraints.narrowed_space import STEP, NarrowedSpace, narrowed
from evo.constraints.size_limits import MOST_TRIES, Refused, SizeLimits
from evo.engine.asked_sizes import without_images
from evo.records.failures import OutsideConstraintsError
from spaces import (
    SPACES,
    CostedSpace,
    GraphSpace,
    KeyedSpace,
    NetworkSpace,
    PreparedSpace,
    PublishedSpace,
    SearchSpace,
    candidate_key,
    read_candidate,
)
from tasks import derive_rng
from tests.costed_bits import NetworkBits
from tests.toy import Bits, CountedBitStrings, MirroredBitStrings


def narrow(*texts: str, space: Any = None) -> tuple[SearchSpace[Any], Refused]:
    """Return bit strings within bounds: 7 parameters and 10 for each 1."""
    space = space or NetworkBits()
    count = without_images(NetworkBits(length=space._length))
    refused = Refused(SizeLimits(constraints_of(texts), count))
    return narrowed(space, refused), refused


def ones(candidate: Bits) -> int:
    return sum(candidate)


def test_what_is_drawn_is_within_and_the_rest_is_counted() -> None:
    space, refused = narrow("params<=27")
    rng, whole = derive_rng(0), derive_rng(0)
    drawn = [space.sample(rng) for _ in range(20)]
    assert all(ones(one) <= 2 for one in drawn)
    every = [NetworkBits().sample(whole) for _ in range(20 + refused.count)]
    assert [one for one in every if ones(one) <= 2] == drawn  # those of the space that are within, and no others


def test_a_mutant_is_a_neighbour_within() -> None:
    space, refused = narrow("params<=27")
    parent = (1, 1, *(0,) * 8)
    mutants = {space.mutate(parent, derive_rng(0, number)) for number in range(40)}
    assert mutants == {(0, 1, *(0,) * 8), (1, 0, *(0,) * 8)}
    assert refused.count > 40


def test_a_parent_without_a_neighbour_within_has_a_mutant_further_off() -> None:
    space, refused = narrow("params>=27", "params<=27")
    parent = (1, 1, *(0,) * 8)
    mutant = space.mutate(parent, derive_rng(0))
    assert ones(mutant) == 2
    assert mutant != parent
    assert refused.count >= STEP


def test_a_mutant_never_has_the_key_of_its_parent() -> None:
    whole = MirroredBitStrings(length=4)
    space, _ = narrow("params>=27", "params<=27", space=whole)
    for number in range(20):
        mutant = space.mutate((1, 1, 0, 0), derive_rng(number))
        assert candidate_key(whole, mutant) != candidate_key(whole, (1, 1, 0, 0))


@pytest.mark.parametrize("draw", ["sample", "mutate"])
def test_where_nothing_is_within_a_draw_ends(draw: str) -> None:
    space, refused = narrow("params<7")
    rng = derive_rng(0)
    drawn = space.sample if draw == "sample" else partial(space.mutate, (0,) * 10)
    with pytest.raises(OutsideConstraintsError, match="the nearest size seen is "):
        drawn(rng)
    assert refused.count == MOST_TRIES


def test_a_text_of_a_candidate_outside_is_refused_and_not_counted() -> None:
    space, refused = narrow("params<=27")
    assert space.decode("0000000011") == (*(0,) * 8, 1, 1)
    with pytest.raises(ValueError, match=r"'0000000111' is outside params<=27: 37 params, 3,070 macs"):
        space.decode("0000000111")
    with pytest.raises(ValueError, match="characters of 0 and 1"):
        space.decode("01")
    assert refused.count == 0


def test_a_published_form_of_a_candidate_outside_is_refused_in_the_same_words() -> None:
    whole = SPACES.build("darts", {})
    limits = SizeLimits(constraints_of(["params<1000"]), without_images(whole))
    space = narrowed(whole, Refused(limits))
    for text in ("DARTS_V2", whole.encode(read_candidate(whole, "DARTS_V2"))):
        with pytest.raises(ValueError, match=r"is outside params<1000: [\d,]+ params, [\d,]+ macs$"):
            read_candidate(space, text)
    with pytest.raises(ValueError, match="unknown published cell 'nonsense'"):
        read_candidate(space, "nonsense")
    wide = narrowed(whole, Refused(SizeLimits(constraints_of(["params>1"]), without_images(whole))))
    assert read_candidate(wide, "DARTS_V2") == read_candidate(whole, "DARTS_V2")


def test_it_has_the_abilities_of_its_space_and_no_others(tmp_path: Path) -> None:
    bits: Any = narrow("params<=27")[0]
    assert isinstance(bits, NetworkBits)
    assert all(isinstance(bits, ability) for ability in (NetworkSpace, CostedSpace, GraphSpace))
    assert not any(isinstance(bits, ability) for ability in (KeyedSpace, PreparedSpace, PublishedSpace))
    assert bits.to_graph((1,) * 10).number_of_nodes() == 10
    mirrored: Any = narrow("params<=27", space=MirroredBitStrings())[0]
    assert candidate_key(mirrored, (1, *(0,) * 9)) == "0000000001"
    counted: Any = narrow("params<=27", space=CountedBitStrings())[0]
    counted.prepare(tmp_path)
    assert (tmp_path / "prepared.txt").read_text() == "once\n"
    with pytest.raises(AttributeError):
        mirrored.prepare  # noqa: B018


def test_one_that_is_being_made_has_nothing_of_a_space() -> None:
    bare: Any = NarrowedSpace.__new__(NarrowedSpace)
    assert not hasattr(bare, "key")


def test_a_copy_is_itself() -> None:
    space, _ = narrow("params<=27")
    assert copy.deepcopy([space])[0] is space


def test_a_space_sees_no_limits_in_what_it_does_itself() -> None:
    class Resampling(NetworkBits):
        """Bit strings whose mutants are samples."""

        def mutate(self, candidate: Bits, rng: np.random.Generator) -> Bits:
            return self.sample(rng)

    space, refused = narrow("params<=17", space=Resampling())
    assert ones(space.mutate((0,) * 10, derive_rng(0))) <= 1
    assert refused.count > 0

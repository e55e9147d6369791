"""Catches: bounds that are counted at another size than asked for, a space without networks or without such a size that
is searched all the same, sequences that are counted as images, bounds that nobody is told of."""

from dataclasses import replace
from typing import Any

import pytest

from evo.engine.asked_sizes import constraint_lines, on_images, size_limits, without_images
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from spaces import Complexity, InputSpec, SequenceSpec, count_complexity
from tasks.foundation.errors import UsageError
from tasks.images.noise import NoiseImages
from tests.costed_bits import NetworkBits
from tests.runs import toy_config
from tests.tiny import FragileNetworks, TinyNetworks, TinySequences
from tests.toy import BitStrings

BITS = "tests.costed_bits:NetworkBits"


def config(*constraints: str, space: str = BITS, **size: Any) -> SearchConfig:
    plain = replace(toy_config(), space=resolve_choice("space", space, {}))
    return replace(plain, constraints=constraints, constraint_size=size)


def test_without_bounds_there_are_no_limits() -> None:
    assert size_limits(config(), NetworkBits(), without_images) is None
    assert constraint_lines(config()) == []


def test_candidates_are_counted_as_the_space_builds_them_unless_another_size_is_asked_for() -> None:
    limits = size_limits(config("params<=27"), NetworkBits(), without_images)
    assert limits is not None
    assert limits.size("0000000011") == Complexity(27, 2_070)
    wide = size_limits(config("params<=27", width=3), NetworkBits(), without_images)
    assert wide is not None
    assert wide.size("0000000011") == Complexity(67, 6_070)
    assert not wide.admits("0000000001")


def test_what_is_asked_for_is_said_in_a_line() -> None:
    (line,) = constraint_lines(config("macs<=9", "params<5", width=3))
    assert line == "constraints: macs<=9, params<5 at space.width=3; what is outside is not tried"
    (plain,) = constraint_lines(config("params<5"))
    assert plain == "constraints: params<5; what is outside is not tried"


def test_a_space_without_networks_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^--constraint params<5: space 'tests.toy:BitStrings' builds no networks"):
        size_limits(config("params<5", space="tests.toy:BitStrings"), BitStrings(), without_images)


def test_a_size_at_which_nothing_can_be_built_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^--constraint-size space.length=12: none of 20 candidates"):
        size_limits(config("params<500", length=12), NetworkBits(), without_images)


def test_networks_are_counted_for_the_images_of_a_search() -> None:
    images = NoiseImages(size=16)
    found = on_images(images)(TinyNetworks())("3")
    assert found == count_complexity(TinyNetworks(), 3, InputSpec(3, 16), 10)


def test_without_images_networks_are_counted_as_for_cifar_and_sequences_as_sequences() -> None:
    assert without_images(TinyNetworks())("3") == count_complexity(TinyNetworks(), 3, InputSpec(), 10)
    sequences = TinySequences()
    assert without_images(sequences)("3") == count_complexity(sequences, 3, SequenceSpec(), 64)


def test_what_cannot_be_built_or_read_has_no_size() -> None:
    assert without_images(FragileNetworks())("9") is None
    assert without_images(FragileNetworks())("x") is None
    assert without_images(BitStrings())("1111111111") is None

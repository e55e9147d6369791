"""Catches: parameters of other networks than the candidates', or none where networks can be counted."""

import pytest

from evo.ranking.counting import parameters
from spaces import SPACES, InputSpec, count_complexity
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings


@pytest.mark.parametrize("space", [TinyNetworks(), SPACES.build("nasbench201", {"cells_per_stage": 1})])
def test_they_are_those_of_the_networks(space: object) -> None:
    texts = ["3", "9"] if isinstance(space, TinyNetworks) else [CELL, CELL.replace("none~1", "nor_conv_3x3~1")]
    found = parameters(space, texts)
    built = [count_complexity(space, space.decode(text), InputSpec(), 10).params for text in texts]  # type: ignore[attr-defined,arg-type]
    assert found is not None
    assert found.tolist() == built


CELL = "|nor_conv_3x3~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|"


def test_networks_of_sequences_count_and_what_builds_none_does_not() -> None:
    counted = parameters(TinySequences(), ["3", "4"])
    assert counted is not None
    assert 0 < counted[0] < counted[1]
    assert parameters(BitStrings(), ["0" * 10]) is None

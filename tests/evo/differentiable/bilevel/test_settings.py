"""Catches: a rate that does not fall as the cosine does, or ends elsewhere; numbers out of range that pass."""

import math
from typing import Any

import pytest

from evo.differentiable.bilevel.settings import GradientSettings


def test_the_rate_falls_along_half_a_cosine() -> None:
    settings = GradientSettings(epochs=4, learning_rate=1.0, least_rate=0.2)
    half = 0.4 * math.sqrt(0.5)
    assert [settings.rate(epoch) for epoch in range(4)] == pytest.approx([1.0, 0.6 + half, 0.6, 0.6 - half])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "epochs=0"),
        ({"batch": 1}, "batch=1"),
        ({"learning_rate": math.nan}, "learning_rate=nan"),
        ({"architecture_rate": math.inf}, "architecture_rate=inf"),
        ({"momentum": 1.0}, "momentum=1.0"),
        ({"architecture_beta2": -0.1}, "architecture_beta2=-0.1"),
        ({"architecture_every": 0}, "architecture_every=0"),
        ({"architecture_from": 15, "epochs": 15}, "architecture_from=15: architecture parameters would never be"),
        ({"pictures": 100}, "pictures=100"),
        ({"held_out": 32}, "held_out=32"),
        ({"order": 0}, "order=0"),
        ({"micro_batches": 0}, "micro_batches=0"),
        ({"batch": 12, "micro_batches": 5}, "micro_batches=5: must divide batch=12 .* take 1, 2, 3, 4, 6"),
        ({"batch": 12, "micro_batches": 12}, "micro_batches=12: must divide batch=12 into at least 2 images"),
        ({"stop_ratio": 1.3}, "stop_ratio=1.3: needs eigenvalues"),
        ({"decay_factor": 3.0}, "decay_factor=3.0: must be above 1 and needs stop_ratio"),
        ({"decay_factor": 1.0, "stop_ratio": 1.3, "eigenvalue_every": 2}, "decay_factor=1.0"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        GradientSettings(**options)
    assert "\n" not in str(caught.value)

"""Catches: a part that is not measured, a fit that is never asked for."""

from tests.benchmarks.ranking_cost import costs
from tests.costed_bits import CostedBits

PREDICTOR = "tests.tiny_predictor:MeanByToken"


def test_every_part_has_its_seconds_and_memory() -> None:
    texts = [f"{number:06b}" for number in range(40)]
    found = costs(CostedBits(length=6), texts, [float(text.count("1")) for text in texts], PREDICTOR)
    assert found.title == f"{PREDICTOR}, 40 candidates"
    assert [row[0] for row in found.rows] == ["fit", "restoring it", "predictions", "a round"]
    assert all(float(seconds) >= 0 and float(memory) >= 0 for _, seconds, memory in found.rows)

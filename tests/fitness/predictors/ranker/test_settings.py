"""Catches: published sizes that are not those published."""

import pytest

from fitness.predictors.ranker.settings import PUBLISHED_101, PUBLISHED_201, SMALL, settings_of
from spaces.operation_costs import Place


def test_published_sizes_belong_to_vertices_and_edges() -> None:
    assert settings_of("published", Place.VERTEX) is PUBLISHED_101
    assert settings_of("published", Place.EDGE) is PUBLISHED_201
    assert settings_of("small", Place.EDGE) is settings_of("small", Place.VERTEX) is SMALL


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        (PUBLISHED_101, (256, 64, 1024, 2048, 2048, 9, 0.1, 50, 0.982, 5e-4, 256, 35)),
        (PUBLISHED_201, (128, 32, 512, 1024, 256, 1, 0.07, 30, 0.99, 1e-2, 128, 55)),
    ],
)
def test_published_numbers(settings: object, sizes: tuple[float, ...]) -> None:
    s = settings_of("published", Place.VERTEX if settings is PUBLISHED_101 else Place.EDGE)
    assert (s.shape.width, s.shape.head_width, s.shape.hidden, s.score_hidden, s.tier_hidden) == sizes[:5]
    assert (s.rank_weight, s.multiplier, s.warm_up, s.beta2, s.decay, s.batch, s.epochs) == sizes[5:]
    assert (s.shape.heads, s.shape.dropout, s.encoder_layers, s.decoder_layers, s.distinct) == (4, 0.1, 6, 6, False)

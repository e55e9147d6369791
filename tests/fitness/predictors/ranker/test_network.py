"""Catches: a layer too many or too few, a head that reads something else, a logit that is not scaled."""

from dataclasses import replace

import pytest
import torch

from fitness.predictors.ranker.attention import LayerShape
from fitness.predictors.ranker.network import RankerNetwork
from fitness.predictors.ranker.settings import PUBLISHED_101, PUBLISHED_201, RankerSettings

TINY = replace(
    PUBLISHED_201,
    shape=LayerShape(width=4, heads=2, head_width=3, hidden=7, dropout=0.1),
    encoder_layers=2,
    decoder_layers=1,
    score_hidden=6,
    tier_hidden=9,
)


def by_hand(settings: RankerSettings, tokens: int, inputs: int) -> int:
    """Count the parameters."""
    width, inner = settings.shape.width, settings.shape.heads * settings.shape.head_width
    attention = 4 * width * inner + 2 * width
    forth = 2 * width * settings.shape.hidden + settings.shape.hidden + width + 2 * width
    placed = [size * width + width + 2 * width for size in (inputs, width)]
    encoder = placed[0] + settings.encoder_layers * (attention + forth)
    decoder = placed[1] + settings.decoder_layers * (2 * attention + forth)
    score = tokens * width * settings.score_hidden + settings.score_hidden + settings.score_hidden + 1
    tiers = tokens * width * settings.tier_hidden + 5 * settings.tier_hidden + 5
    return encoder + decoder + score + tiers


@pytest.mark.parametrize(
    ("settings", "tokens", "inputs", "count"),
    [(TINY, 3, 5, None), (PUBLISHED_201, 31, 16, 7_869_446), (PUBLISHED_101, 19, 49, 31_057_670)],
)
def test_parameters(settings: RankerSettings, tokens: int, inputs: int, count: int | None) -> None:
    with torch.device("meta"):
        network = RankerNetwork(settings, tokens, inputs)
    found = sum(parameter.numel() for parameter in network.parameters())
    assert found == by_hand(settings, tokens, inputs) == (count or found)


def test_shapes_and_the_scale_of_logits() -> None:
    network, tokens = RankerNetwork(TINY, 3, 5).eval(), torch.ones(2, 3, 5)
    encoded, tiers = network.encode(tokens), torch.zeros(5, 3, 4)
    assert (encoded.shape, network.scores(encoded).shape) == ((2, 3, 4), (2,))
    logits = network.logits(encoded, tiers)
    assert logits.shape == (2, 5)
    plain = network.tier_head(network.decoder(tiers, encoded).flatten(1))
    assert torch.allclose(logits, plain / 2)  # the root of four
    assert torch.allclose(network.scores(encoded), network.score_head(encoded.flatten(1))[:, 0])


def test_matrices_are_drawn_evenly_within_their_bound() -> None:
    torch.manual_seed(0)
    weight = RankerNetwork(TINY, 3, 5).score_head[0].weight
    bound = (6 / (12 + 6)) ** 0.5
    assert 0.9 * bound < float(weight.detach().abs().max()) <= bound

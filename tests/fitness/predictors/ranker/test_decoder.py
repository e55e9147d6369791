"""Catches: tiers that read each other, or other members; keys that are not those of the candidate."""

import torch

from fitness.predictors.ranker.attention import LayerShape
from fitness.predictors.ranker.decoder import Decoder, DecoderLayer

SHAPE = LayerShape(width=8, heads=2, head_width=4, hidden=16, dropout=0.1)


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def test_a_layer_is_attention_to_itself_to_the_candidate_and_forth() -> None:
    layer, tiers, encoded = DecoderLayer(SHAPE).eval(), drawn(1, 5, 3, 8), drawn(2, 3, 8)
    found = layer(tiers, encoded)
    assert found.shape == (2, 5, 3, 8)
    for member in range(2):
        for tier in range(5):  # one at a time
            own = layer.itself(tiers[:, tier], tiers[:, tier])
            alone = layer.forth(layer.candidate(own, encoded[member : member + 1]))
            assert torch.allclose(found[member, tier], alone[0], atol=1e-5)
    assert torch.allclose(layer(tiers.expand(2, -1, -1, -1), encoded), found, atol=1e-5)


def test_what_tiers_have_read_is_added_up() -> None:
    decoder, tiers, encoded = Decoder(3, 2, SHAPE).eval(), drawn(5, 3, 8), drawn(2, 3, 8)
    apart = [decoder(tiers[tier : tier + 1], encoded) for tier in range(5)]
    found = decoder(tiers, encoded)
    assert found.shape == (2, 3, 8)
    assert torch.allclose(found, sum(apart, torch.zeros(())), atol=1e-4)

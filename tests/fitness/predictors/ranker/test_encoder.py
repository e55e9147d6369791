"""Catches: an encoder that reads other members of its batch, or not all tokens."""

import torch

from fitness.predictors.ranker.attention import LayerShape
from fitness.predictors.ranker.encoder import Encoder

SHAPE = LayerShape(width=8, heads=2, head_width=4, hidden=16, dropout=0.1)


def test_members_are_encoded_alone_and_tokens_together() -> None:
    encoder = Encoder(3, 5, 2, SHAPE).eval()
    tokens = torch.randn(4, 5, 3, generator=torch.Generator().manual_seed(0))
    encoded = encoder(tokens)
    assert encoded.shape == (4, 5, 8)
    assert torch.allclose(encoder(tokens[1:2]), encoded[1:2], atol=1e-6)
    changed = tokens.clone()
    changed[0, 4] += 1
    differs = (encoder(changed) - encoded).abs().amax(2) > 1e-4
    assert differs.tolist() == [[True] * 5, *[[False] * 5] * 3]
    assert len(encoder) == 3  # placed, and two layers

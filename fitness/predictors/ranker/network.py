"""The ranker's network: an encoder, a score, and tiers that are held against the encoding.

Letters: B batch, S tokens, F numbers of a token as it is read, D as it is encoded, T tiers.
"""

from torch import Tensor, nn

from fitness.predictors.ranker.decoder import Decoder
from fitness.predictors.ranker.encoder import Encoder
from fitness.predictors.ranker.settings import RankerSettings
from fitness.predictors.tiers import TIERS


class RankerNetwork(nn.Module):
    """All weights, freshly drawn (matrices by Glorot and Bengio's uniform rule)."""

    def __init__(self, settings: RankerSettings, tokens: int, inputs: int) -> None:
        """Take S = ``tokens`` and F = ``inputs``."""
        super().__init__()
        shape = settings.shape
        self.encoder = Encoder(inputs, tokens, settings.encoder_layers, shape)
        self.decoder = Decoder(tokens, settings.decoder_layers, shape)
        self.score_head = _head(tokens * shape.width, settings.score_hidden, 1, bias=True)
        self.tier_head = _head(tokens * shape.width, settings.tier_hidden, TIERS, bias=False)
        self._tier_factor = shape.width**-0.5
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def encode(self, tokens: Tensor) -> Tensor:
        """Map [B, S, F] to [B, S, D]."""
        encoded: Tensor = self.encoder(tokens)
        return encoded

    def scores(self, encoded: Tensor) -> Tensor:
        """Return the score [B] of each encoding [B, S, D]."""
        scores: Tensor = self.score_head(encoded.flatten(1)).squeeze(1)
        return scores

    def logits(self, encoded: Tensor, tiers: Tensor) -> Tensor:
        """Return the logits [B, T] of encodings [B, S, D] held against those of the tiers [T, S, D]."""
        logits: Tensor = self.tier_head(self.decoder(tiers, encoded).flatten(1)) * self._tier_factor
        return logits


def _head(inputs: int, hidden: int, outputs: int, *, bias: bool) -> nn.Sequential:
    """Return two linear layers with a ReLU between; bias: of the first."""
    return nn.Sequential(nn.Linear(inputs, hidden, bias=bias), nn.ReLU(), nn.Linear(hidden, outputs))

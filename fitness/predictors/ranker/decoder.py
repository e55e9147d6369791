"""How tiers are held against candidates: the mean encodings of a tier read a candidate's.

Letters: B batch, T tiers, S tokens, D numbers of a token.
"""

from torch import Tensor, nn

from fitness.predictors.ranker.attention import Attention, FeedForward, LayerShape, Placed


class DecoderLayer(nn.Module):
    """A tier reads itself, then a candidate."""

    def __init__(self, shape: LayerShape) -> None:
        """Make the three parts."""
        super().__init__()
        self.itself = Attention(shape)
        self.candidate = Attention(shape)
        self.forth = FeedForward(shape)

    def forward(self, tiers: Tensor, encoded: Tensor) -> Tensor:
        """Map tiers [B or 1, T, S, D] and candidates [B, S, D] to [B, T, S, D]."""
        apart = tiers.flatten(0, 1)
        own: Tensor = self.itself(apart, apart).reshape(tiers.shape)
        queries = own.expand(len(encoded), -1, -1, -1).flatten(1, 2)  # the keys of a candidate are made once
        read: Tensor = self.forth(self.candidate(queries, encoded))
        return read.reshape(len(encoded), *tiers.shape[1:])


class Decoder(nn.Module):
    """Layers with the same weights for all tiers; what tiers have read is added up."""

    def __init__(self, tokens: int, layers: int, shape: LayerShape) -> None:
        """Make the layers."""
        super().__init__()
        self.placed = Placed(shape.width, tokens, shape)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(layers))

    def forward(self, tiers: Tensor, encoded: Tensor) -> Tensor:
        """Map tiers [T, S, D] and candidates [B, S, D] to [B, S, D]."""
        read: Tensor = self.placed(tiers)[None]
        for layer in self.layers:
            read = layer(read, encoded)
        return read.sum(1)

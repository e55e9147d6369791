"""What a candidate's tokens say of each other.

Letters: B batch, S tokens, F numbers of a token as it is read, D as it is encoded.
"""

from torch import Tensor, nn

from fitness.predictors.ranker.attention import Attention, FeedForward, LayerShape, Placed


class EncoderLayer(nn.Module):
    """Tokens read each other."""

    def __init__(self, shape: LayerShape) -> None:
        """Make the two parts."""
        super().__init__()
        self.itself = Attention(shape)
        self.forth = FeedForward(shape)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, S, D] to the same shape."""
        mapped: Tensor = self.forth(self.itself(x, x))
        return mapped


class Encoder(nn.Sequential):
    """Maps [B, S, F] to [B, S, D]."""

    def __init__(self, inputs: int, tokens: int, layers: int, shape: LayerShape) -> None:
        """Make the layers."""
        super().__init__(Placed(inputs, tokens, shape), *(EncoderLayer(shape) for _ in range(layers)))

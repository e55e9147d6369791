"""Network expressivity by activation rank (Husistein et al., NEAR, ICLR 2025): how many directions do maps really use?

Letters: B batch, C channels of a layer, N places: positions of all images.
"""

import torch
from torch import Tensor, nn

from fitness.zero_cost.interception import NORMALISING
from fitness.zero_cost.layer_maps import ACTIVATIONS, LayerMaps


def near(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum of the effective ranks of all layers' maps, before and after activation.

    Taken from the published program: maps of convolutions, linear maps, batch normalisations and activations; of a
    map's places as many as it has channels, one after the other from a random one on. Chosen here: that one starts
    anywhere, not only at the first of an image's row. Raises ValueError where there are no layers, or a map is not
    finite.
    """
    maps = LayerMaps(NORMALISING | ACTIVATIONS, _square)
    with maps:
        network(inputs)
    found = maps.matrices()
    if not found:
        raise ValueError("near: the network has no layer with weights and no activation")
    return sum(effective_rank(matrix[: matrix.shape[1]]) for matrix in found)


def effective_rank(matrix: Tensor) -> float:
    """Return exp of the entropy of a matrix's singular values, which are made to sum to 1; 0 for a matrix of zeros.

    Raises ValueError where it is not finite.
    """
    if not matrix.isfinite().all():
        raise ValueError("near: a layer's map is not finite")
    values = torch.linalg.svdvals(matrix.double())
    total = values.sum()
    if total == 0:
        return 0.0
    shares = values / total
    return float(torch.exp(-torch.xlogy(shares, shares).sum()))


def _square(matrix: Tensor) -> Tensor:
    """Return C rows of [N, C] that follow each other, from a random one on, or all where there are fewer."""
    places, channels = matrix.shape
    first = int(torch.randint(max(1, places - channels + 1), ()))
    return matrix[first : first + channels].clone()

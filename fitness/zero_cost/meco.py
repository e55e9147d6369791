"""Minimum eigenvalue of correlation (Jiang et al., MeCo, NeurIPS 2023): do a layer's channels show different things?

Letters: B batch, C channels of a layer, N places: positions of all images.
"""

import torch
from torch import Tensor, nn

from fitness.zero_cost.interception import RELUS
from fitness.zero_cost.layer_maps import LayerMaps


def meco(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum over layers of the smallest eigenvalue of the correlations [C, C] of a map's channels.

    Taken from the published program: a correlation with a channel that does not vary counts as 0. Chosen here: maps of
    convolutions, linear maps and ReLUs, each once, where the program counts every module's output, of modules that hold
    others too; and the positions of a few images of the run, where it reads one of noise, twice as wide and high. A
    layer with more channels than there are positions adds 0. Raises ValueError where there are no layers, or a map is
    not finite.
    """
    maps = LayerMaps(RELUS, Tensor.clone)
    with maps:
        network(inputs)
    found = [matrix for matrix in maps.matrices() if len(matrix) > 1]
    if not found:
        raise ValueError("meco: the network has no layer with weights whose maps have several positions")
    return sum(smallest_eigenvalue(matrix) for matrix in found)


def smallest_eigenvalue(matrix: Tensor) -> float:
    """Return the smallest eigenvalue of the correlations of the columns of [N, C].

    Raises ValueError where it is not finite.
    """
    if not matrix.isfinite().all():
        raise ValueError("meco: a layer's map is not finite")
    correlations = torch.corrcoef(matrix.double().T).nan_to_num(nan=0.0)
    return float(torch.linalg.eigvalsh(correlations.view(matrix.shape[1], -1))[0])

"""Running statistics of normalisation, where a network has none of its own yet."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from fitness import averaging
from spaces import FeatureNetwork


@torch.no_grad()
def take_statistics(network: FeatureNetwork, batches: Iterable[Tensor]) -> int:
    """Average the statistics of batches [B, 3, S, S] in all batch norms that have seen none; returns how many.

    Norms that have seen batches, such as inherited ones, stay as they are and normalise by what they know. Each batch
    counts as much, whatever a norm's momentum; B has to be the same in all. The network is in evaluation mode
    afterwards.
    """
    network.eval()
    fresh = [module for module in network.modules() if isinstance(module, _BatchNorm) and _is_fresh(module)]
    if not fresh:
        return 0
    with averaging(fresh):
        for images in batches:
            network.forward_features(images)
    return len(fresh)


def _is_fresh(norm: _BatchNorm) -> bool:
    return norm.num_batches_tracked is not None and not int(norm.num_batches_tracked)

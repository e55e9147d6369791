"""Running statistics of normalisation: taken where a network has none of its own yet, or measured anew.

Those that a network inherits are of no use to it: they were of mixtures, or of the many paths of a supernet, and
single-path one-shot search measures them anew for each candidate (Guo et al., 2020, section 3.4). It has to be on
images as they are: measured on shifted ones they can turn the order of candidates round.

Letters: N images, B batch, C channels, S height and width in pixels.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from fitness import averaging
from spaces import FeatureNetwork

MEASURED = 1_000
"""Training images on which the norms of a network with inherited weights are measured anew."""
_BATCH = 250


@torch.no_grad()
def take_statistics(network: FeatureNetwork, batches: Iterable[Tensor]) -> int:
    """Average the statistics of batches [B, C, S, S] in all batch norms that have seen none; returns how many.

    Norms that have seen batches stay as they are and normalise by what they know. Each batch counts as much, whatever a
    norm's momentum; B has to be the same in all. The network is in evaluation mode afterwards.
    """
    network.eval()
    fresh = [norm for norm in _norms(network) if _is_fresh(norm)]
    if fresh:
        _average(network, fresh, batches)
    return len(fresh)


@torch.no_grad()
def measure_statistics(network: FeatureNetwork, images: Tensor) -> int:
    """Replace the statistics of all batch norms by those of images [N, C, S, S]; returns on how many they are.

    The images pass in whole batches, each of at most 250 and as large as the others, which all count as much. The
    network is in evaluation mode afterwards.
    """
    network.eval()
    norms = _norms(network)
    for norm in norms:
        norm.reset_running_stats()
    batches = whole_batches(images)
    _average(network, norms, batches)
    return sum(map(len, batches))


def whole_batches(images: Tensor) -> Sequence[Tensor]:
    """Return equally large batches [B, C, S, S] of at least one image, fewer of images [N, C, S, S] left out than they
    are; B is at most 250.
    """
    count = -(-len(images) // _BATCH)
    size = len(images) // count
    return torch.split(images[: count * size], size)


def _average(network: FeatureNetwork, norms: Sequence[_BatchNorm], batches: Iterable[Tensor]) -> None:
    with averaging(norms):
        for images in batches:
            network.forward_features(images)


def _norms(network: nn.Module) -> list[_BatchNorm]:
    """Return the norms that keep running statistics."""
    return [part for part in network.modules() if isinstance(part, _BatchNorm) and part.num_batches_tracked is not None]


def _is_fresh(norm: _BatchNorm) -> bool:
    assert norm.num_batches_tracked is not None
    return not int(norm.num_batches_tracked)

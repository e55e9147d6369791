"""How many layers a network has: the baseline that Tybl and Neumann (VKDNW, CVPR 2025) hold scores against."""

from torch import Tensor, nn

from fitness.zero_cost.saliency import layers_of


def num_layers(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the number of convolutions, linear layers and products of a recurrent cell whose weights are trained.

    Layers that a module computes as one convolution with one weight count once. A network without any scores 0.
    """
    return float(sum(layers for _, layers in layers_of(network)))

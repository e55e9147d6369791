"""Hidden covariance (Serianni and Kalita, 2023): do the values of a recurrent network's states say different things?

Letters: B batch, L steps, H values of a state, D words there are.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from fitness.zero_cost.correlated_rows import distinctness
from fitness.zero_cost.sentences import BatchFirst
from spaces import FeatureNetwork, WeightedLayer


def hidden_covariance(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return how distinct the H values of the first layer's states are, each over all steps of sentences [B, L, D].

    The formula is that of ``jacob_cov``. Taken from the released program: the correlations are those of values, over
    the steps of all sentences. The paper writes of sentences, which reach half the rank correlation that it states.
    Chosen: 35 steps, not 70, so that a state of 600 values has more of them than ten sentences have steps.
    Raises ValueError where the network is not recurrent, or some value does not vary.
    """
    with torch.no_grad():
        states = first_states(network, inputs)
    score = distinctness(states.flatten(0, 1).T)
    if math.isnan(score):
        raise ValueError("hidden_covariance: some value of the first layer's states does not vary, or is not finite")
    return score


def first_states(network: nn.Module, inputs: Tensor) -> Tensor:
    """Return the states [L, B, H] of the first layer that has states, as the network reads inputs [B, L, D].

    That is the first module of torch's recurrent ones, or of those that multiply by weights of their own, to be called;
    without any, the first stage that the network shows. Raises ValueError where there is neither.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, nn.RNNBase | WeightedLayer)]
    hooks = [layer.register_forward_hook(_see) for layer in layers]
    try:
        network(inputs)
    except _FirstStates as seen:
        return seen.states
    finally:
        for hook in hooks:
            hook.remove()
    if not (isinstance(network, BatchFirst) and isinstance(network.network, FeatureNetwork)):
        raise ValueError("hidden_covariance: the network has no recurrent layer, and shows no stages")
    return network.network.forward_features(inputs.transpose(0, 1))[0]


class _FirstStates(Exception):  # noqa: N818 (no error)
    """The states are there, and what would come after them is not needed."""

    def __init__(self, states: Tensor) -> None:
        super().__init__()
        self.states = states


def _see(layer: nn.Module, given: Any, output: Any) -> None:
    """Stop a pass at what a recurrent layer returns."""
    states = output[0] if isinstance(output, tuple) else output
    raise _FirstStates(states.transpose(0, 1) if isinstance(layer, nn.RNNBase) and layer.batch_first else states)

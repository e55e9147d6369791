"""Catches: states of another layer, of another step or of the output, sentences in place of values, a network that
is not recurrent."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fitness.zero_cost.hidden_covariance import first_states, hidden_covariance
from fitness.zero_cost.sentences import BatchFirst, draw_sentences
from spaces import FeatureInfo, FeatureNetwork, SequenceSpec
from spaces.nasbench_nlp.space import NasBenchNlp
from tasks import derive_rng
from tests.spaces.reference_cells import LSTM
from tests.tiny import TinyRecurrent

SHAPE = SequenceSpec(width=6, length=5)
WORDS = draw_sentences(4, SHAPE, derive_rng(1))[0]
NO_LABELS = torch.zeros(4)


class OfTorch(FeatureNetwork):
    """Two recurrent layers of torch, which read the batch first or the steps first."""

    def __init__(self, *, batch_first: bool = False) -> None:
        super().__init__()
        self.batch_first = batch_first
        self.second = nn.GRU(3, 3)  # registered first, called last
        self.first = nn.LSTM(6, 3, batch_first=batch_first)
        self.feature_info = [FeatureInfo(3, 1)]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        states = self.first(x.transpose(0, 1) if self.batch_first else x)[0]
        return [self.second(states.transpose(0, 1) if self.batch_first else states)[0]]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[0]


def of_numpy(states: np.ndarray) -> float:
    """Return the formula for states [L, B, H]."""
    rows = states.reshape(-1, states.shape[2]).T
    values = np.linalg.eigvalsh(np.corrcoef(rows)) + 1e-5
    return -float(np.sum(np.log(values) + 1 / values))


def test_the_states_of_a_published_cell_are_those_of_its_first_layer() -> None:
    torch.manual_seed(1)
    space = NasBenchNlp(emsize=4, nhid=7, dropout="none")
    network = space.build(space.decode(LSTM), SHAPE, 6).eval()
    with torch.no_grad():
        states = network.layers[0](network.encoder(WORDS.transpose(0, 1)))
    found = first_states(BatchFirst(network), WORDS)
    assert tuple(found.shape) == (5, 4, 7)
    assert torch.equal(found, states)
    score = hidden_covariance(BatchFirst(network), WORDS, NO_LABELS)
    assert score == pytest.approx(of_numpy(states.numpy()), rel=1e-4)
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("batch_first", [False, True])
def test_the_states_of_torchs_layers(batch_first: bool) -> None:
    torch.manual_seed(1)
    network = OfTorch(batch_first=batch_first)
    with torch.no_grad():
        states = network.first(WORDS if batch_first else WORDS.transpose(0, 1))[0]
        found = first_states(BatchFirst(network), WORDS)
    assert torch.equal(found, states.transpose(0, 1) if batch_first else states)


def test_a_network_of_no_known_layers_shows_its_stage() -> None:
    torch.manual_seed(1)
    network = TinyRecurrent(3, replace(SHAPE), 6)
    with torch.no_grad():
        stage = network.forward_features(WORDS.transpose(0, 1))[0]
    assert torch.equal(first_states(BatchFirst(network), WORDS), stage)


def test_what_has_no_states_or_constant_ones_is_an_error() -> None:
    with pytest.raises(ValueError, match="hidden_covariance: the network has no recurrent layer"):
        hidden_covariance(nn.Flatten(), WORDS, NO_LABELS)
    dead = TinyRecurrent(3, SHAPE, 6)
    for parameter in dead.parameters():
        nn.init.zeros_(parameter)
    with pytest.raises(ValueError, match="does not vary"):
        hidden_covariance(BatchFirst(dead), WORDS, NO_LABELS)

"""Catches: signed means, a deviation of samples, weights or layers that do not vary counted, labels mixed up, layers
that share a weight taken for one. Expected values are worked by hand."""

import math

import pytest
import torch
from torch import Tensor, nn

from fitness.zero_cost.zico import steadiness, zico

LABELS = torch.tensor([0, 0, 0, 0])
# Logits are 0, so that each row's gradient is -1/2 or 1/2 times the batch's mean of x: 1 and 3.
X = torch.tensor([[1.0], [1.0], [3.0], [3.0]])


class Zero(nn.Module):
    """A linear map to two logits that is 0, and layers that nothing depends on."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.unused, self.norm = nn.Linear(1, 2, bias=False), nn.Linear(2, 2), nn.BatchNorm1d(2)
        nn.init.zeros_(self.layer.weight)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.layer(x)
        return logits


def test_gradients_of_two_batches_by_hand() -> None:
    # each of two weights: |gradient| 1/2 and 3/2, mean 1, deviation 1/2
    assert zico(Zero(), X, LABELS) == pytest.approx(math.log(2 + 2))


def test_gradients_that_change_their_sign_by_hand() -> None:
    # gradients -1/2 and 3/2: mean of the absolute values 1, deviation 1
    assert zico(Zero(), X, torch.tensor([0, 0, 1, 1])) == pytest.approx(math.log(1 + 1))


def test_layers_add_up_and_what_does_not_vary_is_left_out() -> None:
    one = [torch.tensor([[1.0, 2.0]]), torch.tensor([[4.0]]), torch.tensor([[7.0]])]
    two = [torch.tensor([[3.0, 2.0]]), torch.tensor([[-2.0]]), torch.tensor([[7.0]])]
    layers = [(weight, 1) for weight in one]
    assert steadiness([one, two], layers) == pytest.approx(math.log(2 / 1) + math.log(3 / 3))


def test_more_than_two_batches_by_hand() -> None:
    batches = [[torch.tensor([[value]])] for value in (1.0, 2.0, 6.0)]  # deviation sqrt((4 + 1 + 9) / 3)
    assert steadiness(batches, [(batches[0][0], 1)]) == pytest.approx(math.log(3 / math.sqrt(14 / 3)))


def test_layers_that_share_a_weight_are_taken_apart() -> None:
    batches = [[torch.tensor([[1.0], [1.0]])], [torch.tensor([[3.0], [2.0]])]]
    expected = math.log(2 / 1) + math.log(1.5 / 0.5)
    assert steadiness(batches, [(batches[0][0], 2)]) == pytest.approx(expected)


def test_gradients_that_are_no_numbers_are_no_score() -> None:
    batches = [[torch.tensor([[1.0, math.nan]])], [torch.tensor([[2.0, 3.0]])]]
    assert math.isnan(steadiness(batches, [(batches[0][0], 1)]))


def test_a_network_without_weights_scores_nothing() -> None:
    assert zico(nn.Identity(), torch.rand(4, 2), LABELS) == 0


def test_batches_of_one_image_are_refused() -> None:
    with pytest.raises(ValueError, match="zico: its 2 batches need 2 images each, and there are 3 together"):
        zico(Zero(), X[:3], LABELS[:3])

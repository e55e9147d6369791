"""Catches: a loss that prefers the wrong order, counts a member against itself, or weighs ties otherwise."""

from math import exp, log

import pytest
import torch

from fitness.predictors.ranker.losses import rank_loss, tier_loss


def test_rank_loss_of_three_members() -> None:
    scores, labels = torch.tensor([2.0, 0.0, 1.0]), torch.tensor([90.0, 10.0, 10.0], dtype=torch.float64)
    pairs = [log(1 + exp(-2)), log(1 + exp(-1)), log(2)]  # each there twice; the last one is a tie
    assert float(rank_loss(scores, labels)) == pytest.approx(sum(pairs) / 3)
    wrong = [log(1 + exp(2)), log(1 + exp(1)), log(2)]
    assert float(rank_loss(-scores, labels)) == pytest.approx(sum(wrong) / 3)


def test_rank_loss_pushes_apart_and_stays_finite() -> None:
    scores = torch.tensor([0.0, 0.0], requires_grad=True)
    rank_loss(scores, torch.tensor([1.0, 2.0])).backward()
    assert scores.grad is not None
    assert scores.grad.tolist() == [0.5, -0.5]
    assert float(rank_loss(torch.tensor([1e6, -1e6]), torch.tensor([1.0, 2.0]))) == pytest.approx(2e6)
    assert float(rank_loss(torch.tensor([-1e6, 1e6]), torch.tensor([1.0, 2.0]))) == 0


def test_tier_loss() -> None:
    logits = torch.zeros(2, 5)
    assert float(tier_loss(logits, torch.tensor([0, 4]))) == pytest.approx(log(5))
    logits[:, 0] = log(4)  # probabilities 1/2, and 1/8 of each other
    assert float(tier_loss(logits, torch.tensor([0, 0]))) == pytest.approx(log(2))
    assert float(tier_loss(logits, torch.tensor([0, 3]))) == pytest.approx((log(2) + log(8)) / 2)

"""Catches: norms that judge by other statistics than asked for; fresh ones that remember the training, follow the last
batch, or leave a norm in training mode or with another momentum."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from fitness.training.norm_statistics import PASSES, Statistics, averaging, settle_statistics

Look = Callable[[], object]
BATCHES = [10 * number + torch.arange(4.0).reshape(4, 1, 1, 1) for number in range(PASSES)]
JUDGED = torch.tensor([0.0, 2.0]).reshape(2, 1, 1, 1)


def judged(statistics: Statistics, norm: nn.BatchNorm2d) -> Tensor:
    """Return what a norm makes of values 0 and 2 in evaluation mode."""
    batches = iter(BATCHES)
    with torch.no_grad():
        norm(torch.full((4, 1, 1, 1), 100.0))  # the training
        settle_statistics(statistics, [nn.Sequential(norm)], lambda: norm(next(batches)))
        values: Tensor = norm.eval()(JUDGED).flatten()
    return values


def test_running_statistics_are_those_of_the_training() -> None:
    norm = nn.BatchNorm2d(1, eps=1e-12)
    assert judged("running", norm).tolist() == pytest.approx([(0 - 10) / 0.9**0.5, (2 - 10) / 0.9**0.5])


def test_statistics_of_the_batch_make_it_minus_one_and_one() -> None:
    assert judged("batch", nn.BatchNorm2d(1, eps=1e-12)).tolist() == pytest.approx([-1.0, 1.0])


def test_fresh_statistics_are_the_mean_of_all_passes_and_nothing_else() -> None:
    # means 1.5, 11.5, 21.5, 31.5: 16.5; each variance is 5 / 3
    norm = nn.BatchNorm2d(1, eps=1e-12, momentum=0.3)
    scale = (5 / 3) ** 0.5
    assert judged("fresh", norm).tolist() == pytest.approx([-16.5 / scale, -14.5 / scale])
    assert norm.momentum == 0.3
    assert not norm.training


@pytest.mark.parametrize("statistics", ["running", "batch", "fresh"])
def test_a_norm_without_running_statistics_knows_the_batch_alone(statistics: Statistics) -> None:
    norm = nn.BatchNorm2d(1, eps=1e-12, track_running_stats=False)
    assert judged(statistics, norm).tolist() == pytest.approx([-1.0, 1.0])


def test_what_is_no_norm_is_in_evaluation_mode_while_statistics_are_measured() -> None:
    dropout, norm = nn.Dropout(), nn.BatchNorm2d(1)
    modes = []
    settle_statistics("fresh", [dropout, norm], lambda: modes.append((dropout.training, norm.training)))
    assert modes == [(False, True)] * PASSES


def test_averaging_counts_every_batch_as_much() -> None:
    norm = nn.BatchNorm2d(1)
    norm.reset_running_stats()
    with averaging([norm]):
        for batch in BATCHES[:2]:
            norm(batch)
    assert norm.running_mean is not None
    assert norm.running_mean.item() == pytest.approx(6.5)

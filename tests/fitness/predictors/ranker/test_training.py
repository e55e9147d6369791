"""Catches: tiers whose means are of another pass or in training mode, a rate that is not the schedule's, best weights
that are not kept."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau
from torch import Tensor

from fitness.predictors.calibration import best_temperature
from fitness.predictors.ranker.attention import LayerShape
from fitness.predictors.ranker.network import RankerNetwork
from fitness.predictors.ranker.schedule import Schedule, rate
from fitness.predictors.ranker.settings import SMALL
from fitness.predictors.ranker.training import Members, RankerTraining, tier_means
from fitness.predictors.tiers import TIERS

TINY = replace(SMALL, shape=LayerShape(8, 2, 4, 8, 0.1), encoder_layers=1, score_hidden=8, tier_hidden=8)
LABELS = [float(label) for label in range(11)]


class Watched(RankerNetwork):
    """Keeps the tiers that it was shown while it learnt, and what it then encoded."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        super().__init__(TINY, 2, 3)
        self.shown: list[tuple[Tensor, Tensor]] = []

    def logits(self, encoded: Tensor, tiers: Tensor) -> Tensor:
        if self.training:
            self.shown.append((tiers.clone(), encoded.detach().clone()))
        return super().logits(encoded, tiers)


def members(count: int = 11) -> Members:
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randn(count, 2, 3, generator=generator)
    tokens[:, 0, 0] += torch.arange(count) / 2
    return Members.of(tokens, LABELS[:count])


def trained(network: RankerNetwork, epochs: int, held_out: Members | None = None) -> tuple[RankerTraining, Tensor]:
    training = RankerTraining(network, TINY, members(), members(0) if held_out is None else held_out)
    return training, training.run(Schedule.of(TINY, 11, epochs), np.random.default_rng(0))


def test_means_at_the_end_are_of_all_members_under_the_final_weights() -> None:
    network = Watched()
    _, means = trained(network, 2)
    assert not network.training
    with torch.no_grad():
        encoded = network.encode(members().tokens)
    for tier, numbers in enumerate([[9, 10], [7, 8], [5, 6], [3, 4], [0, 1, 2]]):  # labels rise with numbers
        assert torch.allclose(means[tier], encoded[numbers].mean(0), atol=1e-5)
    assert torch.equal(tier_means(network, members()), means)


def test_while_it_learns_means_begin_at_zero_in_every_epoch_and_know_earlier_batches_alone() -> None:
    network = Watched()
    trained(network, 2)
    assert len(network.shown) == 8
    batches = list(Schedule.of(TINY, 11).batches(np.random.default_rng(0)))
    for first in (0, 4):
        assert not network.shown[first][0].any()
    tiers, encoded = members().tiers[torch.from_numpy(batches[0])], network.shown[0][1]
    for tier in range(TIERS):
        own = encoded[tiers == tier]
        expected = own.mean(0) if len(own) else torch.zeros(2, 8)
        assert torch.allclose(network.shown[1][0][tier], expected, atol=1e-6)


def test_the_rate_is_that_of_the_schedule() -> None:
    training, _ = trained(Watched(), 3)
    (group,) = training._optimiser.param_groups
    assert group["lr"] == rate(12, 8, TINY.multiplier, 2)
    assert (group["betas"], group["eps"], group["weight_decay"]) == ((0.9, 0.99), 1e-9, 1e-2)


def test_it_learns_what_there_is_to_learn() -> None:
    network = Watched()
    trained(network, 40)
    with torch.no_grad():
        scores = network.scores(network.encode(members().tokens))
    assert kendalltau(scores.numpy(), LABELS).statistic > 0.6


def test_the_best_weights_by_members_held_out_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    accuracies = iter([0.2, 0.6, 0.6, 0.4])
    monkeypatch.setattr(RankerTraining, "_accuracy", lambda training: next(accuracies))
    best = Watched()
    trained(best, 4, members(5))
    monkeypatch.undo()
    whole = Watched()  # whose masks are those of the other
    training = RankerTraining(whole, TINY, members(), members(0))
    rng, schedule = np.random.default_rng(0), Schedule.of(TINY, 11, 4)
    for _ in range(2):  # the first of equally good ones
        training._epoch(schedule, rng)
    assert all(torch.equal(value, whole.state_dict()[name]) for name, value in best.state_dict().items())


def test_accuracy_is_the_share_of_right_tiers() -> None:
    training, _ = trained(Watched(), 1, members(7))
    network, held_out = training._network, members(7)
    with torch.no_grad():
        found = network.logits(network.encode(held_out.tokens), tier_means(network, members())).argmax(1)
    assert training._accuracy() == sum(found == held_out.tiers) / 7


def test_a_leaky_validation_takes_true_tiers_in_after_each_batch() -> None:
    settings, held_out = replace(TINY, batch=4), members(7)
    network = Watched()
    training = RankerTraining(network, settings, members(), held_out, leaky_validation=True)
    training.run(Schedule.of(TINY, 11, 1), np.random.default_rng(0))
    with torch.no_grad():
        first, second = network.encode(held_out.tokens[:4]), network.encode(held_out.tokens[4:])
        means = torch.zeros(TIERS, 2, 8)
        right = (network.logits(first, means).argmax(1) == held_out.tiers[:4]).sum()
        for tier in set(held_out.tiers[:4].tolist()):
            means[tier] = first[held_out.tiers[:4] == tier].mean(0)
        right += (network.logits(second, means).argmax(1) == held_out.tiers[4:]).sum()
    assert training._accuracy() == int(right) / 7


def test_the_temperature_is_that_of_members_held_out() -> None:
    network, held_out = Watched(), members(7)
    training, means = trained(network, 30, held_out)
    with torch.no_grad():
        sure = network.logits(network.encode(held_out.tokens), means).softmax(1).double().numpy()
    found = training.temperature(means)
    assert found == pytest.approx(best_temperature(sure, held_out.tiers.numpy()))
    assert found != 1
    assert trained(Watched(), 1)[0].temperature(means) == 1

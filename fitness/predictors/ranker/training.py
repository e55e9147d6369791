"""How the ranker learns: AdamW, tiers' means that grow through every epoch, the best weights by members held out.

Letters: N members, K tokens, F numbers of each, T tiers, D numbers of an encoded token.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from fitness.predictors.calibration import best_temperature
from fitness.predictors.ranker.losses import rank_loss, tier_loss
from fitness.predictors.ranker.network import RankerNetwork
from fitness.predictors.ranker.schedule import Schedule, rate
from fitness.predictors.ranker.settings import RankerSettings
from fitness.predictors.ranker.tier_means import TierMeans
from fitness.predictors.tiers import tiers_of

_CHUNK = 256  # members that are encoded at once where nothing is learnt
_BETA1, _EPS = 0.9, 1e-9


@dataclass(frozen=True)
class Members:
    """What is learnt from, or held out: tokens [N, K, F], labels [N], and tiers [N] by their own ranks."""

    tokens: Tensor
    labels: Tensor
    tiers: Tensor

    @classmethod
    def of(cls, tokens: Tensor, labels: Sequence[float]) -> "Members":
        """Return members of these labels."""
        return cls(tokens, torch.tensor(labels, dtype=torch.float64), torch.from_numpy(tiers_of(labels)))

    def __len__(self) -> int:
        """Return N."""
        return len(self.tokens)


class RankerTraining:
    """A network that learns from ``members``; ``held_out``, where there are any, say which weights are best."""

    def __init__(
        self,
        network: RankerNetwork,
        settings: RankerSettings,
        members: Members,
        held_out: Members,
        *,
        leaky_validation: bool = False,
    ) -> None:
        """Take what is needed; nothing is learnt yet.

        leaky_validation: whether members held out are judged by means that their true tiers make
        """
        self._network, self._settings, self._leaky_validation = network, settings, leaky_validation
        self._members, self._held_out = members, held_out
        betas = (_BETA1, settings.beta2)
        self._optimiser = torch.optim.AdamW(
            network.parameters(), betas=betas, eps=_EPS, weight_decay=settings.decay, foreach=True
        )
        self._step = 0

    def run(self, schedule: Schedule, rng: np.random.Generator) -> Tensor:
        """Train to the end and return the tiers' means [T, K, D]; the network then has the weights that are kept.

        rng: which members each step sees
        """
        best, kept = -1.0, self._network.state_dict()
        for _ in range(schedule.epochs):
            self._epoch(schedule, rng)
            if len(self._held_out) and (accuracy := self._accuracy()) > best:
                best, kept = accuracy, copy.deepcopy(self._network.state_dict())
        self._network.load_state_dict(kept)
        return tier_means(self._network, self._members)

    def temperature(self, means: Tensor) -> float:
        """Return what makes the probabilities of tiers, by their means [T, K, D], true of members held out; 1 for none.

        The network is in evaluation mode.
        """
        if not len(self._held_out):
            return 1.0
        with torch.no_grad():
            found = [self._network.logits(encoded, means).softmax(1) for encoded, _ in self._encoded_out()]
        return best_temperature(torch.cat(found).double().numpy(), self._held_out.tiers.numpy())

    def _epoch(self, schedule: Schedule, rng: np.random.Generator) -> None:
        self._network.train()
        means = TierMeans()
        for batch in schedule.batches(rng):
            chosen = torch.from_numpy(batch)
            encoded = self._network.encode(self._members.tokens[chosen])
            tiers = self._members.tiers[chosen]
            told = tier_loss(self._network.logits(encoded, means.means(encoded)), tiers)
            ordered = rank_loss(self._network.scores(encoded), self._members.labels[chosen])
            self._learn(told + self._settings.rank_weight * ordered, schedule)
            means.add(encoded, tiers)

    def _learn(self, loss: Tensor, schedule: Schedule) -> None:
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._step += 1
        settings = self._settings
        for group in self._optimiser.param_groups:
            group["lr"] = rate(self._step, settings.shape.width, settings.multiplier, schedule.warm_up)
        self._optimiser.step()

    def _accuracy(self) -> float:
        """Return the share of members held out whose tier is the most probable one."""
        right = self._right_by_leak() if self._leaky_validation else self._right_by_members()
        return right / len(self._held_out)

    def _right_by_members(self) -> int:
        """Return how many tiers are right by the means of the members that are learnt from."""
        means = tier_means(self._network, self._members)
        return sum(self._right(encoded, means, tiers) for encoded, tiers in self._encoded_out())

    def _right_by_leak(self) -> int:
        """Return how many are right where means begin at zero and take in each batch by its true tiers."""
        self._network.eval()
        right, means = 0, TierMeans()
        for encoded, tiers in self._encoded_out():
            right += self._right(encoded, means.means(encoded), tiers)
            means.add(encoded, tiers)
        return right

    def _encoded_out(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the members held out, as many at a time as a step learns from: encodings and tiers."""
        batch = self._settings.batch
        parts = torch.split(self._held_out.tokens, batch), torch.split(self._held_out.tiers, batch)
        for tokens, tiers in zip(*parts, strict=True):
            with torch.no_grad():
                encoded = self._network.encode(tokens)
            yield encoded, tiers

    def _right(self, encoded: Tensor, means: Tensor, tiers: Tensor) -> int:
        with torch.no_grad():
            return int((self._network.logits(encoded, means).argmax(1) == tiers).sum())


def tier_means(network: RankerNetwork, members: Members) -> Tensor:
    """Return the tiers' means [T, K, D] over all members, in evaluation mode, in which the network then is."""
    network.eval()
    means = TierMeans()
    with torch.no_grad():
        parts = torch.split(members.tokens, _CHUNK), torch.split(members.tiers, _CHUNK)
        for tokens, tiers in zip(*parts, strict=True):
            encoded = network.encode(tokens)
            means.add(encoded, tiers)
        return means.means(encoded)

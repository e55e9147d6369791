"""A ranker that has learnt.

Letters: N candidates, T tiers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fitness.determinism import computing_alone
from fitness.predictors.base import Floats, TieredFitted
from fitness.predictors.ranker.network import RankerNetwork
from fitness.predictors.ranker.scaling import Scaling
from fitness.predictors.ranker.tokens import read_tokens
from fitness.predictors.tiers import TIERS

_CHUNK = 256  # candidates that are read at once


@dataclass(frozen=True)
class FittedRanker(TieredFitted):
    """A network in evaluation mode, with what it reads candidates by, and the means [T, K, D] of its tiers.

    temperature: what the logits of tiers are divided by, above 0
    """

    space: Any
    network: RankerNetwork
    scaling: Scaling
    means: Tensor
    temperature: float = 1.0

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the scores [N] of candidates, higher is better; raises ValueError for a text that is none."""
        return self._over(texts, self.network.scores, ())

    def tiers(self, texts: Sequence[str]) -> Floats:
        """Return the probability [N, T] of each tier, the best tier first; raises as ``scores``."""
        return self._over(texts, self._probabilities, (TIERS,))

    def _probabilities(self, encoded: Tensor) -> Tensor:
        return (self.network.logits(encoded, self.means) / self.temperature).softmax(1)

    def _over(self, texts: Sequence[str], answer: Callable[[Tensor], Tensor], shape: tuple[int, ...]) -> Floats:
        found = [np.empty((0, *shape))]
        with computing_alone(0), torch.no_grad():
            for first in range(0, len(texts), _CHUNK):
                tokens = read_tokens(self.space, texts[first : first + _CHUNK], len(self.scaling.offset))
                encoded = self.network.encode(torch.from_numpy(self.scaling(tokens)))
                found.append(answer(encoded).double().numpy())
        return np.concatenate(found)

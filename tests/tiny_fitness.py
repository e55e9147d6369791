"""A fitness that keeps its contract and trains tiny networks in milliseconds, for tests of the checks of fitnesses.

Letters: B batch.
"""

from typing import Any

import torch
from torch import Tensor

from fitness import EvalContext, Fitness, Score
from fitness.base import network_shape
from spaces import NetworkSpace
from tasks import derive_rng


class Brightness(Fitness):
    """Minus the mean squared error of telling how bright an image is, in deviations, after ``steps`` of training."""

    def __init__(self, *, steps: int = 6, batch: int = 8) -> None:
        if steps < 1:
            raise ValueError(f"steps={steps}: must be at least 1")
        self.steps = steps
        self.batch = batch
        self.shared: tuple[Tensor, Tensor] | None = None

    def accepts(self, space: object) -> str | None:
        return None if isinstance(space, NetworkSpace) else "it trains networks, and this space builds none"

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        images, targets = self.pictures(context)
        network = self.network(candidate, context)
        optimizer = torch.optim.SGD([*network.parameters(), torch.zeros(1, requires_grad=True)], lr=0.2)
        for _ in range(self.steps):
            context.check_deadline()
            loss = (network(images).mean(1) - targets).square().mean()
            optimizer.zero_grad()
            if loss.requires_grad:
                loss.backward()
            optimizer.step()
        with torch.no_grad():
            loss = (network(images).mean(1) - targets).square().mean()
        return Score(-float(loss), metrics={"pictures": float(self.batch)}, build_s=0.001)

    def network(self, candidate: Any, context: EvalContext) -> Any:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(context.rng.integers(2**63)))
            return context.space.build(candidate, *network_shape(context.images))  # type: ignore[attr-defined]

    def pictures(self, context: EvalContext) -> tuple[Tensor, Tensor]:
        """Return images [B, 3, H, W] and how bright each is [B], drawn once."""
        if self.shared is None:
            images = context.images.draw(self.batch, derive_rng(context.data_seed, "brightness")).images
            bright = images.mean((1, 2, 3))
            self.shared = images, (bright - bright.mean()) / bright.std()
        return self.shared

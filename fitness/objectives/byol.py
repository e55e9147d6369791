"""Bootstrap your own latent (BYOL, Grill et al., 2020): predict what a slow copy of the network makes of another view.

Letters: B batch, C channels, H height, W width, D values of a projection.
"""

import copy
from collections.abc import Sequence
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import get_ema_multi_avg_fn

from fitness.objective import Objective
from fitness.objectives.contrastive import pooled, view_batch
from spaces import FeatureInfo, FeatureNetwork
from tasks import Batch, ImageBatch, ImageSource, colours_of


class Target(nn.Module):
    """Copies of a network and of its projector that are never trained but drawn after the originals.

    Only weights are drawn. Batch norms work as those of the originals do: by the statistics of the batch while
    training, by running averages of what they themselves have seen in evaluation mode.
    """

    def __init__(self, network: FeatureNetwork, projector: nn.Module) -> None:
        """Copy both as they are."""
        super().__init__()
        self.network = copy.deepcopy(network)
        self.projector = copy.deepcopy(projector)
        self.requires_grad_(False)

    @torch.no_grad()
    def forward(self, inputs: Tensor) -> Tensor:
        """Return the projections [B, D] of images [B, C, H, W]."""
        projections: Tensor = self.projector(pooled(self.network.forward_features(inputs)))
        return projections

    def follow(self, network: FeatureNetwork, projector: nn.Module, decay: float) -> None:
        """Set every weight to ``decay`` of itself and the rest of the original's."""
        originals = list(chain(network.parameters(), projector.parameters()))
        get_ema_multi_avg_fn(decay)(list(self.parameters()), originals, 0)  # type: ignore[no-untyped-call]


class ByolHead(nn.Module):
    """Projector and predictor of the last stage, both trained, and the target once there is one."""

    target: Target | None

    def __init__(self, channels: int, hidden: int, outputs: int) -> None:
        """Read ``channels`` of the last stage; both have one layer of ``hidden`` units with batch norm."""
        super().__init__()
        self.projector = _perceptron(channels, hidden, outputs)
        self.predictor = _perceptron(outputs, hidden, outputs)
        self.register_module("target", None)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return predictions [B, D] for stage maps [B, C, H, W]."""
        predictions: Tensor = self.predictor(self.projector(pooled(features)))
        return predictions


class Byol(Objective):
    """The objective: 2 - 2 cos between the prediction from one view and the target's projection of the other.

    source: the run's images, whose normalisation tells how to change their colours, where they have red, green and blue
    decay: share of itself that every weight of the target keeps at a step
    hidden, outputs: units and values of projector and predictor

    Both directions are added and averaged over images: 0 to 8. Both views go through a network as one batch, and so
    through its batch norms. The held-out loss is the same, with the target in evaluation mode; a network whose output
    is the same for all images reaches 0.
    """

    def __init__(self, *, source: ImageSource, decay: float = 0.99, hidden: int = 4096, outputs: int = 256) -> None:
        """Raise ValueError for a number out of range."""
        if not 0 <= decay <= 1 or min(hidden, outputs) < 1:
            raise ValueError(
                f"decay={decay}, hidden={hidden}, outputs={outputs}: a decay from 0 to 1 and at least 1 of the others "
                "are needed"
            )
        self._normalisation = colours_of(source)
        self._decay = decay
        self._hidden = hidden
        self._outputs = outputs

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return two views [2B, C, H, W] of each image."""
        return view_batch(batch, generator, self._normalisation)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh projector and predictor of the last stage; the target comes with ``start``."""
        return ByolHead(feature_info[-1].channels, self._hidden, self._outputs)

    def start(self, network: FeatureNetwork, head: nn.Module) -> None:
        """Make the target a copy of the network and of its projector."""
        assert isinstance(head, ByolHead)
        head.target = Target(network, head.projector)

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
        """Draw the target after the network and its projector."""
        assert isinstance(head, ByolHead)
        _target(head).follow(network, head.projector, self._decay)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean over images, in float32; raises ValueError before ``start``."""
        assert isinstance(head, ByolHead)
        of_other_view = _target(head)(batch.inputs).roll(len(batch.inputs) // 2, dims=0)
        return 4 - 4 * functional.cosine_similarity(head(features).float(), of_other_view.float(), dim=1).mean()


def _target(head: ByolHead) -> Target:
    if head.target is None:
        raise ValueError("byol: the head has no target yet; call start(network, head) before training")
    return head.target


def _perceptron(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, outputs))

"""The evaluator to beat: GenNAS's fitness on NAS-Bench-201 written the plain way.

One candidate at a time with all of torch's threads, eager, contiguous maps, every one of the five operations built on
every edge, and an evaluation forward every ten steps.

Letters: B batch, C channels, H height, W width.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureNetwork
from spaces.nasbench201.cell import EDGES, OPERATIONS
from spaces.nasbench201.network import NasBench201CellModule
from tasks import Batch

EVALUATE_EVERY = 10


class Zero(nn.Module):
    """The operation that passes nothing on."""

    def forward(self, x: Tensor) -> Tensor:
        """Return zeros of the shape of ``x``."""
        return torch.zeros_like(x)


def _conv(channels: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(channels, affine=False, track_running_stats=False),
    )


class PlainCell(nn.Module):
    """All five operations on each edge, of which one is used; starts from the weights of ``cell``."""

    def __init__(self, cell: NasBench201CellModule, operations: tuple[str, ...], channels: int) -> None:
        """Build the operations and copy the weights of the chosen ones."""
        super().__init__()
        self.chosen = [OPERATIONS.index(operation) for operation in operations]
        self.edges = nn.ModuleList(nn.ModuleList(self._operations(channels)) for _ in EDGES)
        for (source, target), edge, chosen in zip(EDGES, self.edges, self.chosen, strict=True):
            if OPERATIONS[chosen].startswith("nor_conv"):
                edge[chosen][1].load_state_dict(cell.layers[f"{source}_to_{target}"].conv.state_dict())

    @staticmethod
    def _operations(channels: int) -> list[nn.Module]:
        pool = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        return [Zero(), nn.Identity(), _conv(channels, 1), _conv(channels, 3), pool]

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        nodes = [x]
        for node in (1, 2, 3):
            incoming = [i for i, (_, target) in enumerate(EDGES) if target == node]
            terms = [self.edges[i][self.chosen[i]](nodes[EDGES[i][0]]) for i in incoming]
            nodes.append(sum(terms[1:], terms[0]))
        return nodes[3]


def make_plain(network: FeatureNetwork, operations: tuple[str, ...]) -> FeatureNetwork:
    """Return ``network`` with its cells replaced by plain ones that start from the same weights."""
    for stage, info in zip(network.stages, network.feature_info, strict=True):
        for i, module in enumerate(stage):
            if isinstance(module, NasBench201CellModule):
                stage[i] = PlainCell(module, operations, info.channels)
    return network


def plain_loss(network: FeatureNetwork, head: nn.Module, batch: Batch, weights: tuple[float, ...]) -> Tensor:
    """Return the weighted mean squared error of the heads' predictions."""
    predictions = head(network.forward_features(batch.inputs))
    losses = (functional.mse_loss(p, target) for p, target in zip(predictions, batch.targets, strict=True))
    return sum(weight * loss for weight, loss in zip(weights, losses, strict=True))


def train_plainly(network: FeatureNetwork, head: nn.Module, batch: Batch, steps: int) -> float:
    """Return the evaluation loss after ``steps`` steps on one batch, evaluating every ten of them."""
    weights = (0.25, 0.5, 1.0)
    parameters = [*network.parameters(), *head.parameters()]
    decayed = [p for p in parameters if p.ndim > 1]
    others = [p for p in parameters if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 4e-5}, {"params": others, "weight_decay": 0.0}]
    optimizer, last = torch.optim.SGD(groups, lr=0.1, momentum=0.9), float("nan")
    for step in range(1, steps + 1):
        loss = plain_loss(network.train(), head.train(), batch, weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % EVALUATE_EVERY == 0:
            with torch.no_grad():
                last = plain_loss(network.eval(), head.eval(), batch, weights).item()
    return last

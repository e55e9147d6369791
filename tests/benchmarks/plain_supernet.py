"""The supernet to beat: first-order DARTS (Liu et al., 2019) written the plain way.

Eager; every edge sums its operations' maps, each times a weight of the softmax; torch's own layers; ``none`` is
computed; either step asks for the gradients of all parameters. Pictures, objective, head, optimisers and initial
weights are those of the trainer that it is compared with.

Letters: B batch, C channels, H height, W width; E edges of a cell, K candidate operations of each of them.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, SupernetPass
from fitness.determinism import computing_in
from fitness.training.loop import Trainee
from spaces import FeatureNetwork, Supernet
from spaces.cells.average_pooling import AveragePool3x3
from spaces.cells.operations import ZERO, DilatedConv2d, Zero
from spaces.supernet.derivation import Edge
from spaces.supernet.mixed_edge import MixedEdge
from spaces.supernet.mixed_graph import MixedGraph
from tasks import Batch, ImageBatch

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


class PlainEdge(nn.Module):
    """The sum of all operations of an edge, each times its weight; holds the layers of ``edge``."""

    def __init__(self, edge: MixedEdge, stride: int) -> None:
        """Put torch's layers where the edge has faster ones."""
        super().__init__()
        layers = (Zero(stride) if name == ZERO else edge.operations[name] for name in edge.candidates)
        self.operations = nn.ModuleList(_replaced(each) for each in layers)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C, H / stride, W / stride]; weights [K]."""
        terms = [weight * operation(x) for weight, operation in zip(weights, self.operations, strict=True)]
        return sum(terms[1:], terms[0])


class PlainGraph(nn.Module):
    """A relaxed cell whose nodes are sums of plain edges; holds the layers of ``graph``."""

    def __init__(self, graph: MixedGraph, edges: Sequence[Edge]) -> None:
        """Take the edges, each a source and a target."""
        super().__init__()
        self.sources = edges
        self.edges = nn.ModuleList(
            PlainEdge(_as_edge(edge), graph.stride(source))
            for edge, (source, _) in zip(graph.edges, edges, strict=True)
        )

    def forward(self, inputs: Sequence[Tensor], alphas: Tensor) -> list[Tensor]:
        """Return all states [B, C, H, W], the inputs first; alphas [E, K]."""
        states, weights = list(inputs), alphas.softmax(dim=1)
        for node in sorted({target for _, target in self.sources}):
            incoming = [(i, source) for i, (source, target) in enumerate(self.sources) if target == node]
            terms = [self.edges[i](states[source], weights[i]) for i, source in incoming]
            states.append(sum(terms[1:], terms[0]))
        return states


class PlainSupernet(FeatureNetwork):
    """A copy of a supernet, its cells replaced by plain ones that start from the same weights."""

    def __init__(self, supernet: Supernet[Any]) -> None:
        """Copy all; portions of channels and parameters of edges are not known here."""
        super().__init__()
        self.feature_info = supernet.feature_info
        self.body = copy.deepcopy(supernet.body)
        self.alphas = copy.deepcopy(supernet.operation_alphas)
        for parent in list(self.body.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, MixedGraph):
                    setattr(parent, name, PlainGraph(child, supernet.edges))

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return one map [B, C, H, W] per entry of ``feature_info``."""
        features: list[Tensor] = self.body(x, self.alphas)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs]."""
        logits: Tensor = self.body.classifier(self.forward_features(x)[-1])
        return logits


class PlainTrainer:
    """Trains a plain copy of a trainer's supernet, in a layout of ``LAYOUTS``, on the same images."""

    def __init__(self, setup: SupernetSetup, data: SupernetData, like: SupernetTrainer, layout: str) -> None:
        """Copy supernet and head of ``like`` as they are now, and build both optimisers."""
        self._setup, self._data, self._layout = setup, data, LAYOUTS[layout]
        self.network, self.head = PlainSupernet(like.supernet), copy.deepcopy(like.head)
        for module in (self.network, self.head):
            module.to(memory_format=self._layout)
        settings = setup.settings
        self._weights_optimizer = torch.optim.SGD(
            self.weights(), lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
        )
        self._architecture_optimizer = torch.optim.Adam(
            self.network.alphas.parameters(),
            lr=settings.architecture_rate,
            betas=(settings.architecture_beta1, settings.architecture_beta2),
            weight_decay=settings.architecture_decay,
        )

    def weights(self) -> list[nn.Parameter]:
        """Return all parameters but those of the architecture."""
        return [*self.network.body.parameters(), *self.head.parameters()]

    def train(self, epoch: int) -> tuple[list[float], list[float]]:
        """Make the steps of an epoch on the images, and hidden as, the trainer has them; returns the losses.

        Those of the weights first, then those of the architecture, step by step.
        """
        for group in self._weights_optimizer.param_groups:
            group["lr"] = self._setup.settings.rate(epoch % self._setup.settings.epochs)
        self.network.train()
        self.head.train()
        hiding, steps = self._setup.generator("prepare", epoch), self._data.steps
        weights, architecture = [], []
        batches = [self._data.batches(level, epoch, steps) for level in (Level.WEIGHTS, Level.ARCHITECTURE)]
        for images, others in zip(*batches, strict=True):
            training, validation = self._prepared(images, hiding), self._prepared(others, hiding)
            architecture.append(self._step(validation, self._architecture_optimizer))
            weights.append(self._step(training, self._weights_optimizer, self._setup.settings.clip))
        return [float(loss) for loss in weights], [float(loss) for loss in architecture]

    def loss(self, batch: Batch) -> Tensor:
        """Return the objective's loss of a prepared batch."""
        objective = self._setup.objective
        with computing_in(self._setup.settings.precision, self._setup.device):
            features = Trainee(self.network, self.head).features(batch, objective)
            return objective.loss(features, self.head, batch)

    def _prepared(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        images = batch.images.contiguous(memory_format=self._layout)
        return self._setup.objective.prepare(replace(batch, images=images), generator)

    def _step(self, batch: Batch, optimizer: torch.optim.Optimizer, clip: float = 0.0) -> Tensor:
        loss = self.loss(batch)
        for each in (self._weights_optimizer, self._architecture_optimizer):
            each.zero_grad()
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(self.weights(), clip)
        optimizer.step()
        return loss.detach()


@dataclass(frozen=True)
class Agreement:
    """How far two forms are apart at the same weights.

    loss: the difference of their losses; gradients: the largest difference of two gradients, by the largest value of
    any; compared: the gradients of how many tensors.
    """

    loss: float
    gradients: float
    compared: int


def compare(ours: SupernetTrainer, plain: PlainTrainer, batch: Batch, supernet_pass: SupernetPass) -> Agreement:
    """Return how far both are apart on a prepared batch, in loss and in the gradients of all parameters."""
    for network in (ours._network, ours.head, plain.network, plain.head):
        network.train()
    losses = ours.loss(batch, supernet_pass, ours.supernet.alphas), plain.loss(batch)
    parameters = (
        [*ours.supernet.architecture_parameters(), *ours.weights()],
        [*plain.network.alphas.parameters(), *plain.weights()],
    )
    own, others = (
        torch.autograd.grad(loss, held, allow_unused=True, materialize_grads=True)
        for loss, held in zip(losses, parameters, strict=True)
    )
    differences = [float((one - other).abs().max()) for one, other in zip(own, others, strict=True)]
    largest = max(float(each.abs().max()) for each in own)
    return Agreement(abs(losses[0].item() - losses[1].item()), max(differences) / largest, len(differences))


def _as_edge(module: nn.Module) -> MixedEdge:
    assert isinstance(module, MixedEdge)
    return module


def _replaced(layer: nn.Module) -> nn.Module:
    """Return torch's layer for one of this project's that computes the same, also inside of a sequence."""
    if isinstance(layer, AveragePool3x3):
        return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
    if isinstance(layer, DilatedConv2d):
        return _torch_convolution(layer)
    return nn.Sequential(*map(_replaced, layer)) if isinstance(layer, nn.Sequential) else layer


def _torch_convolution(layer: DilatedConv2d) -> nn.Conv2d:
    same: dict[str, Any] = {name: getattr(layer, name) for name in ("stride", "padding", "dilation", "groups")}
    convolution = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, **same, bias=False)
    convolution.weight = layer.weight
    return convolution

"""Does a network begin with what its supernet computed? ``python -m tests.benchmarks.inherited_start``.

Every variant of differentiable search that sends whole channels through its operations trains a small supernet of every
space for a step. Of each, random candidates with pooling and skips inherit weights. Told is the largest relative
difference of the features of a stage, over candidates and stages, between supernet and network on the same images: in
training mode of the network as its space evaluates it, and of the network that ``evo.train`` gives inherited weights;
and of that one in evaluation mode, after the statistics of both were measured anew on the same images.

Letters: B images, S height and width in pixels; E edges of a cell, K candidate operations of each of them.
"""

import argparse
import copy
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from evo.commands.messages import run_printed
from evo.differentiable.relaxations.base import Level, Moment, Relaxation, SupernetPass
from evo.display.text_table import Table, to_text
from evo.retraining.running_statistics import measure_statistics
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import RELAXATIONS
from spaces import FeatureNetwork, GatedNetwork, InputSpec, Supernet, build_options, inherit
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCells
from spaces.nasbench201.space import NasBench201
from tasks.foundation.command_line import DONE, OneLineParser, say

PROGRAM = "tests.benchmarks.inherited_start"
HEADER = ("space", "variant", "as evaluated", "inherited", "inherited, evaluation mode")
CELLS, CHANNELS, CLASSES = 3, 4, 10
SPEC = InputSpec(3, 8)
BATCH, MEASURED = 8, 40

SPACES: Mapping[str, Callable[[], Any]] = {
    **{
        " ".join(("nasbench201", *options)): lambda options=options: NasBench201(
            stem_channels=CHANNELS, cells_per_stage=1, **dict.fromkeys(options, True)
        )
        for options in ((), ("affine",), ("biases",), ("affine", "biases"))
    },
    **{
        name: lambda name=name: DartsCells(space=name, channels=CHANNELS, cells=CELLS)
        for name in ("s0", "s1", "s2", "s3", "s4")
    },
    "darts_layered": lambda: LayeredDarts(channels=CHANNELS, cells=CELLS),
}
"""Small spaces by name; s0 is darts."""
OPTIONS: Mapping[str, Mapping[str, Any]] = {"p_darts": {"cells": CELLS, "deeper": 0}, "pc_darts": {"portion": 1}}
"""Options of variants that need some here: whole channels, and supernets of one depth."""
PAIRS = [
    (space, variant)
    for space in SPACES
    for variant in RELAXATIONS
    if variant != "p_darts" or space == "s0"  # the others have too few candidates for its stages
]


@dataclass(frozen=True)
class Differences:
    """The largest relative difference of a stage's features: in training mode, and after measuring anew."""

    training: float
    evaluation: float


def relaxation_of(variant: str) -> Relaxation:
    """Return a variant that sends whole channels through operations."""
    made: Relaxation = STRATEGIES.load_relaxation(variant)(**OPTIONS.get(variant, {}))
    return made


def images(seed: int, count: int = BATCH) -> Tensor:
    """Return noise [B, 3, S, S]."""
    return torch.randn(count, SPEC.channels, SPEC.size, SPEC.size, generator=torch.Generator().manual_seed(seed))


def trained_supernet(space: Any, relaxation: Relaxation, seed: int) -> Supernet[Any]:
    """Return the last supernet of a variant after a step of its weights on noise for every stage."""
    torch.manual_seed(seed)
    generator, supernet = torch.Generator().manual_seed(seed), _begun(space, relaxation)
    for epoch in range(relaxation.stages):
        if relaxation.on_epoch(Moment(epoch, relaxation.stages), supernet) is not None:
            supernet = _begun(space, relaxation)
        gates = relaxation.gates(supernet.alphas, SupernetPass(Level.WEIGHTS, generator))
        optimizer = torch.optim.SGD(supernet.weight_parameters(), lr=0.1)
        supernet(images(epoch), gates).square().mean().backward()
        optimizer.step()
    return supernet


def _begun(space: Any, relaxation: Relaxation) -> Supernet[Any]:
    supernet: Supernet[Any] = space.relax(SPEC, CLASSES, relaxation.options())
    relaxation.begin(supernet)
    return supernet


def drawn(supernet: Supernet[Any], seed: int) -> Any:
    """Return a candidate of a supernet, derived of chance; pooling and skips are likelier than others, zeros less."""
    generator = torch.Generator().manual_seed(seed)
    strengths = {
        name: torch.tensor([[_LIKELY.get(operation, 0.0) for operation in row] for row in rows])
        + torch.rand(len(rows), len(rows[0]), generator=generator)
        for name, rows in supernet.candidates.items()
    }
    return supernet.derive(strengths)


_LIKELY = {"max_pool_3x3": 0.2, "avg_pool_3x3": 0.2, "skip_connect": 0.1, "none": -0.1}


def relative_difference(one: FeatureNetwork, other: FeatureNetwork, x: Tensor) -> float:
    """Return the largest norm of a stage's difference, relative to the stage's features of ``one``; x: [B, 3, S, S]."""
    with torch.no_grad():
        pairs = zip(one.forward_features(x), other.forward_features(x), strict=True)
        return max(float((a - b).norm() / a.norm().clamp_min(_LEAST)) for a, b in pairs)


_LEAST = 1e-12  # of a cell of zeros


def differences(space: Any, supernet: Supernet[Any], candidate: Any, build: Mapping[str, Any]) -> Differences:
    """Return how far a network with inherited weights is from its supernet; build: what the space builds it with."""
    network = space.build(candidate, SPEC, CLASSES, **build)
    inherit(supernet, candidate, network)
    own = supernet
    if _knows_the_batch_alone(supernet) and not _knows_the_batch_alone(network):
        own = _tracking(copy.deepcopy(supernet))
    gated = GatedNetwork(own, own.gates_of(candidate))
    training = relative_difference(gated.train(), network.train(), images(100))
    for each in (gated, network):
        measure_statistics(each, images(101, MEASURED))
    return Differences(training, relative_difference(gated, network, images(102)))


def _knows_the_batch_alone(network: nn.Module) -> bool:
    return any(isinstance(norm, nn.BatchNorm2d) and not norm.track_running_stats for norm in network.modules())


def _tracking(supernet: Supernet[Any]) -> Supernet[Any]:
    """Return a supernet whose norms that knew the batch alone keep statistics, as those of the network do."""
    for module in supernet.modules():
        for name, norm in module.named_children():
            if isinstance(norm, nn.BatchNorm2d) and not norm.track_running_stats:
                setattr(module, name, nn.BatchNorm2d(norm.num_features, affine=False))
    return supernet


def rows(candidates: int) -> Iterator[tuple[str, ...]]:
    """Yield a row for every space and variant, the largest differences over so many candidates."""
    for name, variant in PAIRS:
        space = SPACES[name]()
        supernet = trained_supernet(space, relaxation_of(variant), seed=0)
        cells = [drawn(supernet, seed) for seed in range(candidates)]
        before = [differences(space, supernet, cell, {}).training for cell in cells]
        now = [differences(space, supernet, cell, build_options(space)) for cell in cells]
        most = (max(before), max(each.training for each in now), max(each.evaluation for each in now))
        yield (name, variant, *(f"{value:.1e}" for value in most))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", description=(__doc__ or "").partition("\n")[0])
    root.add_argument("--candidates", type=int, default=3, help="of each supernet (default: %(default)s)")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    title = f"largest relative difference of a stage's features, of {options.candidates} candidates"
    say(to_text(Table(title, HEADER, tuple(rows(options.candidates)))))
    return DONE


if __name__ == "__main__":
    sys.exit(main())

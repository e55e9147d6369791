"""The weights that a differentiable search leaves to its architectures (SSWP-NAS, Li et al., 2022)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.trainer_state import SUPERNET
from evo.display.readable_numbers import counted
from evo.retraining.searched_run import SupernetRun
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress, unpack
from evo.strategies import STRATEGIES
from spaces import FeatureNetwork, InputSpec, Supernet
from spaces.supernet.inheritance import inherit
from tasks.foundation.errors import UsageError

_CLASSIFIER = "body.classifier"
_DIGITS = 16  # as many as ``SavedSupernet`` has


@dataclass(frozen=True)
class Inherited:
    """What a network took over from a supernet.

    share: of its parameters, 0 to 1
    lost: tensors of the supernet that the network has no place for, such as the statistics behind pooling
    epochs: that the supernet had been trained for
    digest: of its file, as of a SavedSupernet
    labels: the images whose labels it learnt from, None where it met none
    fresh: its parameter tensors that the supernet has none for: the classifier, and scales of 1 and shifts of 0
    skips: auxiliary skips of the supernet, which no network has
    measured: training images that its statistics were measured anew on, 0 where they are as they were
    """

    share: float = 0.0
    lost: int = 0
    epochs: int = 0
    digest: str | None = None
    labels: str | None = None
    fresh: int = 0
    skips: int = 0
    measured: int = 0

    def line(self, params: int) -> str:
        """Return it in words; params: of the network."""
        parts = [
            f"inherited: {self.share:.1%} of {params / 1e6:.2f} M parameters",
            *([f"{counted(self.lost, 'tensor')} of normalisation lost, so that features differ"] if self.lost else []),
            *([f"{counted(self.skips, 'auxiliary skip')} of the supernet lost"] if self.skips else []),
            f"{counted(self.fresh, 'tensor')} fresh",
            f"norms measured anew on {counted(self.measured, 'training image')} as they are"
            if self.measured
            else "statistics of norms as the supernet left them",
        ]
        return "; ".join(parts)


NOTHING = Inherited()


class TrainedSupernet(NamedTuple):
    """A supernet as its file has it; digest: of the file."""

    supernet: Supernet[Any]
    progress: Progress
    digest: str


def load_supernet(run: SupernetRun, seed: int, spec: InputSpec) -> TrainedSupernet:
    """Return the supernet of a seed from its checkpoint; raises UsageError where the run has none."""
    content = checkpoint.read(run.path, seed)
    if content is None:
        raise UsageError(
            f"--init inherited: {checkpoint.path_of(run.path, seed)} does not exist; put the checkpoint back, or take "
            "--init random"
        )
    tensors, progress = unpack(content)
    supernet = _relaxed(run, progress, _own(tensors), spec)
    return TrainedSupernet(supernet, progress, hashlib.sha256(content).hexdigest()[:_DIGITS])


def inherit_weights(supernet: Supernet[Any], candidate: Any, network: FeatureNetwork) -> Inherited:
    """Copy weights into a candidate's network, but for its classifier; raises ValueError where they do not fit.

    No objective trains the classifier of a supernet: it has one of its own.
    """
    supernet.gates_of(candidate)  # which says what is wrong with a candidate that the supernet does not hold
    classifier = _classifier_of(supernet, candidate, network)
    fresh = {name: value.clone() for name, value in classifier.state_dict().items()}
    left = inherit(supernet, candidate, network)
    classifier.load_state_dict(fresh)
    own = set(map(id, classifier.parameters()))
    parameters = dict(network.named_parameters())
    taken = [p for name, p in parameters.items() if name not in left.fresh and id(p) not in own]
    return Inherited(
        _count(taken) / _count(list(parameters.values())),
        len(left.lost),
        fresh=len(parameters) - len(taken),
        skips=left.skips,
    )


def _own(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    prefix = f"{SUPERNET}."
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _relaxed(run: SupernetRun, progress: Progress, own: Mapping[str, Tensor], spec: InputSpec) -> Supernet[Any]:
    config = run.config
    relaxation = STRATEGIES.build(config.strategy.name, config.strategy.options).relaxation()
    relaxation.recall(progress.memory)
    outputs = next(len(value) for name, value in own.items() if name.startswith(f"{_CLASSIFIER}.") and value.ndim == 2)
    try:
        with torch.random.fork_rng(devices=[]):
            supernet: Supernet[Any] = run.space.relax(spec, outputs, relaxation.options())
        supernet.load_state_dict(own)
    except (RuntimeError, ValueError) as error:
        raise UsageError(f"--init inherited: the checkpoint does not fit this version's supernet: {error}") from error
    return supernet


def _classifier_of(supernet: Supernet[Any], candidate: Any, network: FeatureNetwork) -> nn.Module:
    names = dict(supernet.counterparts(candidate))
    return network.get_submodule(names[_CLASSIFIER])


def _count(parameters: list[nn.Parameter]) -> int:
    return sum(parameter.numel() for parameter in parameters)

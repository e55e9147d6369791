"""What a training begins with: a learner, and the weights that it took over."""

from dataclasses import dataclass, replace
from typing import Any

from evo.retraining.config import ResolvedTraining
from evo.retraining.inherited_weights import NOTHING, Inherited, inherit_weights, load_supernet
from evo.retraining.learner import Learner, LinearProbe, NetworkLearner
from evo.retraining.request import INHERITED
from fitness import seeded
from spaces import FeatureNetwork, Supernet, count_parameters
from tasks import derive_rng
from tasks.foundation.errors import UsageError


@dataclass(frozen=True, eq=False)
class Start:
    """A learner, what its network took over, and the network's number of parameters."""

    learner: Learner
    inherited: Inherited
    params: int

    @property
    def line(self) -> str:
        """What it took over, in words; empty for nothing."""
        return self.inherited.line(self.params) if self.inherited.digest else ""

    def with_measured(self, images: int) -> "Start":
        """Return it with statistics that were measured anew on that many images."""
        return replace(self, inherited=replace(self.inherited, measured=images))


def start_of(resolved: ResolvedTraining, init: str, seed: int) -> Start:
    """Return what a training begins with, the same for the same seed; raises UsageError where nothing is inherited."""
    config, (spec, classes) = resolved.config, resolved.shape
    with seeded(int(derive_rng(seed, "train", "weights").integers(2**63))):
        network = resolved.build()
        params = count_parameters(network)
        learner: Learner = (
            LinearProbe(network, classes)
            if config.linear_probe
            else NetworkLearner(network, config.settings, spec.size, classes)
        )
    return Start(learner, _inherited(resolved, network) if init == INHERITED else NOTHING, params)


def _inherited(resolved: ResolvedTraining, network: FeatureNetwork) -> Inherited:
    """Give the network the supernet's weights; raises UsageError where they do not fit."""
    run, seed = resolved.run.with_supernets(), resolved.architecture.supernet
    assert seed is not None
    supernet, progress, digest = load_supernet(run, seed, resolved.shape[0])
    try:
        inherited = inherit_weights(supernet, run.space.decode(resolved.architecture.candidate), network)
    except ValueError as error:
        asked = {name: value for name, value in resolved.config.space.items() if name not in resolved.chosen}
        given = "".join(f"; leave space.{name}={value} out" for name, value in asked.items())
        hint = f"{given}, or take --init random" if given else ""
        raise UsageError(f"--init inherited: {error}{hint or _depth_hint(supernet)}") from error
    return replace(inherited, epochs=progress.epochs, digest=digest, labels=run.labels())


def _depth_hint(supernet: Supernet[Any]) -> str:
    """Return what to do where the search gave its supernet another depth than the space has, as P-DARTS does."""
    cells = supernet.options.cells
    return f"; the supernet has {cells} cells: train as many, --set space.cells={cells}" if cells else ""

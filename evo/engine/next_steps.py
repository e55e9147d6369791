"""What to do with the network that a search found: train it with labels, or build it in Python."""

import shlex
from pathlib import Path
from typing import Any

from evo.engine.trust import trust_flag
from evo.records.config import SearchConfig
from evo.records.requests import Placement
from evo.storage.run_folder import BEST
from spaces import NetworkSpace, SearchSpace, reads_sequences

LABELLED = ("digits", "cifar10", "cifar100", "imagefolder")
FETCHED = "cifar10 --download"
"""Labelled images to train on where the search had none."""
NEEDED = frozenset({"space", "data"})
"""Axes that a network is built with."""
OF_TRAINING = frozenset({"space", "strategy"})
"""Axes that ``evo.train`` imports; of a run with supernets the fitness, too."""


def using_it(run_dir: Path, config: SearchConfig, space: SearchSpace[Any], *, supernets: bool = False) -> list[str]:
    """Return a command that trains the best network and lines of Python that build it, as a user may paste them.

    supernets: whether the search trained any

    Nothing where nothing has a score yet, or the space builds no networks.
    """
    if not (run_dir / BEST).is_file() or not isinstance(space, NetworkSpace):
        return []
    train = [] if reads_sequences(space) or "space" in config.objects else [_train(run_dir, config, supernets)]
    return [*train, *_python(run_dir, config)]


def placed(placement: Placement) -> str:
    """Return what a command ends in that is to compute where this one did: nothing for this machine."""
    if placement.here or placement.address == Placement.address:
        return ""
    return f" --address {shlex.quote(placement.address)}{' --ship-images' if placement.ship_images else ''}"


def _train(run_dir: Path, config: SearchConfig, supernets: bool) -> str:
    labelled = config.data.partition(":")[0].partition("(")[0] in LABELLED and "data" not in config.objects
    data = shlex.quote(config.data) if labelled else FETCHED
    root = f" --data-root {shlex.quote(config.data_root)}" if config.data_root else ""
    flag = trust_flag(run_dir, config, axes=OF_TRAINING | ({"fitness"} if supernets else set()))
    return f"python -m evo.train {shlex.quote(str(run_dir))} --data {data}{root}{flag}"


def _python(run_dir: Path, config: SearchConfig) -> list[str]:
    own = "".join(f", {axis}={axis}" for axis in ("space", "data") if axis in config.objects)  # passed again
    trust = ", trust=True" if trust_flag(run_dir, config, axes=NEEDED - set(config.objects)) else ""
    return [
        "in Python:",
        "  import evo",
        f"  run = evo.load({str(run_dir)!r}{trust})",
        f"  network = run.network(run.best(1)[0]{own})",
    ]

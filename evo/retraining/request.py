"""What is asked of a training: everything that its numbers depend on, but the architecture, first weights and seed."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.commands.train_options import FLAGS
from evo.engine.data_options import settled_data
from evo.records.config import as_json
from evo.retraining.labelled_pictures import open_labelled
from evo.retraining.searched_run import Architecture, SearchedRun
from evo.retraining.settings import TRAININGS, TrainSettings, settle
from evo.scoring.folder import default_folder, plain
from fitness.base import network_shape
from spaces import CellularNetwork, FeatureNetwork, InputSpec
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    from tasks import ImageSource


@dataclass(frozen=True)
class Setting:
    """How an architecture is trained; a difference between first weights is one at equal settings.

    data: spec of the pictures; data_root: folder of their archives; label_fraction: share of the training pictures;
    space: options of the run's space that networks are built with instead of its own.
    """

    data: str
    data_root: str | None
    label_fraction: float
    linear_probe: bool
    settings: TrainSettings
    space: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; ``space`` is left out where networks have the run's own size."""
        values = as_json(self)
        return values if self.space else {name: value for name, value in values.items() if name != "space"}

    def determining(self) -> dict[str, Any]:
        """Return of it what numbers depend on, as JSON values: not where archives lie, and no threads."""
        return replace(self, data_root=None, settings=replace(self.settings, threads=0)).to_json()


@dataclass(frozen=True)
class Request:
    """A training as asked for, and the pictures that it is on; name: of its folder.

    space: the run's, or one of other options, that builds the network; the supernet's is the run's.
    """

    run: SearchedRun
    space: Any
    architecture: Architecture
    setting: Setting
    images: "ImageSource"
    name: str

    @property
    def shape(self) -> tuple[InputSpec, int]:
        """What networks read, and how many logits they have."""
        return _shape(self.images)

    def build(self) -> FeatureNetwork:
        """Return the architecture's network with fresh weights."""
        return _network(self.space, self.architecture, self.shape, searched=self.setting.settings.searched)


def request_from(options: argparse.Namespace) -> Request:
    """Return what the options ask for; raises UsageError."""
    if options.data is None:
        raise UsageError("--data is missing; give digits, cifar10, cifar100, or imagefolder:DIR")
    if not 0 < options.label_fraction <= 1:
        raise UsageError(f"--label-fraction {options.label_fraction:g}: must be above 0 and at most 1")
    if options.seeds < 1:
        raise UsageError(f"--seeds {options.seeds}: must be at least 1")
    if options.seed < 0:
        raise UsageError(f"--seed {options.seed}: must be at least 0")
    assigned = parse_assignments(options.assignments, ("train", "space"))
    given = _settings(options, assigned["train"])
    run = SearchedRun(options.run)
    space, other = run.resized(assigned["space"])
    architecture, where = run.architecture(options), settled_data(options)
    images = open_labelled(where["data"], where["data_root"], download=options.download)
    settings = _settled(given, space, architecture, images, probe=options.linear_probe)
    setting = Setting(
        **where,
        label_fraction=options.label_fraction,
        linear_probe=options.linear_probe,
        settings=settings,
        space=other,
    )
    return Request(run, space, architecture, setting, images, _name(options, setting))


def _settings(options: argparse.Namespace, assigned: Mapping[str, str]) -> TrainSettings:
    flags = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    settings: TrainSettings = TRAININGS.build("darts", {**assigned, **flags})
    return settings


def _settled(
    settings: TrainSettings, space: Any, architecture: Architecture, images: "ImageSource", *, probe: bool
) -> TrainSettings:
    """Return the settings with the recipe's numbers for the architecture's network; raises UsageError."""
    network = _network(space, architecture, _shape(images), searched=settings.searched)
    cellular = isinstance(network, CellularNetwork)
    return settle(settings, size=images.size, cellular=cellular, probe=probe)


def _network(space: Any, architecture: Architecture, shape: tuple[InputSpec, int], *, searched: bool) -> FeatureNetwork:
    if searched and architecture.supernet is None:
        raise UsageError("train.searched=true: this run is no search by gradient, and has no supernet; leave it out")
    try:
        candidate, own = space.decode(architecture.candidate), {"searched": True} if searched else {}
        network: FeatureNetwork = space.build(candidate, *shape, **own)
    except ValueError as error:
        raise UsageError(f"the architecture cannot be built for these pictures: {error}") from error
    return network


def _shape(images: "ImageSource") -> tuple[InputSpec, int]:
    spec, outputs = network_shape(images)
    assert isinstance(spec, InputSpec)
    return spec, outputs


def _name(options: argparse.Namespace, setting: Setting) -> str:
    """Return the name given, or one of the setting's own, and of the architecture's where that is not the best."""
    if options.name is None:
        asked = {**setting.determining(), "seed_of": options.seed_of, "candidate": options.candidate}
        words = ("probe",) if setting.linear_probe else ()
        return default_folder((Path(setting.data).name.partition(":")[0], *words), asked).name
    if not options.name or options.name != plain(options.name):
        raise UsageError(f"--name {options.name!r}: letters, digits, '_', '.' and '-' are allowed, 1 to 60 of them")
    name: str = options.name
    return name

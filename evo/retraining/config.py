"""What a training is: everything that its numbers depend on, but first weights and seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.choices import choose
from evo.engine.data_options import asked_data, check_same, of_one_origin, open_source, settled_data
from evo.engine.plugins import table_of
from evo.engine.trust import named_again
from evo.records.config import TOLD, as_json
from evo.retraining.former_shift import FORMER_SHIFT, began_with_shift
from evo.retraining.given_candidate import given_candidate
from evo.retraining.labelled_images import open_labelled
from evo.retraining.request import AXES_WITH_OPTIONS, INHERITED, INITS, NAMED, TrainRequest
from evo.retraining.searched_run import Architecture, SearchedRun, open_run
from evo.retraining.settings import TRAININGS, TrainSettings, settle
from evo.retraining.stored_files import FOLDER, PICK
from evo.retraining.supernet_norms import began_as, check_norms, settle_norms
from evo.scoring.folder import default_folder
from evo.storage.plain_names import plain
from fitness.base import network_shape
from spaces import CellularNetwork, FeatureNetwork, InputSpec
from tasks import Split, identity_of, splits_of
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from tasks import ImageSource


MOST_SEEDS = 10_000


@dataclass(frozen=True)
class TrainConfig:
    """How an architecture is trained; a difference between first weights is one at equal configurations.

    data: spec of the images; data_root: folder of their archives; data_identity: as of a search
    label_fraction: share of the training images
    space: options of the run's space that networks are built with instead of its own
    validation: whether it learns from the training split alone and is judged on the validation split, to pick a cell
    """

    data: str
    data_root: str | None
    label_fraction: float
    linear_probe: bool
    settings: TrainSettings
    space: Mapping[str, object] = field(default_factory=dict)
    data_identity: str = ""
    validation: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; ``space`` is left out where networks have the run's own size.

        So is a shift by 4 pixels, which trainings had before it was said, and any where no image is shifted.
        """
        values = {name: value for name, value in as_json(self).items() if value or name not in _SELDOM}
        if self.settings.shift == FORMER_SHIFT or not self.settings.augment:
            del values["settings"]["shift"]
        return values

    def determining(self) -> dict[str, Any]:
        """Return of it what numbers depend on, as JSON values: not where archives lie, and no threads."""
        return replace(self, data_root=None, settings=replace(self.settings, threads=0)).to_json()


_SELDOM = ("space", "data_identity", "validation")


@dataclass(frozen=True)
class ResolvedTraining:
    """What a request means, and the images that are learnt from.

    space: the run's, or one of other options, that builds the network; the supernet's is the run's
    name: of its folder
    chosen: options of the space that nobody asked for, taken because networks are trained for use
    """

    run: SearchedRun
    space: Any
    architecture: Architecture
    config: TrainConfig
    images: "ImageSource"
    name: str
    chosen: Mapping[str, object] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[InputSpec, int]:
        """What networks read, and how many logits they have."""
        return _shape(self.images)

    def build(self) -> FeatureNetwork:
        """Return the architecture's network with fresh weights."""
        return _network(self.space, self.architecture, self.shape, self.config.settings)

    @property
    def path(self) -> Path:
        """The folder of its trainings; one that is judged on validation has a folder for each cell."""
        if self.config.validation:
            return self.run.path / PICK / self.name / f"seed-{self.architecture.supernet}"
        return self.run.path / FOLDER / self.name


def resolve_training(request: TrainRequest) -> ResolvedTraining:
    """Return what a request means; raises UsageError."""
    _check(request)
    options = {axis: request.options.get(axis, {}) for axis in AXES_WITH_OPTIONS}
    given = _settings(request, options["train"])
    run = _run(request, options["space"])
    architecture = run.architecture(seed_of=request.seed_of, candidate=request.candidate)
    asked = settle_norms(given, architecture, run.space, inherits=INHERITED in request.inits)
    for_use = {} if asked.searched else run.options_for_use()  # which is built as the supernet is
    space, other = run.resized({**for_use, **options["space"]})
    unasked = {name: other[name] for name in for_use if name in other and name not in options["space"]}
    chosen = asked_data(request)
    where = settled_data(chosen, request.data_root)
    source: Any = chosen and chosen.made
    images = open_labelled(where["data"] if source is None else source, where["data_root"], download=request.download)
    _check_unseen(run, where["data"], images, download=request.download)
    if request.pick and Split.VALIDATION not in splits_of(images):
        raise UsageError(f"--pick: --data {where['data']} has no validation images; name a cell by --seed-of")
    settings = _settled(asked, space, architecture, images, probe=request.linear_probe)
    config = TrainConfig(
        **where,
        label_fraction=request.label_fraction,
        linear_probe=request.linear_probe,
        settings=settings,
        space=other,
        data_identity=identity_of(images),
        validation=request.pick,
    )
    name = _name(request, architecture, config)
    resolved = _as_begun(request, given, ResolvedTraining(run, space, architecture, config, images, name, unasked))
    if given.searched is not None and INHERITED in request.inits:
        check_norms(settings, architecture, run.space, resolved.path)
    return resolved


def _as_begun(request: TrainRequest, given: TrainSettings, resolved: ResolvedTraining) -> ResolvedTraining:
    """Return a training as the trainings that it goes on with have what is not ``given``: shift and ``searched``."""
    own = _norms_as_begun(request, given, resolved)
    settings = resolved.config.settings
    if given.shift is not None or not settings.augment or began_with_shift(own.path, settings.shift):
        return own
    former = _norms_as_begun(request, given, _with(request, resolved, shift=FORMER_SHIFT))
    return former if began_with_shift(former.path, FORMER_SHIFT) else own


def _norms_as_begun(request: TrainRequest, given: TrainSettings, resolved: ResolvedTraining) -> ResolvedTraining:
    """Return a training that says nothing of ``searched`` as the trainings that it goes on with have it."""
    if given.searched is not None:
        return resolved
    searched = not resolved.config.settings.searched
    other = _with(request, resolved, searched=searched)
    return other if began_as(other.path, searched=searched, named=request.name is not None) else resolved


def _with(request: TrainRequest, resolved: ResolvedTraining, **settings: Any) -> ResolvedTraining:
    """Return a training with other settings, in the folder that is theirs."""
    config = replace(resolved.config, settings=replace(resolved.config.settings, **settings))
    return replace(resolved, config=config, name=_name(request, resolved.architecture, config))


def _run(request: TrainRequest, options: Mapping[str, object]) -> SearchedRun:
    """Return the run that is named, or the folder of a candidate that no run has found."""
    if request.run is None:
        return given_candidate(request)
    if request.run_dir is not None:
        raise UsageError(f"--run-dir {request.run_dir}: a run's trainings lie in its own folder; leave it out")
    named = named_again({"space": request.space}, {"space": options})
    return open_run(request.run, objects=_own_space(request), named=named)


def _check_unseen(run: SearchedRun, data: str, images: "ImageSource", *, download: bool) -> None:
    """Raise UsageError where the search was on these images, whatever their size, and they have changed since.

    They were divided otherwise then: it may have seen what is now for the test. A study's caller sees what they like.
    """
    searched = run.config
    if searched.fitness.name == TOLD or not of_one_origin(searched.data, data):
        return
    own = images if searched.data == data else open_source(replace(searched, objects=()), {}, download=download)
    check_same(searched, own, f"{run.path}: what it found cannot be tested on images that it may have seen")


def _own_space(request: TrainRequest) -> dict[str, object]:
    """Return the space that the caller made, by its axis; none where it can be made by its name."""
    made = None if request.space is None else choose(table_of("space"), request.space, {}).made
    return {} if made is None else {"space": made}


def _check(request: TrainRequest) -> None:
    if request.data is None:
        raise UsageError("--data is missing; give digits, cifar10, cifar100, or imagefolder:DIR")
    if not 0 < request.label_fraction <= 1:
        raise UsageError(f"--label-fraction {request.label_fraction:g}: must be above 0 and at most 1")
    if request.init not in INITS:
        raise unknown_name("--init", request.init, INITS)
    check_range("--seeds", request.seeds, 1, MOST_SEEDS)
    if request.pick_epochs is not None and not request.pick:
        raise UsageError(f"--pick-epochs {request.pick_epochs}: says how long --pick trains every cell; give both")
    if request.seed < 0:
        raise UsageError(f"--seed {request.seed}: must be at least 0")
    for axis in request.options:
        if axis not in AXES_WITH_OPTIONS:
            raise unknown_name("axis in options:", axis, AXES_WITH_OPTIONS)


def _settings(request: TrainRequest, options: Mapping[str, object]) -> TrainSettings:
    named = {name: getattr(request, name) for name in NAMED if getattr(request, name) is not None}
    settings: TrainSettings = TRAININGS.build("darts", {**options, **named})
    return settings


def _settled(
    settings: TrainSettings, space: Any, architecture: Architecture, images: "ImageSource", *, probe: bool
) -> TrainSettings:
    """Return the settings with the recipe's numbers for the architecture's network; raises UsageError."""
    network = _network(space, architecture, _shape(images), settings)
    cellular = isinstance(network, CellularNetwork)
    return settle(settings, size=images.size, cellular=cellular, probe=probe)


def _network(
    space: Any, architecture: Architecture, shape: tuple[InputSpec, int], settings: TrainSettings
) -> FeatureNetwork:
    if settings.searched and architecture.supernet is None:
        raise UsageError("train.searched=true: this run is no differentiable search, and has no supernet; leave it out")
    try:
        candidate, own = space.decode(architecture.candidate), {"searched": True} if settings.searched else {}
        network: FeatureNetwork = space.build(candidate, *shape, **own)
    except ValueError as error:
        raise UsageError(f"the architecture cannot be built for these images: {error}") from error
    return network


def _shape(images: "ImageSource") -> tuple[InputSpec, int]:
    spec, outputs = network_shape(images)
    assert isinstance(spec, InputSpec)
    return spec, outputs


def _name(request: TrainRequest, architecture: Architecture, config: TrainConfig) -> str:
    """Return the name given, or one of the configuration's own, and the architecture's where that is not the best."""
    name = request.name
    if name is None:
        candidate = None if request.candidate is None else architecture.candidate
        asked = {**config.determining(), "seed_of": request.seed_of, "candidate": candidate}
        words = ("probe",) if config.linear_probe else ()
        return default_folder((Path(config.data).name.partition(":")[0], *words), asked).name
    if not name or name != plain(name):
        raise UsageError(f"--name {name!r}: letters, digits, '_', '.' and '-' are allowed, 1 to 60 of them")
    return name

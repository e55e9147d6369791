"""Networks of a run's candidates, with the weights they were scored with, inherited ones or trained ones."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.data_options import open_source
from evo.engine.plugins import make
from evo.records.config import TOLD, Choice, SearchConfig
from evo.records.trial import evaluation_seed
from fitness.base import network_shape, scored_key
from spaces import InputSpec, NetworkSpace, candidate_key
from tasks import derive_rng
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    from spaces import FeatureNetwork


def initial(
    config: SearchConfig, text: str, *, seed: int | None = None, objects: Mapping[str, object]
) -> "FeatureNetwork":
    """Return a candidate's network with the weights that it was scored with first; raises UsageError.

    seed: that of its trial, None for that of the candidate. Fitnesses draw weights in this way; one of a caller's own
    may draw others.
    """
    from fitness import seeded

    if seed is None:
        seed = _seed_of(config, text, objects)
    with seeded(int(derive_rng(seed).integers(2**63))):
        return _built(config, text, objects)


def _seed_of(config: SearchConfig, text: str, objects: Mapping[str, object]) -> int:
    space: Any = make("space", config, objects)
    candidate = _decoded(space, text)
    if config.fitness.name == TOLD:  # a study, whose caller scores
        return evaluation_seed(config.seed, candidate_key(space, candidate))
    fitness = make("fitness", config, objects, source=open_source(config, objects))
    return evaluation_seed(config.seed, scored_key(space, fitness, candidate))


def best(path: Path, config: SearchConfig, text: str, *, objects: Mapping[str, object]) -> "FeatureNetwork":
    """Return a candidate's network with its best trained weights, or those of its supernet; raises UsageError for none.

    The best of several trainings is the one of highest test accuracy; a linear probe's classifier is not part of it.
    """
    trained = _best_training(path, text)
    return _inheriting(path, text, objects) if trained is None else _trained(*trained, config, objects)


def _best_training(path: Path, text: str) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the folder and the result of the candidate's best finished training, None where there is none."""
    from evo.retraining.folder import FOLDER, RESULT, read_result

    found = [(result.parent, read_result(result)) for result in sorted((path / FOLDER).glob(f"*/*/{RESULT}"))]
    own = [(folder, values) for folder, values in found if values["candidate"] == text]
    return max(own, key=lambda one: float(one[1]["test_accuracy"]), default=None)


def _trained(
    folder: Path, result: Mapping[str, Any], config: SearchConfig, objects: Mapping[str, object]
) -> "FeatureNetwork":
    from safetensors.torch import load_file

    from evo.retraining.folder import WEIGHTS

    asked = result["setting"]
    size = Choice(config.space.name, {**config.space.options, **asked.get("space", {})})
    where = replace(config, space=size, data=asked["data"], data_root=asked["data_root"])
    rest = {axis: one for axis, one in objects.items() if axis != "space" or not asked.get("space")}
    own = {"searched": True} if asked["settings"]["searched"] else {}
    network = _built(where, result["candidate"], rest, **own)
    weights = load_file(folder / WEIGHTS)
    network.load_state_dict({name: value for name, value in weights.items() if not name.startswith("probe.")})
    return network


def _inheriting(path: Path, text: str, objects: Mapping[str, object]) -> "FeatureNetwork":
    from evo.retraining.inherited_weights import inherit_weights, load_supernet
    from evo.retraining.searched_run import open_run

    run = open_run(path, objects=objects)
    architecture = run.architecture(candidate=text)
    if architecture.supernet is None:
        raise UsageError(f"{path}: has no trained weights of {text!r}; use evo.train, or weights='initial'")
    network = _built(run.config, text, objects)
    shape, _ = network_shape(open_source(run.config, objects))
    assert isinstance(shape, InputSpec)
    supernet = load_supernet(run.with_supernets(), architecture.supernet, shape).supernet
    inherit_weights(supernet, run.space.decode(architecture.candidate), network)
    return network


def _built(config: SearchConfig, text: str, objects: Mapping[str, object], **own: object) -> "FeatureNetwork":
    """Return a candidate's network for the images of a configuration, with weights as torch draws them."""
    space: Any = make("space", config, objects)
    images = open_source(config, objects)
    builds = isinstance(space, NetworkSpace)
    if not builds:
        raise UsageError(f"space {config.space.name!r} builds no networks")
    network: FeatureNetwork = space.build(_decoded(space, text), *network_shape(images, space), **own)
    return network


def _decoded(space: Any, text: str) -> Any:
    try:
        return space.decode(text)
    except ValueError as error:
        raise UsageError(f"candidate {text!r}: {error}") from error

"""Networks of a run's candidates, with the weights they were scored with, inherited ones or trained ones."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.data_options import open_source
from evo.engine.objective_values import key_in
from evo.engine.plugins import make
from evo.engine.trust import check_trusted
from evo.records.config import TOLD, Choice, SearchConfig
from evo.records.requests import PluginLike
from evo.records.trial import evaluation_seed
from evo.storage.run_folder import read_config
from fitness.base import network_shape
from spaces import InputSpec, NetworkSpace, build_options, candidate_key, published_form, read_candidate
from tasks import derive_rng, draw_plain
from tasks.foundation.errors import UsageError
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, read_plain
from tasks.foundation.trust import check_options

if TYPE_CHECKING:
    from spaces import FeatureNetwork


def own_text(config: SearchConfig, text: str, *, objects: Mapping[str, object]) -> str:
    """Return a candidate that a person gives as its space writes it; raises UsageError where the space refuses it."""
    space: Any = make("space", config, objects)
    encoded: str = space.encode(_decoded(space, text))
    return encoded


def published(config: SearchConfig, text: str, *, objects: Mapping[str, object]) -> str | None:
    """Return the form in which a candidate would be published, None where its space has none; raises UsageError."""
    return published_form(make("space", config, objects), own_text(config, text, objects=objects))


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
    return evaluation_seed(config.seed, key_in(config, space, fitness, candidate))


def best(
    path: Path,
    text: str,
    *,
    seed: int | None = None,
    objects: Mapping[str, object],
    data: PluginLike | None = None,
) -> "FeatureNetwork":
    """Return a candidate's network with its best trained weights, or those of its supernet; raises UsageError for none.

    The best of several trainings is the one of highest test accuracy; a linear probe's classifier is not part of it.
    With those of its supernet it computes what that did under the candidate; running statistics are measured anew on
    1,000 training images of the search, none of them augmented where its source can show them so.

    seed: of the supernet that derived the candidate, None for the one that is found to have
    data: the images that it was trained on, where the caller names them again
    """
    trained = best_training(path, text)
    if trained is None:
        return _inheriting(path, text, seed, objects)
    config = as_trained(read_config(path), trained[1])
    if data is None:
        check_trusted(trained[0], config, frozenset(), axes={"data"})
    check_options(trained[0], "space", trained[1]["setting"].get("space", {}))
    space = {"space": objects["space"]} if "space" in objects and not trained[1]["setting"].get("space") else {}
    return _trained(*trained, config, {**space, **({} if data is None else {"data": data})})


def best_training(path: Path, text: str) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the folder and the result of the candidate's best finished training, None where there is none."""
    from evo.retraining.stored_files import FOLDER, RESULT, read_result

    found = [(result.parent, read_result(result)) for result in sorted((path / FOLDER).glob(f"*/*/{RESULT}"))]
    own = [(folder, values) for folder, values in found if values["candidate"] == text]
    return max(own, key=lambda one: float(one[1]["test_accuracy"]), default=None)


def as_trained(config: SearchConfig, result: Mapping[str, Any]) -> SearchConfig:
    """Return a run's configuration with the images and the size of the networks of one of its trainings."""
    asked = result["setting"]
    size = Choice(config.space.name, {**config.space.options, **asked.get("space", {})})
    objects = tuple(axis for axis in config.objects if axis != "data")  # the search's own images
    return replace(config, space=size, data=asked["data"], data_root=asked["data_root"], objects=objects)


def _trained(
    folder: Path, result: Mapping[str, Any], config: SearchConfig, objects: Mapping[str, object]
) -> "FeatureNetwork":
    from safetensors.torch import load

    from evo.retraining.stored_files import WEIGHTS

    own = {"searched": True} if result["setting"]["settings"]["searched"] else {}
    network = _built(config, result["candidate"], objects, **own)
    weights = load(read_plain(folder / WEIGHTS, most=MOST_TENSOR_BYTES))
    network.load_state_dict({name: value for name, value in weights.items() if not name.startswith("probe.")})
    return network


def _inheriting(path: Path, text: str, seed: int | None, objects: Mapping[str, object]) -> "FeatureNetwork":
    from evo.retraining.inherited_weights import inherit_weights, load_supernet
    from evo.retraining.running_statistics import MEASURED, measure_statistics
    from evo.retraining.searched_run import SupernetRun, open_run

    run = open_run(path, objects=objects, named={"space", "space.*"})  # which the caller of this has checked
    if not isinstance(run, SupernetRun):
        raise UsageError(f"{path}: has no trained weights of {text!r}; use evo.train, or weights='initial'")
    network = _built(run.config, text, objects, **build_options(run.space))
    images = open_source(run.config, objects)
    shape, _ = network_shape(images)
    assert isinstance(shape, InputSpec)
    own = _its_supernet(path, text) if seed is None else seed
    try:
        inherit_weights(load_supernet(run, own, shape).supernet, _decoded(run.space, text), network)
    except ValueError as error:
        raise UsageError(f"{path}: its weights cannot be inherited: {error}; weights='initial' are fresh") from error
    measure_statistics(network, draw_plain(images, MEASURED, derive_rng(own, "networks", "statistics")).images)
    network.train()  # as networks of other weights are
    return network


def supernet_of(path: Path, text: str) -> int | None:
    """Return the seed of the supernet that a candidate was derived from, None where there is none."""
    from evo.storage.checkpoint import read_progress, seeds_in

    return next((seed for seed in seeds_in(path) if read_progress(path, seed).derived == text), None)


def _its_supernet(path: Path, text: str) -> int:
    from evo.storage.checkpoint import seeds_in

    seed = supernet_of(path, text)
    if seed is None:
        there = ", ".join(map(str, seeds_in(path))) or "none yet"
        raise UsageError(
            f"{path}: none of its supernets ({there}) derived {text!r}; give a record of the run, or a candidate that "
            "it derived"
        )
    return seed


def _built(config: SearchConfig, text: str, objects: Mapping[str, object], **own: Any) -> "FeatureNetwork":
    """Return a candidate's network for the images of a configuration, with weights as torch draws them."""
    space: Any = make("space", config, objects)
    images = open_source(config, objects)
    if not isinstance(space, NetworkSpace):
        raise UsageError(f"space {config.space.name!r} builds no networks")
    network: FeatureNetwork = space.build(_decoded(space, text), *network_shape(images, space), **own)
    return network


def _decoded(space: Any, text: str) -> Any:
    try:
        return read_candidate(space, text)
    except ValueError as error:
        raise UsageError(f"candidate {text!r}: {error}") from error

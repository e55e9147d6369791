"""What is exported: a network with the best weights that there are, and where both come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from torch import nn

from evo import networks
from evo.cluster.caller_process import left_as_it_was
from evo.engine.choices import check_same, choose
from evo.engine.data_options import choose_data, open_source
from evo.engine.plugins import make, table_of
from evo.engine.trust import check_trusted, named_again
from evo.exporting.chosen_cell import ChosenCell, check_one_named, chosen_cell
from evo.exporting.request import ExportRequest
from evo.records.config import Choice, SearchConfig
from evo.storage.run_folder import read_config
from fitness.base import network_shape
from spaces import InputSpec, NetworkSpace, SequenceSpec, build_options, options_for_use, read_candidate
from tasks import ImageSource
from tasks.foundation.errors import UsageError, bounded
from tasks.foundation.trust import trusting_as_asked

_AXES = frozenset(("space",))
"""What a command line can be told again."""


class Weights(StrEnum):
    """Where the weights of a network come from."""

    TRAINED = "trained"  # by evo.train
    INHERITED = "inherited"  # from the supernet that it was derived from
    NONE = "none"  # they are as torch draws them


@dataclass(frozen=True)
class Origin:
    """Where weights come from.

    training: result of the best training of the candidate, None where there is none
    supernet: seed of the supernet that they are inherited from, None where they are not
    """

    training: Mapping[str, Any] | None = None
    supernet: int | None = None

    @property
    def weights(self) -> Weights:
        """The same in a word."""
        if self.training is not None:
            return Weights.TRAINED
        return Weights.NONE if self.supernet is None else Weights.INHERITED

    def build(self, space: Any) -> Mapping[str, object]:
        """Return what the space's ``build`` takes beside candidate, input and outputs for such weights."""
        if self.weights is Weights.INHERITED:
            return build_options(space)
        searched = self.training is not None and self.training["setting"]["settings"]["searched"]
        return {"searched": True} if searched else {}


@dataclass(frozen=True)
class Exportable:
    """A candidate's network and where it comes from.

    run: folder of the search; searched: its configuration; config: the same, with the size and the images that the
    network is for
    cell: the candidate's text, which supernet derived it, and whether it is the run's best
    spec: what the network reads; num_outputs: logits; images: that it was searched or trained with
    network: in evaluation mode, with the weights
    """

    run: Path
    searched: SearchConfig
    config: SearchConfig
    space: Any
    candidate: Any
    cell: ChosenCell
    spec: InputSpec | SequenceSpec
    num_outputs: int
    images: ImageSource
    network: nn.Module
    origin: Origin

    @property
    def text(self) -> str:
        """The candidate's text."""
        return self.cell.text

    @property
    def best(self) -> bool:
        """Whether it is the run's best."""
        return self.cell.best


@trusting_as_asked
def open_exportable(request: ExportRequest) -> Exportable:
    """Return what a request names; raises UsageError where it is not there, or what it needs may not be imported."""
    check_one_named(request)
    searched = read_config(request.run)
    given = _given(request, searched)
    space: Any = make("space", searched, given)
    if not isinstance(space, NetworkSpace):
        raise UsageError(f"{request.run}: space {searched.space.name!r} builds no networks; there is nothing to export")
    cell = chosen_cell(request) if request.candidate is None else ChosenCell(_encoded(space, request.candidate))
    origin = _origin(request.run, cell)
    config, objects = _as_used(searched, given, space, origin)
    space = make("space", config, objects)
    named = named_again({"data": request.data, **objects})
    check_trusted(request.run, config, named, axes={"data"}, taken=_AXES)
    images = open_source(config, objects)
    spec, num_outputs = network_shape(images, space)
    return Exportable(
        run=request.run,
        searched=searched,
        config=config,
        space=space,
        candidate=_decoded(request.run, space, cell.text),
        cell=cell,
        spec=spec,
        num_outputs=num_outputs,
        images=images,
        network=_network(request.run, config, cell.text, origin, objects).eval(),
        origin=origin,
    )


def _given(request: ExportRequest, config: SearchConfig) -> dict[str, object]:
    """Return the caller's own objects by axis; raises UsageError for what is missing, or for another space."""
    if request.space is not None:
        check_same(table_of("space"), config.space, request.space)
    chosen = {
        "space": None if request.space is None else choose(table_of("space"), request.space, {}),
        "data": choose_data(request.data),
    }
    objects = {axis: one.made for axis, one in chosen.items() if one is not None and one.made is not None}
    named = named_again({**{"space": request.space, "data": request.data}, **objects})
    check_trusted(request.run, config, named, axes={"space"}, taken=_AXES)
    return objects


def _encoded(space: Any, text: str) -> str:
    try:
        return str(space.encode(read_candidate(space, text)))
    except ValueError as error:
        raise UsageError(f"--candidate {bounded(text, 80)!r}: {error}") from error


def _decoded(run: Path, space: Any, text: str) -> Any:
    try:
        return space.decode(text)
    except ValueError as error:  # a row that somebody else wrote
        raise UsageError(f"{run}: its row of {bounded(text, 80)!r} is no candidate of its space ({error})") from error


def _origin(run: Path, cell: ChosenCell) -> Origin:
    training = networks.best_training(run, cell.text)
    if training is not None:
        return Origin(training[1])
    return Origin(supernet=networks.supernet_of(run, cell.text) if cell.supernet is None else cell.supernet)


def _as_used(
    config: SearchConfig, objects: dict[str, object], space: Any, origin: Origin
) -> tuple[SearchConfig, dict[str, object]]:
    """Return the configuration that the weights are for, or that untrained networks are trained for use with."""
    if origin.training is not None:
        other = origin.training["setting"].get("space", {})
        return networks.as_trained(config, origin.training), {
            axis: one for axis, one in objects.items() if axis == "data" or not other
        }
    if origin.weights is Weights.NONE and "space" not in config.objects:
        options = {**config.space.options, **options_for_use(space)}
        return replace(config, space=Choice(config.space.name, options)), objects
    return config, objects


def _network(run: Path, config: SearchConfig, text: str, origin: Origin, objects: Mapping[str, object]) -> nn.Module:
    with left_as_it_was():  # a caller's default type would give other weights
        if origin.weights is Weights.NONE:
            return networks.initial(config, text, seed=config.seed, objects=objects)
        return networks.best(run, text, seed=origin.supernet, objects=objects, data=objects.get("data"))

"""Inherited weights: those of a derived network from its supernet (SSWP-NAS, Li et al., 2022)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import nn

from spaces.base import FeatureNetwork
from spaces.supernet.mixed_edge import MixedEdge
from spaces.supernet.supernet import RelaxableSpace, Supernet

CandidateT = TypeVar("CandidateT")

_CONTAINERS = (nn.ModuleDict, nn.ModuleList, nn.Sequential)  # empty in a cell of zeros


@dataclass(frozen=True)
class Inheritance:
    """What was not inherited.

    fresh: names of the network's state that the supernet has nothing for, left as initialised; scale and shift of
    normalisation 1 and 0
    lost: names of the supernet's state, in the parts that the network has too, that the network has no place for
    skips: how many auxiliary skips the supernet computed beside its candidates (DARTS-); no network has any
    """

    fresh: tuple[str, ...]
    lost: tuple[str, ...]
    skips: int = 0


def build_options(space: RelaxableSpace) -> dict[str, Any]:
    """Return what a space's ``build`` takes for a network that computes what its supernet did: ``searched``.

    Nothing where its networks have all norms of the supernet in any case, as it says by ``norms_as_relaxed``.
    """
    return {} if getattr(space, "norms_as_relaxed", False) else {"searched": True}


def inherit(supernet: Supernet[CandidateT], candidate: CandidateT, network: FeatureNetwork) -> Inheritance:
    """Copy weights and statistics of normalisation from a supernet into the network of a candidate; say what was not.

    A network built by its space with ``build_options`` has all parts of the supernet, and both compute the same under
    ``supernet.gates_of(candidate)`` in training mode. One built as usual may differ in two ways. Its normalisation has
    a scale and a shift, which are set to 1 and 0 and change nothing until they are trained. And no normalisation
    follows pooling in cells of DARTS: those of the supernet are ``lost``, and where there are any, the features differ.

    In evaluation mode both compute the same once statistics are measured anew under the candidate: those of a supernet
    are of mixtures or of many paths, and one of NAS-Bench-201 has none. A classifier for another number of classes
    stays ``fresh`` as a whole.

    Raises ValueError for a supernet whose operations have fewer channels than the network's, and for a network of
    another candidate or size.
    """
    if supernet.options.portion != 1:
        raise ValueError(
            f"operations of this supernet have 1 / {supernet.options.portion} of the network's channels; there is "
            "nothing to inherit: train the network from the start"
        )
    pairs = list(supernet.counterparts(candidate))
    _check_whole(network, [other for _, other in pairs])
    copied, lost = set[str](), list[str]()
    for own, other in pairs:
        source, target = supernet.get_submodule(own), _part(network, other)
        if source is supernet.body.classifier and _shapes(source) != _shapes(target):
            continue
        names = _copy(source, target)
        copied |= {f"{other}.{name}" for name in names.copied}
        lost += [f"{own}.{name}" for name in names.lost]
    fresh = tuple(name for name in network.state_dict() if name not in copied)
    edges = (module for module in supernet.modules() if isinstance(module, MixedEdge))
    return Inheritance(fresh, tuple(lost), sum(edge.auxiliary is not None for edge in edges))


@dataclass(frozen=True)
class _Names:
    copied: tuple[str, ...]
    lost: tuple[str, ...]


def _copy(own: nn.Module, other: nn.Module) -> _Names:
    saved, wanted = own.state_dict(), other.state_dict()
    for name in saved.keys() & wanted.keys():
        if saved[name].shape != wanted[name].shape:
            raise ValueError(
                f"a part of the network has a {name} of the shape {tuple(wanted[name].shape)}, the supernet's has "
                f"{tuple(saved[name].shape)}; they must be of one size"
            )
    for module, names in ((own, saved.keys() - wanted.keys()), (other, wanted.keys() - saved.keys())):
        if not all(isinstance(module.get_submodule(name.rpartition(".")[0]), nn.BatchNorm2d) for name in names):
            raise ValueError(f"a part of the network has {_listed(wanted)}, the supernet's has {_listed(saved)}")
    for name in {name.rpartition(".")[0] for name in wanted.keys() - saved.keys()}:
        norm = other.get_submodule(name)
        assert isinstance(norm, nn.BatchNorm2d)
        norm.reset_parameters()  # ones and zeros, which leave features as they are
    copied = {name: value for name, value in saved.items() if name in wanted}
    other.load_state_dict(copied, strict=False)
    return _Names(tuple(copied), tuple(name for name in saved if name not in wanted))


def _check_whole(network: FeatureNetwork, named: Iterable[str]) -> None:
    """Raise ValueError for a layer of the network, with weights or without, that is in none of the named parts."""
    known = tuple(f"{name}." for name in named)
    for name, module in network.named_modules():
        layer = not isinstance(module, _CONTAINERS) and not list(module.children())
        if layer and not f"{name}.".startswith(known):
            raise ValueError(f"the supernet has no {name}: the network is not one of this candidate and size")


def _shapes(module: nn.Module) -> list[torch.Size]:
    return [parameter.shape for parameter in module.parameters()]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "no weights"


def _part(network: FeatureNetwork, name: str) -> nn.Module:
    try:
        return network.get_submodule(name)
    except AttributeError:
        raise ValueError(f"the network has no part {name}: it is not one of this candidate and size") from None

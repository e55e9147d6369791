"""Search spaces: sets of candidates, the networks they build and what those cost.

The names below are imported when first asked for, so that ``import spaces`` stays cheap enough for a command line's
``--help``.
"""

from typing import TYPE_CHECKING

from tasks.foundation.plugins import PluginTable, Variant

__distribution__ = "selfnas"

_GRIDS = ("resnet", "resnext_a", "resnext_b", "vanilla")
_FAMILIES = ("darts", "enas", "pnas", "amoeba", "nasnet")
_FIXED = ("darts", "enas", "pnas")  # families that the study also trained at one width and depth


def _grid(name: str) -> Variant:
    return Variant("spaces.nds.grids:NdsGrid", {"grid": name})


def _cells(family: str, *, fixed: bool = False, imagenet: bool = False) -> Variant:
    return Variant("spaces.nds.cells:NdsCells", {"family": family, "fixed": fixed, "imagenet": imagenet})


def _gradient(space: str) -> Variant:
    return Variant("spaces.darts.space:Darts", {"space": space})


SPACES = PluginTable(
    kind="space",
    group="selfnas.spaces",
    builtin={
        **{f"nds_{grid}": _grid(grid) for grid in _GRIDS},
        "nasbench101": "spaces.nasbench101.space:NasBench101",
        "nasbench201": "spaces.nasbench201.space:NasBench201",
        **{f"nds_{family}": _cells(family) for family in _FAMILIES},
        **{f"nds_{family}_f": _cells(family, fixed=True) for family in _FIXED},
        "darts": _gradient("s0"),
        **{space: _gradient(space) for space in ("s1", "s2", "s3", "s4")},
        "darts_layered": "spaces.darts.layered:LayeredDarts",
        "nasbench_nlp": "spaces.nasbench_nlp.space:NasBenchNlp",
        **{f"nds_{grid}_in": _grid(f"{grid}_in") for grid in _GRIDS},
        **{f"nds_{family}_in": _cells(family, imagenet=True) for family in _FAMILIES},
        **{f"nds_{family}_f_in": _cells(family, fixed=True, imagenet=True) for family in _FIXED},
        "proxy_tasks": "spaces.proxy_tasks.space:ProxyTasks",
        "proxy_tasks_nlp": "spaces.proxy_tasks.sequence_space:SequenceTasks",
    },
    methods=("sample", "mutate", "encode", "decode"),
)

_HOMES = {
    "Alphas": "supernet.base",
    "CellGates": "supernet.base",
    "CellularNetwork": "base",
    "ClassedSpace": "base",
    "Complexity": "complexity",
    "Dropping": "supernet.base",
    "FeatureInfo": "base",
    "FeatureNetwork": "base",
    "Gates": "supernet.base",
    "GraphSpace": "base",
    "InputSpec": "base",
    "KeyedSpace": "base",
    "NetworkSpace": "base",
    "PreparedSpace": "base",
    "RelaxableSpace": "supernet.supernet",
    "SearchSpace": "base",
    "SequenceSpec": "base",
    "Supernet": "supernet.supernet",
    "SupernetOptions": "supernet.base",
    "TaskSpace": "base",
    "WeightedLayer": "base",
    "candidate_key": "base",
    "count_complexity": "complexity",
    "count_parameters": "complexity",
    "reads_sequences": "base",
}
__all__ = ["SPACES", *_HOMES]

if TYPE_CHECKING:
    from spaces.base import CellularNetwork as CellularNetwork
    from spaces.base import ClassedSpace as ClassedSpace
    from spaces.base import FeatureInfo as FeatureInfo
    from spaces.base import FeatureNetwork as FeatureNetwork
    from spaces.base import GraphSpace as GraphSpace
    from spaces.base import InputSpec as InputSpec
    from spaces.base import KeyedSpace as KeyedSpace
    from spaces.base import NetworkSpace as NetworkSpace
    from spaces.base import PreparedSpace as PreparedSpace
    from spaces.base import SearchSpace as SearchSpace
    from spaces.base import SequenceSpec as SequenceSpec
    from spaces.base import TaskSpace as TaskSpace
    from spaces.base import WeightedLayer as WeightedLayer
    from spaces.base import candidate_key as candidate_key
    from spaces.base import reads_sequences as reads_sequences
    from spaces.complexity import Complexity as Complexity
    from spaces.complexity import count_complexity as count_complexity
    from spaces.complexity import count_parameters as count_parameters
    from spaces.supernet.base import Alphas as Alphas
    from spaces.supernet.base import CellGates as CellGates
    from spaces.supernet.base import Dropping as Dropping
    from spaces.supernet.base import Gates as Gates
    from spaces.supernet.base import SupernetOptions as SupernetOptions
    from spaces.supernet.supernet import RelaxableSpace as RelaxableSpace
    from spaces.supernet.supernet import Supernet as Supernet
else:  # hidden from type checkers: they would take every misspelt name for Any

    def __getattr__(name: str) -> object:
        """Return a public name, imported now; raises AttributeError for any other."""
        import importlib

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the public names, imported or not."""
        return sorted({*globals(), *_HOMES})

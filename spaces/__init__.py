"""Search spaces: sets of candidates, the networks they build and what those cost.

The names below are imported when first asked for, so that ``import spaces`` stays cheap enough for a command line's
``--help``.
"""

from typing import TYPE_CHECKING

from tasks.plugins import PluginTable, Variant

__distribution__ = "selfnas"

SPACES = PluginTable(
    kind="space",
    group="selfnas.spaces",
    builtin={
        "nds_resnet": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnet"}),
        "nds_resnet_in": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnet_in"}),
        "nds_resnext_a": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnext_a"}),
        "nds_resnext_a_in": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnext_a_in"}),
        "nds_resnext_b": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnext_b"}),
        "nds_resnext_b_in": Variant("spaces.nds_grids:NdsGrid", {"grid": "resnext_b_in"}),
        "nds_vanilla": Variant("spaces.nds_grids:NdsGrid", {"grid": "vanilla"}),
        "nds_vanilla_in": Variant("spaces.nds_grids:NdsGrid", {"grid": "vanilla_in"}),
        "nasbench101": "spaces.nasbench101:NasBench101",
        "nasbench_nlp": "spaces.nasbench_nlp:NasBenchNlp",
        "nasbench201": "spaces.nasbench201:NasBench201",
        "nds_darts": Variant("spaces.nds_cells:NdsCells", {"family": "darts", "fixed": False, "imagenet": False}),
        "nds_amoeba": Variant("spaces.nds_cells:NdsCells", {"family": "amoeba", "fixed": False, "imagenet": False}),
        "nds_enas": Variant("spaces.nds_cells:NdsCells", {"family": "enas", "fixed": False, "imagenet": False}),
        "nds_nasnet": Variant("spaces.nds_cells:NdsCells", {"family": "nasnet", "fixed": False, "imagenet": False}),
        "nds_pnas": Variant("spaces.nds_cells:NdsCells", {"family": "pnas", "fixed": False, "imagenet": False}),
        "nds_darts_f": Variant("spaces.nds_cells:NdsCells", {"family": "darts", "fixed": True, "imagenet": False}),
        "nds_enas_f": Variant("spaces.nds_cells:NdsCells", {"family": "enas", "fixed": True, "imagenet": False}),
        "nds_pnas_f": Variant("spaces.nds_cells:NdsCells", {"family": "pnas", "fixed": True, "imagenet": False}),
        "nds_darts_in": Variant("spaces.nds_cells:NdsCells", {"family": "darts", "fixed": False, "imagenet": True}),
        "nds_amoeba_in": Variant("spaces.nds_cells:NdsCells", {"family": "amoeba", "fixed": False, "imagenet": True}),
        "nds_enas_in": Variant("spaces.nds_cells:NdsCells", {"family": "enas", "fixed": False, "imagenet": True}),
        "nds_nasnet_in": Variant("spaces.nds_cells:NdsCells", {"family": "nasnet", "fixed": False, "imagenet": True}),
        "nds_pnas_in": Variant("spaces.nds_cells:NdsCells", {"family": "pnas", "fixed": False, "imagenet": True}),
        "nds_darts_f_in": Variant("spaces.nds_cells:NdsCells", {"family": "darts", "fixed": True, "imagenet": True}),
        "nds_enas_f_in": Variant("spaces.nds_cells:NdsCells", {"family": "enas", "fixed": True, "imagenet": True}),
        "nds_pnas_f_in": Variant("spaces.nds_cells:NdsCells", {"family": "pnas", "fixed": True, "imagenet": True}),
        "darts": Variant("spaces.darts:Darts", {"space": "s0"}),
        "s1": Variant("spaces.darts:Darts", {"space": "s1"}),
        "s2": Variant("spaces.darts:Darts", {"space": "s2"}),
        "s3": Variant("spaces.darts:Darts", {"space": "s3"}),
        "s4": Variant("spaces.darts:Darts", {"space": "s4"}),
    },
    methods=("sample", "mutate", "encode", "decode"),
)

_HOMES = {
    "Complexity": "complexity",
    "FeatureInfo": "base",
    "FeatureNetwork": "base",
    "InputSpec": "base",
    "KeyedSpace": "base",
    "NetworkSpace": "base",
    "SearchSpace": "base",
    "ClassedSpace": "base",
    "GraphSpace": "base",
    "PreparedSpace": "base",
    "SequenceSpec": "base",
    "candidate_key": "base",
    "reads_sequences": "base",
    "count_complexity": "complexity",
    "count_parameters": "complexity",
}
__all__ = ["SPACES", *_HOMES]

if TYPE_CHECKING:
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
    from spaces.base import candidate_key as candidate_key
    from spaces.base import reads_sequences as reads_sequences
    from spaces.complexity import Complexity as Complexity
    from spaces.complexity import count_complexity as count_complexity
    from spaces.complexity import count_parameters as count_parameters
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

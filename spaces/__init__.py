"""Search spaces: sets of candidates, the networks they build and what those cost; also tables of labelled candidates.

How good a candidate is, and which to try next, is said elsewhere: ``fitness`` and ``evo``. README.md lists all spaces
and what each folder holds. The names below are what other layers may import; each is imported when first asked for, so
that ``import spaces`` imports nothing else of the project.
"""

from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_NAMES = {
    "base": (
        *("CandidateT", "CellularNetwork", "ClassedSpace", "FeatureInfo", "FeatureNetwork", "FeatureStages"),
        *("GraphSpace", "InputSpec", "KeyedSpace", "NetworkSpace", "PlannedSpace", "PreparedSpace", "PublishedSpace"),
        *("SearchSpace", "SequenceSpec", "TaskSpace", "WeightedLayer"),
        *("candidate_key", "functional_key", "options_for_use", "reads_sequences"),
    ),
    "build_arguments": ("check_build_arguments", "check_size"),
    "cells.average_pooling": ("average_pool_3x3",),
    "cells.drop_path": ("DropPath",),
    "cells.operations": ("SKIP", "ZERO"),
    "complexity": ("Complexity", "count_complexity", "count_parameters"),
    "distinct": ("draw_distinct",),
    "drawing.diagram": (
        *("Arrow", "Blocks", "Diagram", "DrawnSpace", "GraphPart", "ImageRow", "ImagesPart", "Role", "SkeletonPart"),
        *("SkeletonRow", "TextPart", "Vertex"),
    ),
    "drawing.drawing": ("Strengths", "draw_candidate", "draw_text"),
    "drawing.palette": ("DARK",),
    "nasbench_nlp.network": ("step_decoder",),
    "operation_costs": (
        "CellCosts",
        "CostedSpace",
        "OperationCosts",
        "OperationGraph",
        "Place",
        "cifar_costs",
        "network_complexity",
    ),
    "proxy_tasks.published": ("published_tasks",),
    "reading": ("published_form", "read_candidate"),
    "space_table": ("SPACES",),
    "staged_network": ("StagedNetwork",),
    "supernet.base": ("PLAIN", "Alphas", "CellGates", "Dropping", "Gates", "SupernetOptions"),
    "supernet.cell_pass": ("CellPass", "ChangingParts", "keep_maps"),
    "supernet.derivation": ("Candidates", "Edge"),
    "supernet.gates": ("mixture", "single_paths", "strengths_of"),
    "supernet.inheritance": ("Inheritance", "build_options", "inherit"),
    "supernet.mixed_edge": ("EdgeGates",),
    "supernet.supernet": ("GatedNetwork", "RelaxableSpace", "Supernet"),
    "tables.label_noise": ("label_noise",),
    "tables.panel_file": ("SPACE_OPTIONS", "digest_of", "read_panel", "settle_panel"),
    "tables.table": ("CandidateTable",),
    "tables.table_file": ("Floats",),
    "tables.table_info": ("TableInfo",),
    "tables.table_writing": ("is_csv", "write_table"),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from spaces.base import CandidateT as CandidateT
    from spaces.base import CellularNetwork as CellularNetwork
    from spaces.base import ClassedSpace as ClassedSpace
    from spaces.base import FeatureInfo as FeatureInfo
    from spaces.base import FeatureNetwork as FeatureNetwork
    from spaces.base import FeatureStages as FeatureStages
    from spaces.base import GraphSpace as GraphSpace
    from spaces.base import InputSpec as InputSpec
    from spaces.base import KeyedSpace as KeyedSpace
    from spaces.base import NetworkSpace as NetworkSpace
    from spaces.base import PlannedSpace as PlannedSpace
    from spaces.base import PreparedSpace as PreparedSpace
    from spaces.base import PublishedSpace as PublishedSpace
    from spaces.base import SearchSpace as SearchSpace
    from spaces.base import SequenceSpec as SequenceSpec
    from spaces.base import TaskSpace as TaskSpace
    from spaces.base import WeightedLayer as WeightedLayer
    from spaces.base import candidate_key as candidate_key
    from spaces.base import functional_key as functional_key
    from spaces.base import options_for_use as options_for_use
    from spaces.base import reads_sequences as reads_sequences
    from spaces.build_arguments import check_build_arguments as check_build_arguments
    from spaces.build_arguments import check_size as check_size
    from spaces.cells.average_pooling import average_pool_3x3 as average_pool_3x3
    from spaces.cells.drop_path import DropPath as DropPath
    from spaces.cells.operations import SKIP as SKIP
    from spaces.cells.operations import ZERO as ZERO
    from spaces.complexity import Complexity as Complexity
    from spaces.complexity import count_complexity as count_complexity
    from spaces.complexity import count_parameters as count_parameters
    from spaces.distinct import draw_distinct as draw_distinct
    from spaces.drawing.diagram import Arrow as Arrow
    from spaces.drawing.diagram import Blocks as Blocks
    from spaces.drawing.diagram import Diagram as Diagram
    from spaces.drawing.diagram import DrawnSpace as DrawnSpace
    from spaces.drawing.diagram import GraphPart as GraphPart
    from spaces.drawing.diagram import ImageRow as ImageRow
    from spaces.drawing.diagram import ImagesPart as ImagesPart
    from spaces.drawing.diagram import Role as Role
    from spaces.drawing.diagram import SkeletonPart as SkeletonPart
    from spaces.drawing.diagram import SkeletonRow as SkeletonRow
    from spaces.drawing.diagram import TextPart as TextPart
    from spaces.drawing.diagram import Vertex as Vertex
    from spaces.drawing.drawing import Strengths as Strengths
    from spaces.drawing.drawing import draw_candidate as draw_candidate
    from spaces.drawing.drawing import draw_text as draw_text
    from spaces.drawing.palette import DARK as DARK
    from spaces.nasbench_nlp.network import step_decoder as step_decoder
    from spaces.operation_costs import CellCosts as CellCosts
    from spaces.operation_costs import CostedSpace as CostedSpace
    from spaces.operation_costs import OperationCosts as OperationCosts
    from spaces.operation_costs import OperationGraph as OperationGraph
    from spaces.operation_costs import Place as Place
    from spaces.operation_costs import cifar_costs as cifar_costs
    from spaces.operation_costs import network_complexity as network_complexity
    from spaces.proxy_tasks.published import published_tasks as published_tasks
    from spaces.reading import published_form as published_form
    from spaces.reading import read_candidate as read_candidate
    from spaces.space_table import SPACES as SPACES
    from spaces.staged_network import StagedNetwork as StagedNetwork
    from spaces.supernet.base import PLAIN as PLAIN
    from spaces.supernet.base import Alphas as Alphas
    from spaces.supernet.base import CellGates as CellGates
    from spaces.supernet.base import Dropping as Dropping
    from spaces.supernet.base import Gates as Gates
    from spaces.supernet.base import SupernetOptions as SupernetOptions
    from spaces.supernet.cell_pass import CellPass as CellPass
    from spaces.supernet.cell_pass import ChangingParts as ChangingParts
    from spaces.supernet.cell_pass import keep_maps as keep_maps
    from spaces.supernet.derivation import Candidates as Candidates
    from spaces.supernet.derivation import Edge as Edge
    from spaces.supernet.gates import mixture as mixture
    from spaces.supernet.gates import single_paths as single_paths
    from spaces.supernet.gates import strengths_of as strengths_of
    from spaces.supernet.inheritance import Inheritance as Inheritance
    from spaces.supernet.inheritance import build_options as build_options
    from spaces.supernet.inheritance import inherit as inherit
    from spaces.supernet.mixed_edge import EdgeGates as EdgeGates
    from spaces.supernet.supernet import GatedNetwork as GatedNetwork
    from spaces.supernet.supernet import RelaxableSpace as RelaxableSpace
    from spaces.supernet.supernet import Supernet as Supernet
    from spaces.tables.label_noise import label_noise as label_noise
    from spaces.tables.panel_file import SPACE_OPTIONS as SPACE_OPTIONS
    from spaces.tables.panel_file import digest_of as digest_of
    from spaces.tables.panel_file import read_panel as read_panel
    from spaces.tables.panel_file import settle_panel as settle_panel
    from spaces.tables.table import CandidateTable as CandidateTable
    from spaces.tables.table_file import Floats as Floats
    from spaces.tables.table_info import TableInfo as TableInfo
    from spaces.tables.table_writing import is_csv as is_csv
    from spaces.tables.table_writing import write_table as write_table
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

    __all__ = list(_HOMES)

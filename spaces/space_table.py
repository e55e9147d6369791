"""The search spaces by name, each imported when first asked for."""

from tasks.foundation.plugins import PluginTable, Variant

ABILITIES = (
    *("key", "functional_key", "to_graph", "prepare"),  # spaces.base
    "diagram",  # what candidates look like: spaces.drawing.diagram
    "operation_costs",  # of networks: spaces.operation_costs
    "blueprint",  # of networks: spaces.base
    *("build", "to_task", "relax"),  # what candidates are: networks, proxy tasks, paths of a supernet
    *("from_matrix", "from_recipe", "from_record"),  # read published architectures: spaces.tables.candidates
    *("from_published", "to_published"),  # of a text: spaces.reading
    "settle",  # of a class: tasks.foundation.plugins
)
"""Methods that a space may have beside the four that it must have."""

_GRIDS = ("resnet", "resnext_a", "resnext_b", "vanilla")
_FAMILIES = ("darts", "enas", "pnas", "amoeba", "nasnet")
_FIXED = ("darts", "enas", "pnas")  # families that the study also trained at one width and depth


def _grid(name: str) -> Variant:
    return Variant("spaces.nds.grids:NdsGrid", {"grid": name})


def _cells(family: str, *, fixed: bool = False, imagenet: bool = False) -> Variant:
    return Variant("spaces.nds.cells:NdsCells", {"family": family, "fixed": fixed, "imagenet": imagenet})


def _gradient(space: str) -> Variant:
    return Variant("spaces.darts.space:DartsCells", {"space": space})


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
        "proxy_task_sets": "spaces.proxy_tasks.set_space:ProxyTaskSets",
        "proxy_task_sets_nlp": "spaces.proxy_tasks.set_space:SequenceTaskSets",
    },
    methods=("sample", "mutate", "encode", "decode"),
    abilities=ABILITIES,
    traits=("reads", "used_with", "norms_as_relaxed", "published_forms"),
)

"""What a candidate is trained on: images, synthetic targets and the randomness both come from.

Knows nothing of networks. ``foundation`` holds what all four layers share, ``images`` the sources of images,
``transforms`` what is done to images before a network sees them, ``regression`` the synthetic targets of GenNAS. The
names below are what other layers may import; each is imported when first asked for, so that ``import tasks`` imports
nothing else of the project.
"""

from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_NAMES = {
    "foundation.command_line": (
        *("DONE", "FAILED", "INTERRUPTED", "USAGE", "OneLineParser", "add_archives", "add_assignments", "add_data"),
        *("add_shape",),
        *("parse_assignments", "printable", "run_command", "say"),
    ),
    "foundation.abilities": ("abilities_of",),
    "foundation.default_images": ("DEFAULT_DATA",),
    "foundation.errors": ("UsageError", "first_line", "last_line", "unknown_name"),
    "foundation.fields": ("located", "refusal"),
    "foundation.plugin_texts": ("PluginText", "parse_plugin", "parse_plugins"),
    "foundation.plugins": ("Factory", "PluginTable", "Variant", "option_parameters"),
    "foundation.randomness": ("derive_rng", "derive_seed", "torch_generator"),
    "images.base": (
        *("Batch", "CountedSource", "ImageBatch", "ImageSource", "IndexedSource", "Split", "WholeSource"),
        *("COLOURS", "DividedSource", "IdentifiedSource", "channels_of", "colours_of", "described", "draw_plain"),
        *("CopiedSource", "classes_of", "identity_of", "lack_of_labels", "normalisation_of", "remarks_of", "splits_of"),
    ),
    "images.constants": ("constant",),
    "images.sampling": ("UNSTATED", "Normalisation"),
    "images.shaped_spec": ("shaped_spec",),
    "images.sources": ("SOURCES", "image_names", "open_images", "settle_spec"),
    "panel": ("FEWEST_MEMBERS", "Panel"),
    "regression.one_task": ("load_any_task", "task_from_json"),
    "regression.proxy_task": ("NUM_STAGES", "Noise", "NoiseKind", "ProxyTask", "StageTask"),
    "regression.sequence_task": ("SequenceTask", "SheetBasis"),
    "regression.signal_bases": ("NYQUIST", "Basis", "Dot", "GDot", "Resize", "Sin1D", "Sin2D"),
    "regression.signals": ("num_dots",),
    "regression.task_files": ("load_task", "preset_names", "sequence_counterpart", "sequence_preset_names"),
    "regression.task_set": ("TaskSet", "load_tasks"),
    "transforms.augment": ("customary_shift", "cut_out", "shifted", "two_views"),
    "transforms.colour_bins": ("colour_bins", "to_lab"),
    "transforms.masking": ("Fill", "Masking", "masked_mean"),
    "transforms.tiles": ("cut_tiles", "standardised", "tile_orders"),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from tasks.foundation.abilities import abilities_of as abilities_of
    from tasks.foundation.command_line import DONE as DONE
    from tasks.foundation.command_line import FAILED as FAILED
    from tasks.foundation.command_line import INTERRUPTED as INTERRUPTED
    from tasks.foundation.command_line import USAGE as USAGE
    from tasks.foundation.command_line import OneLineParser as OneLineParser
    from tasks.foundation.command_line import add_archives as add_archives
    from tasks.foundation.command_line import add_assignments as add_assignments
    from tasks.foundation.command_line import add_data as add_data
    from tasks.foundation.command_line import add_shape as add_shape
    from tasks.foundation.command_line import parse_assignments as parse_assignments
    from tasks.foundation.command_line import printable as printable
    from tasks.foundation.command_line import run_command as run_command
    from tasks.foundation.command_line import say as say
    from tasks.foundation.default_images import DEFAULT_DATA as DEFAULT_DATA
    from tasks.foundation.errors import UsageError as UsageError
    from tasks.foundation.errors import first_line as first_line
    from tasks.foundation.errors import last_line as last_line
    from tasks.foundation.errors import unknown_name as unknown_name
    from tasks.foundation.fields import located as located
    from tasks.foundation.fields import refusal as refusal
    from tasks.foundation.plugin_texts import PluginText as PluginText
    from tasks.foundation.plugin_texts import parse_plugin as parse_plugin
    from tasks.foundation.plugin_texts import parse_plugins as parse_plugins
    from tasks.foundation.plugins import Factory as Factory
    from tasks.foundation.plugins import PluginTable as PluginTable
    from tasks.foundation.plugins import Variant as Variant
    from tasks.foundation.plugins import option_parameters as option_parameters
    from tasks.foundation.randomness import derive_rng as derive_rng
    from tasks.foundation.randomness import derive_seed as derive_seed
    from tasks.foundation.randomness import torch_generator as torch_generator
    from tasks.images.base import COLOURS as COLOURS
    from tasks.images.base import Batch as Batch
    from tasks.images.base import CopiedSource as CopiedSource
    from tasks.images.base import CountedSource as CountedSource
    from tasks.images.base import DividedSource as DividedSource
    from tasks.images.base import IdentifiedSource as IdentifiedSource
    from tasks.images.base import ImageBatch as ImageBatch
    from tasks.images.base import ImageSource as ImageSource
    from tasks.images.base import IndexedSource as IndexedSource
    from tasks.images.base import Split as Split
    from tasks.images.base import WholeSource as WholeSource
    from tasks.images.base import channels_of as channels_of
    from tasks.images.base import classes_of as classes_of
    from tasks.images.base import colours_of as colours_of
    from tasks.images.base import described as described
    from tasks.images.base import draw_plain as draw_plain
    from tasks.images.base import identity_of as identity_of
    from tasks.images.base import lack_of_labels as lack_of_labels
    from tasks.images.base import normalisation_of as normalisation_of
    from tasks.images.base import remarks_of as remarks_of
    from tasks.images.base import splits_of as splits_of
    from tasks.images.constants import constant as constant
    from tasks.images.sampling import UNSTATED as UNSTATED
    from tasks.images.sampling import Normalisation as Normalisation
    from tasks.images.shaped_spec import shaped_spec as shaped_spec
    from tasks.images.sources import SOURCES as SOURCES
    from tasks.images.sources import image_names as image_names
    from tasks.images.sources import open_images as open_images
    from tasks.images.sources import settle_spec as settle_spec
    from tasks.panel import FEWEST_MEMBERS as FEWEST_MEMBERS
    from tasks.panel import Panel as Panel
    from tasks.regression.one_task import load_any_task as load_any_task
    from tasks.regression.one_task import task_from_json as task_from_json
    from tasks.regression.proxy_task import NUM_STAGES as NUM_STAGES
    from tasks.regression.proxy_task import Noise as Noise
    from tasks.regression.proxy_task import NoiseKind as NoiseKind
    from tasks.regression.proxy_task import ProxyTask as ProxyTask
    from tasks.regression.proxy_task import StageTask as StageTask
    from tasks.regression.sequence_task import SequenceTask as SequenceTask
    from tasks.regression.sequence_task import SheetBasis as SheetBasis
    from tasks.regression.signal_bases import NYQUIST as NYQUIST
    from tasks.regression.signal_bases import Basis as Basis
    from tasks.regression.signal_bases import Dot as Dot
    from tasks.regression.signal_bases import GDot as GDot
    from tasks.regression.signal_bases import Resize as Resize
    from tasks.regression.signal_bases import Sin1D as Sin1D
    from tasks.regression.signal_bases import Sin2D as Sin2D
    from tasks.regression.signals import num_dots as num_dots
    from tasks.regression.task_files import load_task as load_task
    from tasks.regression.task_files import preset_names as preset_names
    from tasks.regression.task_files import sequence_counterpart as sequence_counterpart
    from tasks.regression.task_files import sequence_preset_names as sequence_preset_names
    from tasks.regression.task_set import TaskSet as TaskSet
    from tasks.regression.task_set import load_tasks as load_tasks
    from tasks.transforms.augment import customary_shift as customary_shift
    from tasks.transforms.augment import cut_out as cut_out
    from tasks.transforms.augment import shifted as shifted
    from tasks.transforms.augment import two_views as two_views
    from tasks.transforms.colour_bins import colour_bins as colour_bins
    from tasks.transforms.colour_bins import to_lab as to_lab
    from tasks.transforms.masking import Fill as Fill
    from tasks.transforms.masking import Masking as Masking
    from tasks.transforms.masking import masked_mean as masked_mean
    from tasks.transforms.tiles import cut_tiles as cut_tiles
    from tasks.transforms.tiles import standardised as standardised
    from tasks.transforms.tiles import tile_orders as tile_orders
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

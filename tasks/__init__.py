"""What a candidate is trained on: pictures, synthetic targets and the randomness both come from.

Knows nothing of networks. The names below are imported when first asked for, so that ``import tasks`` stays cheap
enough for a command line's ``--help``.
"""

from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_HOMES = {
    "Basis": "bases",
    "Batch": "base",
    "CountedSource": "base",
    "Dot": "bases",
    "GDot": "bases",
    "ImageBatch": "base",
    "ImageSource": "base",
    "NUM_STAGES": "proxy_task",
    "IndexedSource": "base",
    "Noise": "proxy_task",
    "NoiseKind": "proxy_task",
    "Normalisation": "pictures",
    "PluginTable": "plugins",
    "ProxyTask": "proxy_task",
    "Resize": "bases",
    "Sin1D": "bases",
    "SequenceTask": "sequence_task",
    "Sin2D": "bases",
    "Split": "base",
    "StageTask": "proxy_task",
    "UsageError": "errors",
    "WholeSource": "base",
    "draw_plain": "base",
    "derive_rng": "randomness",
    "derive_seed": "randomness",
    "image_names": "images",
    "load_any_task": "sequence_task",
    "load_task": "proxy_task",
    "normalisation_of": "base",
    "open_images": "images",
    "option_parameters": "plugins",
    "preset_names": "task_files",
    "sequence_counterpart": "sequence_task",
    "sequence_preset_names": "task_files",
    "torch_generator": "randomness",
    "unknown_name": "errors",
}
__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from tasks.base import Batch as Batch
    from tasks.base import CountedSource as CountedSource
    from tasks.base import ImageBatch as ImageBatch
    from tasks.base import ImageSource as ImageSource
    from tasks.base import IndexedSource as IndexedSource
    from tasks.base import Split as Split
    from tasks.base import WholeSource as WholeSource
    from tasks.base import draw_plain as draw_plain
    from tasks.base import normalisation_of as normalisation_of
    from tasks.bases import Basis as Basis
    from tasks.bases import Dot as Dot
    from tasks.bases import GDot as GDot
    from tasks.bases import Resize as Resize
    from tasks.bases import Sin1D as Sin1D
    from tasks.bases import Sin2D as Sin2D
    from tasks.errors import UsageError as UsageError
    from tasks.errors import unknown_name as unknown_name
    from tasks.images import image_names as image_names
    from tasks.images import open_images as open_images
    from tasks.pictures import Normalisation as Normalisation
    from tasks.plugins import PluginTable as PluginTable
    from tasks.plugins import option_parameters as option_parameters
    from tasks.proxy_task import NUM_STAGES as NUM_STAGES
    from tasks.proxy_task import Noise as Noise
    from tasks.proxy_task import NoiseKind as NoiseKind
    from tasks.proxy_task import ProxyTask as ProxyTask
    from tasks.proxy_task import StageTask as StageTask
    from tasks.proxy_task import load_task as load_task
    from tasks.randomness import derive_rng as derive_rng
    from tasks.randomness import derive_seed as derive_seed
    from tasks.randomness import torch_generator as torch_generator
    from tasks.sequence_task import SequenceTask as SequenceTask
    from tasks.sequence_task import load_any_task as load_any_task
    from tasks.sequence_task import sequence_counterpart as sequence_counterpart
    from tasks.task_files import preset_names as preset_names
    from tasks.task_files import sequence_preset_names as sequence_preset_names
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

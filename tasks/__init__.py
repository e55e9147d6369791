"""What a candidate is trained on: pictures, synthetic targets and the randomness both come from.

Knows nothing of networks. The names below are imported when first asked for, so that ``import tasks`` stays cheap
enough for a command line's ``--help``.
"""

from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_HOMES = {
    "Basis": "regression.signal_bases",
    "Batch": "images.base",
    "CountedSource": "images.base",
    "Dot": "regression.signal_bases",
    "GDot": "regression.signal_bases",
    "ImageBatch": "images.base",
    "ImageSource": "images.base",
    "NUM_STAGES": "regression.proxy_task",
    "IndexedSource": "images.base",
    "Noise": "regression.proxy_task",
    "NoiseKind": "regression.proxy_task",
    "Normalisation": "images.sampling",
    "PluginTable": "foundation.plugins",
    "ProxyTask": "regression.proxy_task",
    "Resize": "regression.signal_bases",
    "Sin1D": "regression.signal_bases",
    "SequenceTask": "regression.sequence_task",
    "Sin2D": "regression.signal_bases",
    "Split": "images.base",
    "StageTask": "regression.proxy_task",
    "UsageError": "foundation.errors",
    "WholeSource": "images.base",
    "draw_plain": "images.base",
    "derive_rng": "foundation.randomness",
    "derive_seed": "foundation.randomness",
    "image_names": "images.sources",
    "load_any_task": "regression.sequence_task",
    "load_task": "regression.proxy_task",
    "normalisation_of": "images.base",
    "open_images": "images.sources",
    "option_parameters": "foundation.plugins",
    "preset_names": "regression.task_files",
    "sequence_counterpart": "regression.sequence_task",
    "sequence_preset_names": "regression.task_files",
    "torch_generator": "foundation.randomness",
    "unknown_name": "foundation.errors",
}
__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from tasks.foundation.errors import UsageError as UsageError
    from tasks.foundation.errors import unknown_name as unknown_name
    from tasks.foundation.plugins import PluginTable as PluginTable
    from tasks.foundation.plugins import option_parameters as option_parameters
    from tasks.foundation.randomness import derive_rng as derive_rng
    from tasks.foundation.randomness import derive_seed as derive_seed
    from tasks.foundation.randomness import torch_generator as torch_generator
    from tasks.images.base import Batch as Batch
    from tasks.images.base import CountedSource as CountedSource
    from tasks.images.base import ImageBatch as ImageBatch
    from tasks.images.base import ImageSource as ImageSource
    from tasks.images.base import IndexedSource as IndexedSource
    from tasks.images.base import Split as Split
    from tasks.images.base import WholeSource as WholeSource
    from tasks.images.base import draw_plain as draw_plain
    from tasks.images.base import normalisation_of as normalisation_of
    from tasks.images.sampling import Normalisation as Normalisation
    from tasks.images.sources import image_names as image_names
    from tasks.images.sources import open_images as open_images
    from tasks.regression.proxy_task import NUM_STAGES as NUM_STAGES
    from tasks.regression.proxy_task import Noise as Noise
    from tasks.regression.proxy_task import NoiseKind as NoiseKind
    from tasks.regression.proxy_task import ProxyTask as ProxyTask
    from tasks.regression.proxy_task import StageTask as StageTask
    from tasks.regression.proxy_task import load_task as load_task
    from tasks.regression.sequence_task import SequenceTask as SequenceTask
    from tasks.regression.sequence_task import load_any_task as load_any_task
    from tasks.regression.sequence_task import sequence_counterpart as sequence_counterpart
    from tasks.regression.signal_bases import Basis as Basis
    from tasks.regression.signal_bases import Dot as Dot
    from tasks.regression.signal_bases import GDot as GDot
    from tasks.regression.signal_bases import Resize as Resize
    from tasks.regression.signal_bases import Sin1D as Sin1D
    from tasks.regression.signal_bases import Sin2D as Sin2D
    from tasks.regression.task_files import preset_names as preset_names
    from tasks.regression.task_files import sequence_preset_names as sequence_preset_names
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

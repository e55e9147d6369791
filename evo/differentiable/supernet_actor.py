"""A supernet's training in a process of its own, maybe on another machine; built once its GPU has room for it."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from evo.cluster.cuda_check import check_cuda
from evo.cluster.held_gpu import index_of
from evo.cluster.own_process import keep_freed_memory
from evo.cluster.sameness import Inquiry, WorkerFacts, facts_of
from evo.differentiable.gpu_admission import GpuMemory
from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.engine.data_options import open_source
from evo.engine.evaluator import gpu_of
from evo.engine.pool.worker_side import begun
from evo.engine.worker_output import print_into
from tasks.foundation.trust import trusting


class SupernetActor:
    """What runs inside an actor; of a GPU it takes no memory but a context's before it is built."""

    def __init__(
        self,
        config: dict[str, Any],
        *,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
        inquiry: Inquiry | None = None,
        **given: Any,
    ) -> None:
        """Open the images; objects: the caller's own plug-ins, by axis; inquiry: what the driver wants to know.

        output: file for what is printed, None to let it go where it goes; given: what else a ``SupernetWorker`` takes
        Raises UsageError where there are no images, MissingCudaError in a worker whose GPU is of no use.
        """
        print_into(output)
        check_cuda(needed=True)
        keep_freed_memory()
        asked = inquiry or Inquiry()
        search = begun(config, asked)
        with trusting():  # whoever starts workers has checked what they make
            images = open_source(search, objects or {})
        self._facts = facts_of(asked, images, gpu=gpu_of(_device()))
        own = {**(objects or {}), "data": images}
        self._given = {"config": search.to_json(), "objects": own, "output": output, **given}
        self._worker: SupernetWorker | None = None

    def ready(self) -> WorkerFacts:
        """Return what this process is once the worker is up."""
        return self._facts

    def gpu_memory(self) -> GpuMemory | None:
        """Return the memory of the GPU that this process is on, None where it is on none."""
        if _device().type != "cuda":
            return None
        free, total = torch.cuda.mem_get_info()
        return GpuMemory(f"{os.uname().nodename} #{index_of(0)}", free, total)

    def build(self) -> None:
        """Build the supernet, from its checkpoint where there is one; raises as ``SupernetWorker`` does."""
        self._worker = SupernetWorker(**self._given)
        self._given.clear()  # a checkpoint may be large

    def epoch(self) -> EpochDone:
        """Train for one epoch more, and say what of a GPU that has taken; raises DivergedError."""
        assert self._worker is not None
        done = self._worker.epoch()
        return done if _device().type != "cuda" else replace(done, gpu_bytes=torch.cuda.max_memory_reserved())


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")

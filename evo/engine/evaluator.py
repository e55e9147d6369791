"""Scores one candidate in this process, the same way in a worker and alone."""

import copy
import gc
import logging
import math
import os
import resource
import time
import traceback
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

import torch

from evo.cluster.caller_process import left_as_it_was
from evo.cluster.cuda_check import check_cuda
from evo.cluster.held_gpu import held_gpu
from evo.engine.data_options import check_same
from evo.engine.latency import measured_latency
from evo.engine.objective_values import judged, key_in
from evo.engine.plugins import NO_OBJECTS, Plugins, build_plugins, screening_plugins
from evo.records.config import SearchConfig
from evo.records.search_objectives import LATENCY, objectives_of
from evo.records.trial import Outcome, Status, evaluation_seed
from evo.storage.provenance import processor_name
from fitness import AbandonedError, DeadlineExceededError, EvalContext
from fitness.base import as_score, network_shape
from fitness.memory_errors import wants_memory
from fitness.reference import Reference
from spaces import Complexity, NetworkSpace, SearchSpace, network_complexity
from tasks import ImageSource, UsageError, derive_rng, first_line, remarks_of
from tasks.foundation.errors import bounded

logger = logging.getLogger(__name__)

Refer = Callable[[Plugins], Reference | None]
"""Finds what the fitness of plug-ins asks for to be scored before; None where it asks for nothing."""


def describe(space: SearchSpace[Any], images: ImageSource, text: str) -> Complexity | None:
    """Return the size of the network ``text`` stands for; None where it is no network or cannot be built.

    Trials may be told by it, so that it has to be the same on every machine: where memory lacks, or a file cannot be
    read, it is counted once more, and a warning says that it still cannot be. Nobody ends a ``build`` that hangs.
    """
    if not isinstance(space, NetworkSpace):
        return None
    try:
        return _counted(space, images, text)
    except (Exception, SystemExit) as error:  # the score of the same candidate carries the reason
        if not (wants_memory(error) or isinstance(error, OSError)):
            return None
    gc.collect()
    try:
        return _counted(space, images, text)
    except (Exception, SystemExit) as error:
        logger.warning("candidate %s: its multiply-adds cannot be counted (%s)", bounded(text, 100), first_line(error))
        return None


def _counted(space: Any, images: ImageSource, text: str) -> Complexity:
    return network_complexity(space, space.decode(text), *network_shape(images, space))


def score_alone(
    config: SearchConfig,
    text: str,
    *,
    timeout_s: float | None = None,
    download: bool = False,
    objects: Mapping[str, object] = NO_OBJECTS,
    logged_in: Path | None = None,
    refer: Refer | None = None,
) -> Outcome:
    """Return what a run with ``config`` logs for the candidate ``text``, without Ray or a run folder.

    timeout_s: seconds that it may take; kept by fitnesses that look at the clock, nobody ends one that does not.
    objects: the caller's own plug-ins, by axis. The process is afterwards as it was.
    logged_in: the folder of the run, where the score has to be one that it logs
    refer: finds what the fitness asks for to be scored before, None where it is not asked

    Raises UsageError where the text is no candidate of the space, and where the run's images are others by now.
    """
    with left_as_it_was():
        evaluator = Evaluator(config, download=download, objects=objects)
        if logged_in is not None:
            check_same(config, evaluator.images, logged_in)
        for remark in remarks_of(evaluator.images):
            logger.warning("%s", remark)
        if refer is not None:
            evaluator.refer(refer)
        outcome = evaluator.evaluate(text, evaluation_seed(config.seed, evaluator.key(text)), timeout_s)
        return judged(outcome, objectives_of(config))


def prepare_process(threads: int = 1) -> None:
    """Make this process compute like every worker: on so many threads, tiny numbers taken for 0."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)


def peak_memory_bytes(device: torch.device) -> int:
    """Return the most that this process has held: on a GPU since its count was last reset, else since it began."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB


def name_of(device: torch.device) -> str:
    """Return the name of the GPU or processor that a device is."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()


def gpu_of(device: torch.device) -> str | None:
    """Return which GPU a device of this process is, and what share of it is held, in words; None for a processor."""
    return held_gpu(name_of(device)) if device.type == "cuda" else None


def failure_status(error: BaseException) -> Status:
    """Return how a trial ended that raised ``error``: for want of memory, or in another way."""
    return Status.OUT_OF_MEMORY if wants_memory(error) else Status.FAILED


class Evaluator:
    """Holds a run's space, fitness and images from its start; only a candidate's text comes and goes."""

    def __init__(
        self,
        config: SearchConfig,
        *,
        worker: str = "local",
        download: bool = False,
        objects: Mapping[str, object] = NO_OBJECTS,
        reference: Reference | None = None,
    ) -> None:
        """Build the plug-ins; raises UsageError where one refuses, MissingCudaError in a worker whose GPU is of no use.

        objects: the caller's own plug-ins, by axis; reference: what the fitness has asked for
        """
        prepare_process()
        self._plugins = build_plugins(config, objects=objects, download=download)
        check_cuda(needed=self._plugins.fitness.needs_cuda)
        if reference is not None:
            self._plugins.fitness.take_reference(reference)
        self._config, self._seed = config, config.seed
        self._timed = next((one for one in objectives_of(config) if one.name == LATENCY), None)
        self._worker = worker
        self._node = os.uname().nodename
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._processor = name_of(self._device)
        self._gpu = gpu_of(self._device)
        self._screening: dict[str, Evaluator] = {}
        self._counts = True

    @property
    def gpu(self) -> str | None:
        """The GPU that candidates are scored on, and the share of it that is held, in words; None for a processor."""
        return self._gpu

    @property
    def images(self) -> ImageSource:
        """The images that candidates are scored on."""
        return self._plugins.images

    def refer(self, refer: Refer) -> None:
        """Hand the fitness what it has asked for, where that is anything."""
        if (reference := refer(self._plugins)) is not None:
            self._plugins.fitness.take_reference(reference)

    def key(self, text: str) -> str:
        """Return the identity of the candidate ``text``; raises UsageError where the space refuses it."""
        space = self._plugins.space
        try:
            return key_in(self._config, space, self._plugins.fitness, space.decode(text))
        except ValueError as error:
            raise UsageError(f"--candidate {text!r}: {error}") from error

    def check_screen(self, screen: str) -> None:
        """Raise UsageError where the fitness that ``screen`` is the text of cannot score the space."""
        screening_plugins(self._config, self._plugins, screen)

    def screen(self, text: str, seed: int, timeout_s: float | None, screen: str) -> Outcome:
        """Return the cheap score of ``text`` by the fitness that ``screen`` is the text of; its size is not counted.

        Raises UsageError where that fitness cannot be made or cannot score the space.
        """
        if screen not in self._screening:
            cheap = copy.copy(self)
            cheap._plugins, cheap._timed = screening_plugins(self._config, self._plugins, screen), None
            cheap._counts = False
            self._screening[screen] = cheap
        return self._screening[screen].evaluate(text, seed, timeout_s)

    def evaluate(self, text: str, seed: int, timeout_s: float | None = None, threshold: float | None = None) -> Outcome:
        """Return what became of the candidate ``text``; never raises for the candidate's sake.

        threshold: as in Proposal.
        """
        started, clock, worked = time.time(), time.perf_counter(), time.process_time()
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        context = self._context(seed, deadline, threshold)
        self._reset_peak_memory()
        result = self._attempt(text, context)
        complexity = describe(context.space, context.images, text) if self._counts else None
        return Outcome(
            **result,
            params=complexity.params if complexity else None,
            macs=complexity.macs if complexity else None,
            worker=self._worker,
            node=self._node,
            device=str(self._device),
            processor=self._processor,
            gpu=self._gpu,
            evaluate_s=time.perf_counter() - clock,
            cpu_s=time.process_time() - worked if self._device.type == "cpu" else None,
            peak_memory_bytes=peak_memory_bytes(self._device),
            started_at=started,
        )

    def _attempt(self, text: str, context: EvalContext) -> dict[str, Any]:
        try:
            return self._score(self._plugins.space.decode(text), context)
        except DeadlineExceededError as error:
            return {"status": Status.TIMED_OUT, "error": _writable(str(error))}
        except AbandonedError as error:
            return {"status": Status.ABANDONED, "error": _writable(str(error)), "metrics": _metrics(error.metrics)}
        except (MemoryError, torch.OutOfMemoryError) as error:
            return {"status": failure_status(error), "error": _writable(str(error)) or type(error).__name__}
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() in a fitness is one candidate's failure too
            return {"status": failure_status(error), "error": _writable(traceback.format_exc().strip())}

    def _score(self, candidate: Hashable, context: EvalContext) -> dict[str, Any]:
        score = as_score(self._plugins.fitness(candidate, context))
        value, metrics = float(score.value), _metrics(score.metrics)
        build_s = None if score.build_s is None else float(score.build_s)
        if not math.isfinite(value):
            said = "; ".join(filter(None, (f"the fitness is not finite ({value})", score.remedy)))
            return {"status": Status.FAILED, "error": _writable(said), "metrics": metrics}
        if self._timed is not None:
            metrics |= measured_latency(candidate, context, self._timed.batch).metrics()
        return {"status": Status.COMPLETED, "fitness": value, "metrics": metrics, "build_s": build_s}

    def _context(self, seed: int, deadline: float | None, threshold: float | None) -> EvalContext:
        return EvalContext(
            space=self._plugins.space,
            images=self._plugins.images,
            data_seed=self._seed,
            rng=derive_rng(seed),
            device=self._device,
            deadline=deadline,
            threshold=threshold,
        )

    def _reset_peak_memory(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)


def _metrics(given: Mapping[str, float]) -> dict[str, float]:
    return {_writable(str(name)): float(value) for name, value in given.items()}


def _writable(text: str) -> str:
    """Return the text with what UTF-8 cannot hold, such as the odd bytes of a file's name, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()

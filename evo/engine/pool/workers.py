"""A pool of Ray actors that evaluate trials, for whoever searches."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray

from evo.cluster.cluster_notes import ClusterNotes
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.driver_side import DriverSide
from evo.engine.pool.evaluation_worker import EvaluationWorker
from evo.engine.pool.pulses import Pulses
from evo.engine.pool.resilient_actors import ResilientActors
from evo.engine.pool.shared_objects import share
from evo.engine.pool.trial_pool import TrialPool, TrialRules
from evo.engine.worker_output import drop_empty
from evo.records.config import SearchConfig
from evo.records.pool_state import PoolState
from evo.records.resources import Resources
from evo.records.trial import Finished, Trial
from fitness.reference import Reference


class RayWorkers:
    """A pool of workers as Ray actors; what it does with trials is a ``TrialPool``'s business."""

    def __init__(
        self,
        config: SearchConfig,
        run_name: str,
        resources: Resources,
        *,
        timeout_s: float | None = None,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
        reference: Reference | None = None,
        driver: DriverSide | None = None,
    ) -> None:
        """Start ``resources.workers`` actors of one CPU and ``resources.gpus_each`` GPUs.

        objects: the caller's own plug-ins, by axis; output: file for what is printed in them
        reference: what the fitness has asked for, handed to every actor before its first trial
        driver: what they are compared with, and sent; None: nothing
        Raises UsageError where a plug-in cannot be sent to the workers.
        """
        sent = {"config": ray.put(config.to_json()), "objects": share(objects), "output": output}
        if reference is not None:
            sent["reference"] = ray.put(reference)
        pulses = Pulses(ClusterNotes())

        def arguments(number: int, name: str) -> Mapping[str, Any]:
            return {**sent, "name": name, "pulse": pulses.new_key(number)}

        kind = ActorKind(EvaluationWorker, "worker", arguments, gpus=resources.gpus_each)
        if driver is not None:
            sent["inquiry"] = driver.inquiry
            kind = replace(kind, runtime_env=driver.runtime_env or None, check=driver.check)
        actors = ResilientActors(run_name, kind)
        self._output = output
        self._pool = TrialPool(actors, pulses, TrialRules(timeout_s, resources.care))
        actors.staff(resources.workers, grows=resources.grows)
        pulses.start()

    def submit(self, trial: Trial) -> None:
        """Queue a trial."""
        self._pool.submit(trial)

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        return self._pool.cancel_queued()

    def wait(self, timeout_s: float) -> list[Finished]:
        """Return what finished; raises WorkerStartError where a worker cannot be made."""
        return self._pool.wait(timeout_s)

    def state(self) -> PoolState:
        """Return what workers and trials are doing."""
        return self._pool.state()

    def close(self) -> None:
        """Kill every worker."""
        self._pool.close()
        drop_empty(self._output)

"""What a search does while its cluster changes under it: ``python -m tests.benchmarks.cluster_faults nodes``.

The cluster is one of real Ray processes on this machine, of the benchmark's own; the fitness sleeps.
``nodes``: two nodes, a third joins, one is killed, one is frozen. ``gpus``: shares of GPUs that are not there, spread
and packed. ``two``: a second search on a cluster that a first one fills. Prints figures, and whether the rows are those
of an undisturbed search.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import evo
from evo.engine.observer import LiveRun, Observer
from evo.records.pool_state import PoolState
from evo.records.trial import Finished
from evo.storage.run_log import read_table
from tests.runs import rows
from tests.toy import CountOnes

STORE_BYTES = 80 * 2**20
SPACE, FITNESS = "tests.toy:BitStrings", "tests.toy:CountOnes"
AHEAD = 16


class Watch(Observer):
    """Notes when trials finish and what the pool is doing; calls the actions that are due by then."""

    def __init__(self, *actions: tuple[int, Callable[[], None]]) -> None:
        """actions: after how many trials what is done."""
        self.clock = time.monotonic()
        self.finished_at: list[tuple[float, str]] = []  # when, and by which worker
        self.pool = PoolState()
        self.ups: list[int] = []
        self._actions = list(actions)
        self.acted_at: list[float] = []

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Note a trial, and act where it is time to."""
        self.finished_at.append((time.monotonic(), finished.outcome.worker or "-"))
        while self._actions and len(self.finished_at) >= self._actions[0][0]:
            self._actions.pop(0)[1]()
            self.acted_at.append(time.monotonic())

    def tick(self, run: LiveRun) -> None:
        """Note how many workers are up, and whenever that changes."""
        self.pool = run.pool
        if self.pool.up != (self.ups[-1] if self.ups else 0):
            self.ups.append(self.pool.up)

    def longest_gap_s(self) -> float:
        """Return the longest time without a finished trial."""
        times = [when for when, _ in self.finished_at]
        return max(after - before for before, after in pairwise(times))

    def first_by_new_worker_s(self, since: float) -> float | None:
        """Return the seconds after ``since`` until a worker finished a trial that had finished none before it."""
        known = {worker for when, worker in self.finished_at if when <= since}
        news = [when for when, worker in self.finished_at if when > since and worker not in known]
        return news[0] - since if news else None


@contextmanager
def cluster(*nodes: dict[str, float]) -> Iterator[tuple[Any, list[Any]]]:
    """Give a cluster of such nodes, joined by this process, and its nodes; the first is its head."""
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster()  # type: ignore[no-untyped-call]
    try:
        there = [made.add_node(object_store_memory=STORE_BYTES, **node) for node in nodes]  # type: ignore[no-untyped-call]
        ray.init(address=made.address, log_to_driver=False, logging_level=logging.ERROR)
        yield made, there
    finally:
        ray.shutdown()
        for node in list(made.worker_nodes):
            signalled(node, signal.SIGCONT)
        made.shutdown()  # type: ignore[no-untyped-call]


def processes(node: Any) -> list[int]:
    """Return the ids of a node's processes: Ray's own and the workers."""
    found = [info.process.pid for infos in node.all_processes.values() for info in infos]
    parents = {int(stat.parent.name): _parent(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    for _ in range(4):  # raylet, worker, and what either starts
        found += [child for child, parent in parents.items() if parent in found and child not in found]
    return found


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def signalled(node: Any, number: signal.Signals) -> None:
    """Send a signal to all of a node: SIGSTOP is a machine that hangs, and nobody is told."""
    for process in processes(node):
        with suppress(ProcessLookupError):
            os.kill(process, number)


def search(folder: Path, asked: argparse.Namespace, *callbacks: Any, **where: Any) -> list[dict[str, Any]]:
    """Search and return the rows that a seed determines."""
    fitness = f"{asked.fitness}(sleep_s={asked.trial_s if where.get('workers') != 0 else 0})"
    evo.search(
        space=SPACE, fitness=fitness, data="noise", evaluations=asked.trials, ahead=AHEAD, run_dir=folder,
        callbacks=callbacks, reuse=False, **where,
    )  # fmt: skip
    return rows(folder)


def compare(folder: Path, asked: argparse.Namespace, found: list[dict[str, Any]]) -> str:
    """Return whether rows are those of an undisturbed search."""
    equal = search(folder / "undisturbed", asked, workers=0) == found
    numbers = [row["trial_id"] for row in found]
    lost, doubled = asked.trials - len(set(numbers)), len(numbers) - len(set(numbers))
    return (
        f"{len(found)} rows, {lost} lost, {doubled} doubled, {'equal' if equal else 'NOT EQUAL'} to an undisturbed one"
    )


def run_nodes(folder: Path, asked: argparse.Namespace) -> None:
    """Two nodes, a third joins, one is killed, one is frozen."""
    with cluster({"num_cpus": 1}, {"num_cpus": 1}) as (made, nodes):

        def join() -> None:
            nodes.append(made.add_node(num_cpus=1, object_store_memory=STORE_BYTES))

        steps = (
            join,
            lambda: made.remove_node(nodes[1], allow_graceful=False),
            lambda: signalled(nodes[2], signal.SIGSTOP),
        )
        watch = Watch(*((asked.trials * (step + 1) // 4, what) for step, what in enumerate(steps)))
        found = search(folder / "run", asked, watch)
    print(f"the joined node's first trial after {watch.first_by_new_worker_s(watch.acted_at[0]) or -1:.1f} s")
    print(f"longest time without a finished trial: {watch.longest_gap_s():.1f} s")
    print(f"at the end: {watch.pool}")
    print(compare(folder, asked, found))


class SeesGpus(CountOnes):
    """A fitness that needs no GPU and says which one its worker holds a share of."""

    def __call__(self, candidate: Any, context: Any) -> Any:
        """Score, with the number of the GPU, or -1, and how many CUDA could see."""
        import ray

        score = super().__call__(candidate, context)
        numbers = [int(number) for number in ray.get_gpu_ids()]  # type: ignore[no-untyped-call]
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        seen = {"gpu": float(numbers[0]) if numbers else -1.0, "hidden": float(visible == "")}
        return replace(score, metrics={**score.metrics, **seen})


def run_gpus(folder: Path, asked: argparse.Namespace) -> None:
    """Shares of four GPUs that are not there: by worker the number of its GPU."""
    asked.fitness = "tests.benchmarks.cluster_faults:SeesGpus"
    with cluster({"num_cpus": 9, "num_gpus": 4}):
        for workers, share in ((4, 0.25), (6, 0.25), (3, 1.0), ("auto", 0.5), (2, 0)):
            run = folder / f"{workers}-{share}"
            search(run, asked, workers=workers, gpus_per_worker=share)
            found = read_table(run, ["worker", "metrics"]).to_pylist()
            held = {row["worker"]: (dict(row["metrics"])["gpu"], dict(row["metrics"])["hidden"]) for row in found}
            gpus = [f"{gpu:.0f}" if gpu >= 0 else "none" + ", hidden" * int(hidden) for gpu, hidden in held.values()]
            print(f"{workers} workers of {share} GPU: on GPUs {' '.join(sorted(gpus))}")


def run_two(folder: Path, asked: argparse.Namespace) -> None:
    """A second search on a cluster that a first one fills, and what each has while both run."""
    with cluster({"num_cpus": 4}) as (made, _):
        fitness = f"{FITNESS}(sleep_s={asked.trial_s})"
        command = [sys.executable, "-m", "evo.run", "--space", SPACE, "--fitness", fitness]
        where = ["--data", "noise", "--address", made.address, "--run-dir", str(folder / "second"), "--no-reuse"]
        second = [*command, *where, "--evaluations", str(asked.trials // 4), "--quiet"]
        started: list[subprocess.Popen[bytes]] = []
        watch = Watch((asked.trials // 6, lambda: started.append(subprocess.Popen(second))))
        found = search(folder / "first", asked, watch)
        code = started[0].wait()
    print(f"workers of the first while it ran: {watch.ups}; the second ended with exit code {code}")
    print(compare(folder, asked, found))


SCENARIOS = {"nodes": run_nodes, "gpus": run_gpus, "two": run_two}


def main() -> None:
    """Run a scenario and print its figures."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.cluster_faults", description=__doc__)
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--trial-s", type=float, default=0.5, help="seconds that a trial sleeps")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser.set_defaults(fitness=FITNESS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        SCENARIOS[asked.scenario](Path(folder), asked)


if __name__ == "__main__":
    main()

"""What a search loses whose workers are killed: ``python -m tests.benchmarks.killed_workers --seconds 300``.

The same search of bit strings twice, each ``evo.run`` in a process of its own with Ray workers: once undisturbed, once
while a random worker of its own, one that is starting included, is ended with SIGKILL every few seconds, or stopped
with SIGSTOP (``--freeze``: once, and for good). Prints how many trials each run has, lost and doubled ones, whether all
rows are equal, trials per second, the longest time without a finished trial, and how often trials were tried.

Times are seconds.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from evo.records.trial import Status
from evo.storage.run_log import read_table
from tests.runs import COMPARED

PROGRAM = "python -m tests.benchmarks.killed_workers"
POLL_S = 0.25
BESIDE = ("Agent", "IDLE")
"""What the title of a process of Ray has that is no worker of the search."""


@dataclass(frozen=True)
class Asked:
    """A search: its trials, seconds that each takes, and workers."""

    trials: int
    trial_s: float
    workers: int

    def command(self, run_dir: Path, address: str) -> list[str]:
        """Return the search as a command."""
        axes = [
            "--space",
            "tests.toy:BitStrings(length=40)",
            "--fitness",
            f"tests.toy:CountOnes(sleep_s={self.trial_s})",
        ]
        where = ["--data", "noise", "--run-dir", str(run_dir), "--evaluations", str(self.trials), "--address", address]
        return [sys.executable, "-m", "evo.run", *axes, *where, "--workers", str(self.workers), "--ahead", "16"]


@dataclass(frozen=True)
class Watched:
    """What was seen of a run: when each number of logged trials was first seen, and how many workers were ended."""

    seen: list[tuple[float, int]]
    ended: int

    def rate(self) -> float:
        """Return trials per second, from the first finished trial to the last."""
        (first_s, first), (last_s, last) = self.seen[0], self.seen[-1]
        return (last - first) / max(last_s - first_s, 1e-9)

    def longest_gap_s(self) -> float:
        """Return the longest time in which no trial finished."""
        times = [at for at, _ in self.seen]
        return max((later - before for before, later in pairwise(times)), default=0.0)


@contextmanager
def cluster(cpus: int) -> Iterator[str]:
    """Give the address of a Ray of its own with so many CPUs, however many this machine has."""
    import ray

    ray.init(address="local", num_cpus=cpus, include_dashboard=False, log_to_driver=False)
    try:
        yield str(ray.get_runtime_context().gcs_address)
    finally:
        ray.shutdown()


def workers_below(process: int) -> list[int]:
    """Return the processes of Ray's workers below a process, those that are starting included."""
    titles = {pid: read(f"/proc/{pid}/cmdline") for pid in below(process)}
    return [pid for pid, text in titles.items() if text.startswith("ray::") and not any(it in text for it in BESIDE)]


def below(process: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    stats = {int(path.name): read(str(path / "stat")) for path in Path("/proc").glob("[0-9]*")}
    parents = {pid: int(text.rpartition(")")[2].split()[1]) for pid, text in stats.items() if text}
    found = [process]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found[1:]


def read(path: str) -> str:
    """Return what a file of the kernel says, an empty text where its process has just ended."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def logged(run_dir: Path) -> int:
    """Return how many rows a run has."""
    return read_table(run_dir, ["trial_id"]).num_rows if (run_dir / "evaluations").is_dir() else 0


def watch(command: list[str], run_dir: Path, disturb: Callable[[float], int]) -> Watched:
    """Run a search to its end; ``disturb`` is called all the time with the seconds since its first trial."""
    seen: list[tuple[float, int]] = []
    ended, quiet = 0, {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen([*command, "--quiet"], env=quiet, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            now, rows = time.monotonic(), logged(run_dir)
            if rows and (not seen or rows > seen[-1][1]):
                seen.append((now, rows))
            ended += disturb(now - seen[0][0]) if seen else 0
            time.sleep(POLL_S)
    if process.returncode != 0:
        raise SystemExit(f"the search failed with exit code {process.returncode}")
    return Watched(seen, ended)


def leave_alone(seconds: float) -> int:
    """End no worker."""
    return 0


class Disturber:
    """Ends a random worker every so often, for so long; or stops a single one."""

    def __init__(self, every_s: float, until_s: float, *, freeze: bool, seed: int) -> None:
        """Take what is asked."""
        self._every_s, self._until_s, self._freeze = every_s, until_s, freeze
        self._rng, self._next_s = random.Random(seed), every_s

    def __call__(self, seconds: float) -> int:
        """Return how many workers were ended now, so many seconds after the first trial."""
        if not self._next_s <= seconds < self._until_s:
            return 0
        self._next_s = float("inf") if self._freeze else self._next_s + self._every_s
        found = sorted(workers_below(os.getpid()))
        if not found:
            return 0
        try:
            os.kill(self._rng.choice(found), signal.SIGSTOP if self._freeze else signal.SIGKILL)
        except ProcessLookupError:  # it has just ended
            return 0
        return 1


def compared(run_dir: Path) -> pa.Table:
    """Return the columns that a seed determines, in order of trial."""
    return read_table(run_dir, COMPARED)


def report(name: str, run_dir: Path, watched: Watched) -> None:
    """Print what became of one run."""
    table = read_table(run_dir, ["trial_id", "status", "attempts"])
    numbers, attempts = table["trial_id"].to_pylist(), Counter(table["attempts"].to_pylist())
    lost = sum(status != Status.COMPLETED for status in table["status"].to_pylist())
    tried = ", ".join(f"{count} x {times}" for times, count in sorted(attempts.items()))
    print(f"{name:<12} {len(numbers)} trials, {lost} lost, {len(numbers) - len(set(numbers))} doubled")
    print(f"{'':<12} {watched.rate():.2f} trials/s, longest gap {watched.longest_gap_s():.1f} s")
    print(f"{'':<12} {watched.ended} workers ended, trials by attempts: {tried}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Search twice, and compare."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0, help="for so long workers are ended (default: 300)")
    parser.add_argument("--every", type=float, default=3.0, help="seconds from one to the next (default: 3)")
    parser.add_argument("--workers", type=int, default=4, help="of the search (default: 4)")
    parser.add_argument("--trials", type=int, default=3000, help="of the search (default: 3000)")
    parser.add_argument("--trial-s", type=float, default=0.1, help="seconds that each takes (default: 0.1)")
    parser.add_argument("--freeze", action="store_true", help="stop one worker for good instead")
    parser.add_argument("--seed", type=int, default=0, help="of which workers are ended (default: 0)")
    given = parser.parse_args(arguments)
    asked = Asked(given.trials, given.trial_s, given.workers)
    folder = Path(tempfile.mkdtemp(prefix="selfnas-killed-"))
    disturber = Disturber(given.every, given.seconds, freeze=given.freeze, seed=given.seed)
    try:
        with cluster(given.workers) as address:
            for name, disturb in (("disturbed", disturber), ("undisturbed", leave_alone)):
                run_dir = folder / name
                report(name, run_dir, watch(asked.command(run_dir, address), run_dir, disturb))
        equal = compared(folder / "disturbed").equals(compared(folder / "undisturbed"))
    finally:
        shutil.rmtree(folder)
    print(f"{'rows':<12} {'equal' if equal else 'DIFFERENT'}")


if __name__ == "__main__":
    main()

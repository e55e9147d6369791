"""What the engine itself costs: ``python -m tests.benchmarks.engine``.

A real search (``evo.run`` in a process of its own) whose space and fitness do nothing: regularized evolution, Ray
workers, in-order telling, Parquet. Prints how many trials went through Ray, milliseconds per trial in every quarter of
the run, memory at start and end, size on disk, and the seconds that resuming the finished run takes beyond starting
one. ``--no-reuse`` scores equal candidates again, so that every trial goes through Ray; ``--train`` has a tiny network
trained for every trial instead of nothing done.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evo.storage.run_log import read_table

PAGE_MIB = 4096 / 2**20
SETTLED = 0.02  # share of the trials after which memory counts as "start"


NOTHING = ("--space", "tests.benchmarks.nothing:Words", "--fitness", "tests.benchmarks.nothing:Nothing")
TRAINED = ("--space", "tests.tiny:TinyNetworks", "--fitness", "regression(steps=5)")
QUARTERS = 4


def command(run_dir: Path, evaluations: int, options: Sequence[str]) -> list[str]:
    """Return the search as a command."""
    where = ["--data", "noise", "--run-dir", str(run_dir), "--evaluations", str(evaluations), "--quiet"]
    return [sys.executable, "-m", "evo.run", *options, *where]


def resident_mib(process: int) -> float:
    """Return the resident memory of a process in MiB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_MIB


def done(run_dir: Path) -> int:
    """Return how many trials the run's heartbeat counts."""
    try:
        return int(json.loads((run_dir / "progress.json").read_text())["done"])
    except (OSError, ValueError):
        return 0


def watch(run_dir: Path, evaluations: int, options: Sequence[str]) -> tuple[list[tuple[float, int, float]], float]:
    """Run the search; return (seconds, trials, MiB) once a second, and the seconds it took in all."""
    clock, samples = time.perf_counter(), []
    with subprocess.Popen(command(run_dir, evaluations, options), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            samples.append((time.perf_counter() - clock, done(run_dir), resident_mib(process.pid)))
            time.sleep(1.0)
    if process.returncode != 0:
        raise SystemExit(f"the search failed with exit code {process.returncode}")
    return samples, time.perf_counter() - clock


def timed(run_dir: Path, evaluations: int, options: Sequence[str]) -> float:
    """Return the seconds that one command takes."""
    clock = time.perf_counter()
    subprocess.run(command(run_dir, evaluations, options), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - clock


def quarters(samples: Sequence[tuple[float, int, float]]) -> list[float]:
    """Return milliseconds per trial in each quarter of a run's trials."""
    seconds, trials, _ = zip(*samples, strict=True)
    marks = np.interp(np.linspace(trials[0], trials[-1], QUARTERS + 1), trials, seconds)
    return (1e3 * np.diff(marks) * QUARTERS / (trials[-1] - trials[0])).tolist()


def through_ray(run_dir: Path) -> int:
    """Return how many trials a worker scored, rather than reuse an equal candidate's score."""
    return sum(not reused for reused in read_table(run_dir, ["trial_id", "reused"])["reused"].to_pylist())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", description=__doc__)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--no-reuse", action="store_true", help="score equal candidates again")
    parser.add_argument("--train", action="store_true", help="train a tiny network for every trial")
    parser.add_argument("--workers", default="auto")
    given = parser.parse_args()
    trials, options = given.trials, [*(TRAINED if given.train else NOTHING), "--workers", given.workers]
    options += ["--no-reuse"] if given.no_reuse or given.train else []
    folder = Path(tempfile.mkdtemp(prefix="selfnas-engine-"))
    try:
        samples, wall_s = watch(folder / "run", trials, options)
        settled = next(s for s in samples if s[1] >= SETTLED * trials)
        last, scored = samples[-1], through_ray(folder / "run")
        resume_s, start_s = timed(folder / "run", trials, options), timed(folder / "empty", 1, options)
        size_mib = sum(path.stat().st_size for path in (folder / "run").rglob("*.parquet")) / 2**20
    finally:
        shutil.rmtree(folder)
    running = [s for s in samples if 0 < s[1] < trials]
    per_trial_ms = 1e3 * (running[-1][0] - running[0][0]) / (running[-1][1] - running[0][1])
    print(f"trials                 {trials}, of which {scored} through Ray ({scored / trials:.0%})")
    print(f"per trial              {per_trial_ms:.2f} ms (whole command {1e3 * wall_s / trials:.2f} ms)")
    print(f"in every quarter       {', '.join(f'{ms:.2f}' for ms in quarters(running))} ms")
    print(f"driver memory          {settled[2]:.0f} MiB at trial {settled[1]}, {last[2]:.0f} MiB at trial {last[1]}")
    print(f"log on disk            {size_mib:.1f} MiB, {2**20 * size_mib / trials:.0f} bytes per trial")
    print(f"resume of the whole    {resume_s:.1f} s, of which starting Ray and one trial {start_s:.1f} s")


if __name__ == "__main__":
    main()

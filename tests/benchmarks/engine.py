"""What the engine itself costs: ``python -m tests.benchmarks.engine``.

A real search (``evo.run`` in a process of its own) whose space and fitness do nothing: regularized evolution, Ray
workers, in-order telling, Parquet. Prints milliseconds per trial, memory at start and end, size on disk, and the
seconds that resuming the finished run takes beyond starting one.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE_MIB = 4096 / 2**20
SETTLED = 0.02  # share of the trials after which memory counts as "start"


def command(run_dir: Path, evaluations: int) -> list[str]:
    """Return the search as a command."""
    axes = ["--space", "tests.benchmarks.nothing:Words", "--fitness", "tests.benchmarks.nothing:Nothing"]
    where = ["--data", "noise", "--run-dir", str(run_dir), "--evaluations", str(evaluations), "--quiet"]
    return [sys.executable, "-m", "evo.run", *axes, *where]


def resident_mib(process: int) -> float:
    """Return the resident memory of a process in MiB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_MIB


def done(run_dir: Path) -> int:
    """Return how many trials the run's heartbeat counts."""
    try:
        return int(json.loads((run_dir / "progress.json").read_text())["done"])
    except (OSError, ValueError):
        return 0


def watch(run_dir: Path, evaluations: int) -> tuple[list[tuple[float, int, float]], float]:
    """Run the search; return (seconds, trials, MiB) once a second, and the seconds it took in all."""
    clock, samples = time.perf_counter(), []
    with subprocess.Popen(command(run_dir, evaluations), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            samples.append((time.perf_counter() - clock, done(run_dir), resident_mib(process.pid)))
            time.sleep(1.0)
    if process.returncode != 0:
        raise SystemExit(f"the search failed with exit code {process.returncode}")
    return samples, time.perf_counter() - clock


def timed(run_dir: Path, evaluations: int) -> float:
    """Return the seconds that one command takes."""
    clock = time.perf_counter()
    subprocess.run(command(run_dir, evaluations), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - clock


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine")
    parser.add_argument("--trials", type=int, default=100_000)
    trials = parser.parse_args().trials
    folder = Path(tempfile.mkdtemp(prefix="selfnas-engine-"))
    try:
        samples, wall_s = watch(folder / "run", trials)
        settled = next(s for s in samples if s[1] >= SETTLED * trials)
        last = samples[-1]
        resume_s, start_s = timed(folder / "run", trials), timed(folder / "empty", 1)
        size_mib = sum(path.stat().st_size for path in (folder / "run").rglob("*.parquet")) / 2**20
    finally:
        shutil.rmtree(folder)
    running = [s for s in samples if s[1] > 0]
    per_trial_ms = 1e3 * (running[-1][0] - running[0][0]) / (running[-1][1] - running[0][1])
    print(f"trials                 {trials}")
    print(f"per trial              {per_trial_ms:.2f} ms (whole command {1e3 * wall_s / trials:.2f} ms)")
    print(f"driver memory          {settled[2]:.0f} MiB at trial {settled[1]}, {last[2]:.0f} MiB at trial {last[1]}")
    print(f"log on disk            {size_mib:.1f} MiB, {2**20 * size_mib / trials:.0f} bytes per trial")
    print(f"resume of the whole    {resume_s:.1f} s, of which starting Ray and one trial {start_s:.1f} s")


if __name__ == "__main__":
    main()

"""How long a command line and a notebook wait at the start: ``python -m tests.benchmarks.start_up``.

Runs ``import evo`` and ``python -m evo.run --help`` in processes of their own, in turns, beside a Python that does
nothing. Prints the median seconds of each, and which heavy libraries it loads: there should be none.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

HEAVY = ("torch", "ray", "pyarrow")
NONE = f"none of {', '.join(HEAVY)}"
CASES: Mapping[str, Sequence[str]] = {
    "python": ("-c", "pass"),
    "import evo": ("-c", "import evo"),
    "python -m evo.run --help": ("-m", "evo.run", "--help"),
}


def run(arguments: Sequence[str]) -> str:
    """Run Python; return what it wrote to stderr. Raises CalledProcessError where it fails."""
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stderr


def seconds(arguments: Sequence[str]) -> float:
    """Return the seconds of one process, from its start to its end."""
    clock = time.perf_counter()
    run(arguments)
    return time.perf_counter() - clock


def loaded(arguments: Sequence[str]) -> list[str]:
    """Return the heavy libraries that the process imports."""
    report = run(["-X", "importtime", *arguments]).splitlines()  # a line for each module, its name behind the last bar
    imported = {line.rpartition("|")[2].strip() for line in report}
    return [library for library in HEAVY if library in imported]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start_up")
    parser.add_argument("--times", type=int, default=15, help="processes of each kind (default: 15)")
    times = parser.parse_args().times
    libraries = {name: loaded(arguments) for name, arguments in CASES.items()}
    rounds = [{name: seconds(arguments) for name, arguments in CASES.items()} for _ in range(times)]
    for name in CASES:
        median = statistics.median(each[name] for each in rounds)
        print(f"{name:<26} {median:.3f} s, loads {', '.join(libraries[name]) or NONE}")


if __name__ == "__main__":
    main()

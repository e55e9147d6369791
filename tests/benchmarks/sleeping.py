"""How busy real workers are whose trials sleep for stated seconds: ``python -m tests.benchmarks.sleeping``.

A search through ``evo.search`` for each order of telling and each kind of trials: ``alike`` (all short), ``macs`` (one
in twenty is 20 times longer, and its network has 20 times the multiply-adds) and ``chance`` (one in twenty is longer,
and nothing says which). Prints the share of time that workers were busy from the start of the first trial to that of
the last, and from when a fifth of all trials have begun, by when all workers are up; by the rows of the run. Sleeping
takes no core, so 16 workers may run on two, on a Ray that is told of 16: ``ray start --head --num-cpus 16``, then
``--address auto``. ``look_ahead`` computes the same without waiting.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from evo.commands.messages import run_printed
from evo.records.tell_order import TellOrder
from fitness import EvalContext, Score
from spaces import Complexity, InputSpec, OperationCosts
from tasks.foundation.command_line import DONE, OneLineParser, say

if TYPE_CHECKING:
    import pyarrow as pa

PROGRAM = "tests.benchmarks.sleeping"
KINDS = ("alike", "macs", "chance")
LONG, ONE_IN = 20, 20
ALL_UP = 0.2
"""Share of the trials after which all workers are up."""
NUMBERS = 10**9
SPACE, FITNESS = f"{PROGRAM}:Numbers", f"{PROGRAM}:Sleeps"


class Numbers:
    """Numbers that stand for networks, which are never built; one in ``ONE_IN`` has ``LONG`` times the size."""

    def sample(self, rng: np.random.Generator) -> int:
        """Return a random number."""
        return int(rng.integers(NUMBERS))

    def mutate(self, candidate: int, rng: np.random.Generator) -> int:
        """Return another one."""
        return (candidate + 1 + int(rng.integers(NUMBERS - 1))) % NUMBERS

    def encode(self, candidate: int) -> str:
        """Return it in digits."""
        return str(candidate)

    def decode(self, text: str) -> int:
        """Return the number of a text; raises ValueError for anything else."""
        return int(text)

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> None:
        """Raise ValueError: there is no network."""
        raise ValueError("a number has no network")

    def operation_costs(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return the cost of the network that it stands for."""
        return OperationCosts((), (), Complexity(1, 10**6 * (LONG if candidate % ONE_IN == 0 else 1)))


class Sleeps:
    """Sleeps, and scores a number by its last digits.

    kind: of ``KINDS``; seconds: of a short trial
    """

    def __init__(self, *, kind: str = "alike", seconds: float = 0.05) -> None:
        """Sleep nowhere yet."""
        self._kind, self._seconds = kind, seconds

    def __call__(self, candidate: int, context: EvalContext) -> Score:
        """Sleep for as long as the candidate's trial takes."""
        chosen = {"alike": 1, "macs": candidate % ONE_IN, "chance": int(context.rng.integers(ONE_IN))}[self._kind]
        time.sleep(self._seconds * (1 if chosen else LONG))
        return Score(float(candidate % 1000))


def busy(rows: "pa.Table", workers: int, *, after: float = 0) -> float:
    """Return the share of time that workers were busy until the last trial began, by the rows of a run.

    after: share of the trials that have begun when counting starts, 0 to 1
    """
    spans = sorted(
        (row["started_at"], row["started_at"] + timedelta(seconds=row["evaluate_s"]))
        for row in rows.to_pylist()
        if not row["reused"]
    )
    first, last = spans[int(after * len(spans))][0], spans[-1][0]
    within = sum(max(0.0, (min(end, last) - max(begun, first)).total_seconds()) for begun, end in spans)
    return float(within / (workers * (last - first).total_seconds()))


def measured(kind: str, order: TellOrder, options: argparse.Namespace, run_dir: Path) -> tuple[float, float]:
    """Run a search; returns the share of time that its workers were busy, from the start and once all are up."""
    import evo

    run = evo.search(
        space=SPACE,
        fitness=f"{FITNESS}(kind={kind},seconds={options.seconds})",
        data="noise",
        evaluations=options.evaluations,
        ahead=options.ahead,
        tell_order=str(order),
        workers=options.workers,
        address=options.address,
        run_dir=run_dir,
    )
    rows = run.trials()
    return busy(rows, options.workers), busy(rows, options.workers, after=ALL_UP)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--workers", type=int, default=16, help="(default: %(default)s)")
    root.add_argument("--address", default="local", help="of Ray, as of evo.run (default: %(default)s)")
    root.add_argument("--ahead", default="auto", help="(default: %(default)s)")
    root.add_argument("--evaluations", type=int, default=450, help="(default: %(default)s)")
    root.add_argument("--seconds", type=float, default=0.05, help="of a short trial (default: %(default)s)")
    root.add_argument("--kind", choices=KINDS, action="append", help="of trials, repeatable (default: all)")
    root.add_argument("--order", choices=[*map(str, TellOrder)], action="append", help="repeatable (default: all)")
    return root


def _run(options: argparse.Namespace) -> int:
    for kind in options.kind or KINDS:
        for order in map(TellOrder, options.order or TellOrder):
            with TemporaryDirectory() as folder:
                whole, later = measured(kind, order, options, Path(folder) / "run")
            say(f"{kind}, told {order.said}: {whole:.2f}, once all workers are up {later:.2f}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and return the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

"""What 20 labels tell of a proxy task, by simulation: ``python -m tests.benchmarks.task_statistics POOL.parquet ...``.

A pool holds scores of the same architectures by random and by published tasks (columns ``task``, ``candidate``,
``draw``, ``score``); beside ``pool-NAME.parquet`` lies ``rows-NAME.parquet`` with labels, sizes and one-batch scores.
Panels of 20 are drawn from the architectures; what is chosen on a panel is judged by Spearman's rho on the others.
Without a pool one is drawn whose right answers are known.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from evo.display.text_table import Table, to_markdown
from tasks import derive_rng
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.drawn_panels import Panels, draw_panels, stratified_panels
from tests.benchmarks.drawn_pool import Drawing, draw_pool
from tests.benchmarks.label_uses import using
from tests.benchmarks.panel_trials import PanelTrials
from tests.benchmarks.task_choices import choosing, predicting
from tests.benchmarks.task_expectations import expecting
from tests.benchmarks.task_pool import TaskPool, read_pool
from tests.benchmarks.task_rungs import TOURNAMENTS, assumed_rungs, dropping
from tests.benchmarks.task_sets import joining
from tests.benchmarks.task_variance import shares

PROGRAM = "tests.benchmarks.task_statistics"
COUNTS = (10, 30, 60)
UNIFORM, BY_LABELS = "uniform", "labels"
SETS = (1, 5)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("pools", nargs="*", type=Path, help="none: a drawn one")
    root.add_argument("--labels", default="", help="columns of labels, by default those that the rows' metadata name")
    root.add_argument("--only", default="", help="one of the labels, by default each in turn")
    root.add_argument("--draws", type=int, default=1, help="tasks with fewer are left out (default: %(default)s)")
    root.add_argument("--panels", type=int, default=400, help="(default: %(default)s)")
    root.add_argument("--size", type=int, default=20, help="labels of a panel (default: %(default)s)")
    root.add_argument(
        "--stratified",
        default=UNIFORM,
        help="labels, or a column such as params, whose quantiles members are drawn from",
    )
    root.add_argument(
        "--slow-panels", type=int, default=100, help="for what is slow: weights and expectations (default: %(default)s)"
    )
    root.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    return root


def simulate(pool: TaskPool, options: argparse.Namespace) -> Iterator[Table]:
    """Yield all tables of a pool with one label."""
    trials = PanelTrials(pool, _panels(pool, options))
    tasks, slow, seed = len(pool.scores), options.slow_panels, options.seed
    counts = sorted({min(count, tasks) for count in COUNTS})
    yield predicting(trials)
    yield choosing(trials, counts)
    yield shares(trials.rho)
    for count in counts[1:] or counts:
        yield joining(trials, count, weighted=slow)
    if shipped := len(pool.published):
        both, tried = trials.with_shipped(), shipped + counts[-1]
        yield joining(both, shipped, weighted=slow, what="shipped tasks")
        yield joining(both, tried, weighted=slow, what=f"tasks, {shipped} shipped ones among them")
    yield using(trials, weighted=slow)
    for best in SETS:
        yield from (expecting(trials, count, best=best, panels=slow, seed=seed) for count in counts[-2:])
    rungs = assumed_rungs(trials, derive_rng(seed, "rungs"))
    yield from (dropping(trials, rungs, counts[-1], among=among) for among in TOURNAMENTS)


def _panels(pool: TaskPool, options: argparse.Namespace) -> Panels:
    (label,) = pool.labels.values()
    tasks, archs = len(pool.scores), len(label)
    if not 4 <= options.size <= archs - 4:
        raise UsageError(f"--size {options.size}: the pool has {archs} architectures; give 4 to {archs - 4}")
    given = {"size": options.size, "count": options.panels, "rng": derive_rng(options.seed, "panels")}
    if options.stratified == UNIFORM:
        return draw_panels(archs, tasks, **given)
    by = {**pool.others, BY_LABELS: label}
    if options.stratified not in by:
        raise UsageError(f"--stratified {options.stratified!r}: there are {', '.join((UNIFORM, *by))}")
    return stratified_panels(by[options.stratified], tasks, **given)


def _pools(options: argparse.Namespace) -> Iterator[tuple[str, TaskPool]]:
    if not options.pools:
        yield "drawn", draw_pool(Drawing(draws=options.draws), derive_rng(options.seed, "pool"))
    for path in options.pools:
        rows = path.with_name(path.name.replace("pool-", "rows-"))
        labels = [name for name in options.labels.split(",") if name]
        yield path.stem, read_pool(path, rows, labels=labels, draws=options.draws)


def _run(options: argparse.Namespace) -> int:
    for name, pool in _pools(options):
        if options.only and options.only not in pool.labels:
            raise UsageError(f"--only {options.only!r}: the labels are {', '.join(pool.labels)}")
        for label in [options.only] if options.only else pool.labels:
            part = pool.labelled(label)
            tasks, draws, archs = part.scores.shape
            say(f"\n# {name}, {label}: {tasks} tasks, {draws} draws, {archs} architectures\n")
            for table in simulate(part, options):
                say(f"{to_markdown(table)}\n")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

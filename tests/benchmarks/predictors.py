"""``python -m tests.benchmarks.predictors``: how predictors rank members they have not learnt from, beside counting.

Each seed draws the members to learn from anew; all others of the table, or ``--held-out`` of them, are judged. Results
are kept in ``--out``, a row for each predictor and seed, so the same command goes on where it was stopped. Numbers of
params and macs are those of the space's ``operation_costs``.

Letters: N candidates that are judged, T tiers.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evo.commands.messages import run_printed
from evo.display.text_table import Table, to_markdown
from evo.ranking.statistics import rates
from fitness.predictors.base import Labelled, TieredFitted
from fitness.predictors.featured import FeaturedPredictor
from fitness.predictors.predictor_texts import made_predictor
from fitness.predictors.tiers import TIERS
from fitness.rank_correlation.rank_statistics import kendall
from spaces import SPACES, cifar_costs
from spaces.tables.table import CandidateTable
from tasks import UsageError, derive_rng, derive_seed
from tasks.foundation.command_line import DONE, OneLineParser, say
from tasks.foundation.plugin_texts import parse_plugin, parse_plugins
from tasks.foundation.ranges import check_range
from tasks.foundation.whole_files import replacing

PROGRAM = "tests.benchmarks.predictors"
COUNTING = ("params", "macs")
JUDGED = ("tier_accuracy", "top_share", "best_rank")
"""What ``evo.ranking.statistics.rates`` are called here, in their order."""
MEASURES = {
    "tau": ("Kendall's tau", 3),
    "tier_accuracy": ("tier accuracy", 3),
    "top_share": ("best 1 % found", 3),
    "best_rank": ("best rank of ten", 1),
    "fit_s": ("fit, CPU s", 2),
    "predict_s": ("predict, CPU s", 2),
    "scores_s": ("scores, s each", 2),
}
"""Column of the table for each number of a result, and its digits."""


@dataclass(frozen=True)
class Result:
    """One predictor with one seed; seconds are of one thread.

    scores_s: of the label-free scores of one candidate, NaN where they are not known
    """

    space: str
    table: str
    metric: str
    predictor: str
    seed: int
    members: int
    judged: int
    tau: float
    tier_accuracy: float
    top_share: float
    best_rank: float
    fit_s: float
    predict_s: float
    scores_s: float


@dataclass(frozen=True)
class Task:
    """What is asked for, and the labelled candidates of the table, higher is better."""

    space_text: str
    space: Any
    path: Path
    metric: str
    texts: np.ndarray
    labels: np.ndarray
    members: int
    held_out: int

    def split(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows that a seed learns from, and those that are judged."""
        rows = derive_rng(seed, "benchmark of predictors").permutation(len(self.texts))
        return rows[: self.members], rows[self.members :][: self.held_out or None]

    def judged(self) -> int:
        """Return how many are judged."""
        return len(self.split(0)[1])


def judge(scores: np.ndarray, labels: np.ndarray, tiers: np.ndarray | None = None) -> dict[str, float]:
    """Return how scores [N], and predicted tiers [N] or those of the scores, agree with labels [N]."""
    found = zip(JUDGED, rates(scores, labels, tiers).values(), strict=True)
    return {"tau": kendall(scores, labels), **dict(found)}


def measure(task: Task, predictor: str, seed: int) -> Result:
    """Return what a predictor makes of the members of a seed."""
    learnt, others = task.split(seed)
    texts, labels = task.texts[others].tolist(), task.labels[others]
    scorer = _counted if predictor in COUNTING else _predicted
    scores, tiers, seconds = scorer(task, predictor, seed, learnt, texts)
    found = judge(scores, labels, tiers)
    about = (task.space_text, task.path.name, task.metric, predictor, seed, task.members, len(texts))
    return Result(*about, **found, **seconds)


Scored = tuple[np.ndarray, np.ndarray | None, dict[str, float]]


def _counted(task: Task, of: str, seed: int, learnt: np.ndarray, texts: list[str]) -> Scored:
    counts, seconds = timed(lambda: [getattr(_complexity(task.space, text), of) for text in texts])
    return np.array(counts, float), None, {"fit_s": 0.0, "predict_s": seconds, "scores_s": 0.0}


def _complexity(space: Any, text: str) -> Any:
    return cifar_costs(space, space.decode(text)).total


def _predicted(task: Task, predictor: str, seed: int, learnt: np.ndarray, texts: list[str]) -> Scored:
    model = made_predictor(predictor, option="--predictors")
    rows = Labelled(tuple(task.texts[learnt].tolist()), tuple(task.labels[learnt].tolist()))
    state, fit_s = timed(lambda: model.fit(task.space, rows, derive_seed(seed, "fit")))
    fitted = model.restore(task.space, state)
    scores, predict_s = timed(lambda: fitted.scores(texts))
    tiers = fitted.tiers(texts).argmax(axis=1) if isinstance(fitted, TieredFitted) else None
    scores_s = model.score_seconds() if isinstance(model, FeaturedPredictor) else 0.0
    return scores, tiers, {"fit_s": fit_s, "predict_s": predict_s, "scores_s": scores_s}


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a function returns, and its CPU seconds."""
    clock = time.process_time()
    return function(), time.process_time() - clock


def known_results(path: Path) -> list[Result]:
    """Return the results that a file holds, none where there is no file yet."""
    return [Result(**row) for row in pq.read_table(path).to_pylist()] if path.exists() else []


def complete(task: Task, predictors: Sequence[str], seeds: int, out: Path) -> Iterator[Result]:
    """Yield the results asked for, seed by seed; what the file does not hold is measured and added to it."""
    known = known_results(out)
    by_key = {_key(result): result for result in known}
    for seed in range(seeds):
        for predictor in predictors:
            key = (task.space_text, task.path.name, task.metric, predictor, seed, task.members, task.judged())
            if key not in by_key:
                known.append(measure(task, predictor, seed))
                _write(out, known)
                by_key[key] = known[-1]
            yield by_key[key]


def _key(result: Result) -> tuple[object, ...]:
    return tuple(getattr(result, field.name) for field in fields(Result))[:7]


def _write(path: Path, results: Sequence[Result]) -> None:
    columns = {field.name: [getattr(result, field.name) for result in results] for field in fields(Result)}
    with replacing(path) as aside:
        pq.write_table(pa.table(columns), aside)


def page(results: Sequence[Result]) -> Table:
    """Return a row for each predictor: mean and, of several seeds, standard deviation of each number, - if unknown."""
    first = results[0]
    seeds = len({result.seed for result in results})
    title = (
        f"{first.space}, {first.table}, {first.metric}: {first.members:,} members learnt from, "
        f"{first.judged:,} judged, {seeds} seeds"
    )
    names = dict.fromkeys(result.predictor for result in results)
    rows = [(name, *_cells([result for result in results if result.predictor == name])) for name in names]
    return Table(title, ("predictor", *(shown for shown, _ in MEASURES.values())), tuple(rows))


def _cells(results: Sequence[Result]) -> Iterator[str]:
    for name, (_, digits) in MEASURES.items():
        values = np.array([getattr(result, name) for result in results])
        spread = f" +- {values.std(ddof=1):.{digits}f}" if len(values) > 1 else ""
        yield "-" if np.isnan(values).any() else f"{values.mean():.{digits}f}{spread}"


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    add_members(root)
    root.add_argument("--seeds", type=int, default=5, help="0, 1, ... (default: 5)")
    root.add_argument(
        "--predictors", default="params,macs,ridge,trees", help="with commas between (default: %(default)s)"
    )
    root.add_argument("--out", type=Path, required=True, help="Parquet file of results, which is added to")
    return root


def add_members(root: argparse.ArgumentParser) -> None:
    """Add the options of whom is learnt from and who is judged."""
    root.add_argument("--space", required=True, help="of the table's candidates, e.g. nasbench201")
    root.add_argument("--table", type=Path, required=True, help="labelled candidates, Parquet or CSV")
    root.add_argument("--metric", required=True, help="column of labels")
    root.add_argument("--lower-is-better", action="store_true", help="the column is a loss or an error")
    root.add_argument("--members", type=int, default=1_000, help="to learn from (default: 1000)")
    root.add_argument("--held-out", type=int, default=0, help="members that are judged (default: all others)")


def task_of(options: argparse.Namespace) -> Task:
    """Return what the options ask for; raises UsageError."""
    check_range("--seeds", options.seeds, 1, 1_000)
    check_range("--members", options.members, 1, 1_000_000)
    table = CandidateTable(options.table, [options.metric])
    labels = table.column(options.metric)
    known = np.isfinite(labels)
    texts = np.array(table.candidates(), dtype=object)[known]
    check_range("--held-out", options.held_out, 0, len(texts))
    if not len(texts) - options.members >= TIERS:
        raise UsageError(f"--members {options.members}: the table has {len(texts):,} labels; leave {TIERS} or more")
    plugin = parse_plugin(options.space, option="--space", example="'nasbench201'")
    return Task(
        options.space,
        SPACES.build(plugin.name, plugin.given()),
        options.table,
        options.metric,
        texts,
        (-labels if options.lower_is_better else labels)[known],
        options.members,
        options.held_out,
    )


def _run(options: argparse.Namespace) -> int:
    task = task_of(options)
    predictors = [one.quoted() for one in parse_plugins(options.predictors, option="--predictors", example="'trees'")]
    results = []
    for result in complete(task, predictors, options.seeds, options.out):
        results.append(result)
        say(f"{result.predictor} seed {result.seed}: tau {result.tau:.3f}, {result.fit_s:.1f} s")
    say(to_markdown(page(results)))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

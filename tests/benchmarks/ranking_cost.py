"""``python -m tests.benchmarks.ranking_cost --table FILE --metric M``: what a fit, predictions and a round cost.

CPU seconds of one thread, and how much the greatest memory of the process grew, libraries of the first part included.
A round is one of ``tier_ranking``: statistics, guided and random draws, predictions, the best of them.
"""

import argparse
import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evo.display.text_table import Table, to_markdown
from evo.records.trial import Evaluation, Status
from evo.strategies.fitting import wanted_fit
from evo.strategies.tier_ranking.strategy import TierRanking
from fitness.predictors.one_thread import one_thread
from spaces import SPACES, CandidateTable
from tasks import derive_rng
from tasks.foundation.command_line import DONE, say
from tests.benchmarks.predictors import timed

HEADER = ("part", "CPU s", "memory, MiB more")
_KIB = 1024


def costs(space: Any, texts: Sequence[str], labels: Sequence[float], predictor: str) -> Table:
    """Return what each part costs for candidates [N] with these labels [N]."""
    strategy = TierRanking(n0=len(texts), predictor=predictor)
    strategy.begin(space, expected=len(texts))
    for number, (text, label) in enumerate(zip(texts, labels, strict=True)):
        strategy.tell(Evaluation(number, None, space.decode(text), Status.COMPLETED, label))
    request = wanted_fit(strategy)
    assert request is not None  # all labels are told
    rows = []

    def measured(part: str, function: Callable[[], Any]) -> Any:
        before = _peak()
        found, seconds = timed(function)
        rows.append((part, f"{seconds:.2f}", f"{_peak() - before:.0f}"))
        return found

    state = measured("fit", lambda: request.predictor.fit(space, request.labelled, request.seed))
    fitted = measured("restoring it", lambda: request.predictor.restore(space, state))
    measured("predictions", lambda: fitted.scores(texts))
    strategy.take_fit(state)
    measured("a round", lambda: strategy.ask(derive_rng(0, "round")))
    return Table(f"{predictor}, {len(texts):,} candidates", HEADER, tuple(rows))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ranking_cost", description=__doc__)
    parser.add_argument("--space", default="nasbench201", help="(default: %(default)s)")
    parser.add_argument("--table", type=Path, required=True, help="labelled candidates, Parquet or CSV")
    parser.add_argument("--metric", required=True, help="column of labels")
    parser.add_argument("--members", type=int, default=1_000, help="(default: %(default)s)")
    parser.add_argument("--predictor", default="ranker", help="(default: %(default)s)")
    given = parser.parse_args(arguments)
    table = CandidateTable(given.table, [given.metric])
    rows = derive_rng(0, "members").permutation(len(table))[: given.members]
    texts = [table.candidates()[row] for row in rows]
    labels = table.column(given.metric)[rows].tolist()
    with one_thread():
        say(to_markdown(costs(SPACES.build(given.space, {}), texts, labels, given.predictor)))
    return DONE


if __name__ == "__main__":
    raise SystemExit(main())

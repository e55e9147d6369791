"""How well the regression fitness ranks NAS-Bench-201: ``python -m tests.benchmarks.rank_correlation --help``.

Scores a seeded sample of the published table on the engine's own workers, resumable like every run, and prints
Spearman's rho and Kendall's tau with bootstrap intervals beside counting parameters on the same rows.
"""

import argparse
from pathlib import Path

import numpy as np

from evo.command_line import main as run_search
from evo.run_log import read_table
from tests.benchmarks.rank_statistics import bootstrap, kendall, spearman
from tests.benchmarks.rows import read_rows

TABLE = "nasbench201"


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rank_correlation")
    parser.add_argument("--task", default="combo", help="proxy task: combo, N, D, R, single or a JSON file")
    parser.add_argument("--data", default="photos", help="pictures to regress from (default: photos)")
    parser.add_argument("--rows", choices=["A", "B"], default="B", help="A to choose settings, B to report")
    parser.add_argument("--sample", type=int, default=128, help="rows scored (default: 128)")
    parser.add_argument("--metric", default="c10_test", help="column of the table (default: c10_test)")
    parser.add_argument("--seed", type=int, default=0, help="of the search; the rows are fixed")
    parser.add_argument("--set", action="append", default=[], dest="assignments", metavar="fitness.OPTION=VALUE")
    parser.add_argument("--run-dir", type=Path, required=True, help="where the scores are kept; resumed if it exists")
    return parser.parse_args()


def score(chosen: argparse.Namespace, texts: np.ndarray) -> dict[str, float]:
    """Return the fitness of each text that has one."""
    listing = chosen.run_dir.with_suffix(".txt")
    listing.parent.mkdir(parents=True, exist_ok=True)
    listing.write_text("\n".join(texts) + "\n", encoding="utf-8")
    assignments = [f"strategy.file={listing}", f"fitness.task={chosen.task}", *chosen.assignments]
    code = run_search(
        [
            *("--space", TABLE, "--fitness", "regression", "--strategy", "listed", "--seed", str(chosen.seed)),
            *("--run-dir", str(chosen.run_dir), "--evaluations", str(len(texts)), "--data", chosen.data),
            *(part for text in assignments for part in ("--set", text)),
        ]
    )
    if code != 0:
        raise SystemExit(code)
    table = read_table(chosen.run_dir, ["candidate", "fitness"])
    pairs = zip(table["candidate"].to_pylist(), table["fitness"].to_pylist(), strict=True)
    return {text: fitness for text, fitness in pairs if fitness is not None}


def print_statistics(name: str, scores: np.ndarray, params: np.ndarray, labels: np.ndarray) -> None:
    """Print the correlations of scores [N] and params [N] with labels [N], and their paired difference."""

    def difference(rows: np.ndarray) -> float:
        return spearman(scores[rows], labels[rows]) - spearman(params[rows], labels[rows])

    count = len(labels)
    print(f"{name}, {count} rows")
    print(f"  spearman  fitness     {bootstrap(lambda i: spearman(scores[i], labels[i]), count)}")
    print(f"  spearman  params      {bootstrap(lambda i: spearman(params[i], labels[i]), count)}")
    print(f"  spearman  difference  {bootstrap(difference, count)}")
    print(f"  kendall   fitness     {bootstrap(lambda i: kendall(scores[i], labels[i]), count)}")


def main() -> None:
    """Score the sample and print the table."""
    chosen = options()
    rows = read_rows(TABLE, chosen.rows, chosen.sample)
    fitness_of = score(chosen, rows["arch"])
    scored = np.array([text in fitness_of for text in rows["arch"]])
    scores = np.array([fitness_of.get(text, np.nan) for text in rows["arch"]])[scored]
    labels, params = rows[chosen.metric][scored], rows["params_c10_m"][scored]
    where = f"{TABLE} {chosen.metric}, rows {chosen.rows}, task {chosen.task}, data {chosen.data}"
    print(f"\n{where}; {np.sum(~scored)} rows without a score")
    print_statistics("all", scores, params, labels)
    better = labels >= np.median(labels)
    print_statistics("better half", scores[better], params[better], labels[better])


if __name__ == "__main__":
    main()

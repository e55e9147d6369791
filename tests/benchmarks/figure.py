"""``python -m tests.benchmarks.figure``: draws the README's figure from the scores in ``runs/results``."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.plotting.frame import HEIGHT, WIDTH, Words
from evo.plotting.scatter import Scatter, scatter
from fitness.rank_correlation.rank_statistics import spearman

RESULTS = Path(__file__).parents[2] / "runs" / "results"
SCORES, FIGURE = RESULTS / "nasbench101-regression.parquet", RESULTS / "nasbench101-regression.svg"
STYLE = "text{font:12px sans-serif;fill:#333}"


def panel(columns: dict[str, list[float | None]], column: str, name: str) -> str:
    """Return one scatter plot: a column of scores against test accuracy in percent."""
    labels = 100 * np.array(columns["label"], dtype=float)
    scores = np.array([np.nan if value is None else value for value in columns[column]], dtype=float)
    rho = spearman(scores, labels)
    texts = [str(text) for text in columns["candidate"]]
    words = Words("", f"{name}: rho {rho:.2f}", "test accuracy on CIFAR-10 (%)")
    return scatter(Scatter(scores, labels, texts, words))


def main() -> None:
    """Write the figure: regression beside counting parameters, on the same architectures."""
    columns = pq.read_table(SCORES).to_pydict()
    left = panel(columns, "regression(task=N)", "minus the loss after 100 steps of regression, no labels")
    right = panel(columns, "params", "number of parameters")
    width = 2 * WIDTH
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}">'
    parts = [f"<style>{STYLE}</style>", '<rect width="100%" height="100%" fill="white"/>', left]
    FIGURE.write_text("\n".join([head, *parts, f'<g transform="translate({WIDTH} 0)">{right}</g>', "</svg>", ""]))
    print(FIGURE)


if __name__ == "__main__":
    main()

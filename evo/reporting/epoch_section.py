"""A differentiable search over its epochs: losses, collapse, curvature, and maps of its architecture parameters."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evo.display.page import Figures
from evo.display.readable_numbers import counted
from evo.engine.summary import best_rows
from evo.plotting.frame import Words
from evo.plotting.line_plot import Series, line_plot
from evo.reporting.alpha_maps import alpha_maps
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.section import Section, SmallPrint, absent

HEADING = "The supernets, epoch by epoch"
MOST_SEEDS = 8
"""Seeds that are drawn, the first of them."""
_LOSSES = {"weights_loss": "training", "architecture_loss": "architecture", "held_out_loss": "held out"}
_CURVES = (
    ("skip_share", "Share of skips", "skips among the operations kept, 0 to 1"),
    ("alpha_entropy", "Entropy of the architecture parameters", "mean over the edges, nats"),
    ("signal", "Signal of the architecture gradients", "about 1 for noise alone"),
    ("eigenvalue", "Dominant eigenvalue", "of the Hessian by architecture parameters"),
)


def epoch_section(run: RunFiles) -> Section:
    """Return losses, share of skips, entropy, eigenvalue and architecture parameters over epochs."""
    if not run.epochs.num_rows:
        return absent(HEADING, "This is no differentiable search: it trained no supernet.")
    epochs = final_pass(run.epochs)
    seeds = sorted(set(epochs["seed"].to_pylist()))
    shown = seeds[:MOST_SEEDS]
    more = [f"Of {len(seeds)} seeds the first {MOST_SEEDS} are drawn."] if len(seeds) > MOST_SEEDS else []
    back = run.epochs.num_rows - epochs.num_rows
    more += [f"Left out: {counted(back, 'epoch')} that a search went back from."] if back else []
    parts = {seed: epochs.filter(pc.equal(epochs["seed"], seed)) for seed in shown}
    curves = [drawn for name, title, said in _CURVES for drawn in _curve(parts, name, title, said)]
    maps, said = alpha_maps(run.alpha_names, _best_seed(run, epochs))
    notes = [*more, *said]
    figures = Figures([_losses(parts), *curves, *maps])
    return Section(HEADING, (figures, *([SmallPrint(notes)] if notes else [])))


def final_pass(epochs: pa.Table) -> pa.Table:
    """Return of every seed and epoch the row of the last pass: a search may go back to an earlier epoch."""
    last = {(seed, epoch): place for place, (seed, epoch) in enumerate(_pairs(epochs))}  # rows are in order of rewinds
    return epochs.take(sorted(last.values())).sort_by([("seed", "ascending"), ("epoch", "ascending")])


def _pairs(epochs: pa.Table) -> Iterator[tuple[int, int]]:
    yield from zip(epochs["seed"].to_pylist(), epochs["epoch"].to_pylist(), strict=True)


def _losses(parts: dict[int, pa.Table]) -> str:
    several = len(parts) > 1
    series = [
        Series(f"{said}, seed {seed}" if several else said, *_line(part, name))
        for seed, part in parts.items()
        for name, said in _LOSSES.items()
        if np.isfinite(numbers(part, name)).any() and (not several or name == "held_out_loss")
    ]
    title = "Loss on held-out images" if several else "Losses"
    return line_plot(series, Words(title, "epoch", "mean loss of an epoch"))


def _curve(parts: dict[int, pa.Table], name: str, title: str, said: str) -> Iterator[str]:
    known = {seed: part for seed, part in parts.items() if np.isfinite(numbers(part, name)).any()}
    if known:
        series = [Series(f"seed {seed}", *_known(part, name)) for seed, part in known.items()]
        yield line_plot(series, Words(title, "epoch", said))


def _line(part: pa.Table, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return epochs, counted from 1, and the values of a column."""
    return numbers(part, "epoch") + 1, numbers(part, name)


def _known(part: pa.Table, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the same of the epochs that have a value: eigenvalues are measured every so many."""
    epochs, values = _line(part, name)
    there = np.isfinite(values)
    return epochs[there], values[there]


def _best_seed(run: RunFiles, epochs: pa.Table) -> tuple[int, pa.Table]:
    """Return the seed that derived the best of the run, with its epochs; before any did, that of least loss so far."""
    parts = {seed: epochs.filter(pc.equal(epochs["seed"], seed)) for seed in sorted(set(epochs["seed"].to_pylist()))}
    for row in best_rows(run.rows, 1, run.final):
        if row["seed"] in parts:
            return row["seed"], parts[row["seed"]]
    return min(parts.items(), key=lambda pair: _last_loss(pair[1]))


def _last_loss(part: pa.Table) -> float:
    losses: Sequence[float] = numbers(part, "held_out_loss").tolist()
    return losses[-1] if np.isfinite(losses[-1]) else np.inf

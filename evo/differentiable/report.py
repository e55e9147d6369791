"""What a search by gradient derived, in words: an architecture per seed, how far they agree, signs of collapse."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.differentiable.bilevel.collapse import agreement
from evo.differentiable.noise import Likeness, is_noise, likeness, run_signal
from evo.display.text_table import row_with_text
from evo.records.trial import Status
from evo.storage.checkpoint import Progress, read_progress
from evo.storage.epoch_log import read_epochs
from evo.storage.run_log import read_table

_HEAD = ("  seed", "epochs", "held-out loss", "entropy (nats)", "skips")
MANY_SKIPS = 0.5
"""Share of skips beyond which an architecture counts as collapsed here; a warning, not a verdict."""


def describe_search(run_dir: Path, epochs: int | None = None) -> list[str]:
    """Return the summary of a run, line by line.

    epochs: of every supernet; None where nobody knows: then a supernet is trained to its end whose trial has a score.
    """
    logged = read_epochs(run_dir).to_pylist()
    last = {row["seed"]: row for row in logged}
    if not last:
        return ["no epoch is done yet"]
    progress = [read_progress(run_dir, seed) for seed in last]
    answers = [_answer(row, each, logged) for row, each in zip(last.values(), progress, strict=True)]
    over = (
        _scored_seeds(run_dir)
        if epochs is None
        else {s for s, p in zip(last, progress, strict=True) if p.is_over(epochs)}
    )
    shared = agreement([each.choices for seed, each in zip(last, progress, strict=True) if seed in over])
    agreed = [] if shared is None else [f"two seeds agree on {shared:.0%} of the edges, edges not kept among them"]
    pairs = list(zip(last, progress, strict=True))
    ended = [_stop(seed, each) for seed, each in pairs if each.answer is not None]
    rewound = [_rewinds(seed, each.rewinds, last[seed]) for seed, each in pairs if each.rewinds]
    trained = {row["seed"] for row in logged if row["architecture_loss"] is not None}
    untrained = [_by_chance(seed) for seed in last if seed not in trained]
    passed = {seed: _passed(logged, seed, each) for seed, each in zip(last, progress, strict=True)}
    alike = likeness([rows[-1].get("alphas") for seed, rows in passed.items() if seed in over])
    noisy = [_by_noise(seed, rows) for seed, rows in passed.items() if seed in over and is_noise(rows)]
    noise = _told_apart(noisy, alike)
    signals = [run_signal(rows) for rows in passed.values()]
    return [*_table(answers, signals), *ended, *rewound, *agreed, *untrained, *noise, *_warnings(answers)]


def _passed(logged: Sequence[Mapping[str, Any]], seed: int, progress: Progress) -> list[Mapping[str, Any]]:
    """Return the rows of the epochs that a seed's architecture comes from: none that it went back from."""
    rows = {row["epoch"]: row for row in logged if row["seed"] == seed}  # those of later passes come later
    end = max(rows) if progress.answer is None else progress.answer
    return [rows[epoch] for epoch in sorted(rows) if epoch <= end]


def _scored_seeds(run_dir: Path) -> set[int]:
    rows = read_table(run_dir, ["trial_id", "seed", "status"]).to_pylist()
    return {row["seed"] for row in rows if row["status"] == Status.COMPLETED}


def _answer(last: Mapping[str, Any], progress: Progress, logged: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the row of the architecture that a seed ends with: its last one, but where it was ended early."""
    if progress.answer is None:
        return last
    return next(row for row in logged if (row["seed"], row["epoch"]) == (last["seed"], progress.answer))


def _table(rows: Sequence[Mapping[str, Any]], signals: Sequence[float | None]) -> Iterator[str]:
    """Yield the table; signals: of the seeds, a column where there is any."""
    shown = any(signal is not None for signal in signals)
    head = (*_HEAD, *(["signal"] if shown else []))
    widths = [len(name) for name in head]
    yield from row_with_text(head, widths, "architecture")
    for row, signal in zip(rows, signals, strict=True):
        numbers = f"{row['held_out_loss']:.5f}", f"{row['alpha_entropy']:.3f}", f"{row['skip_share']:.0%}"
        last = (["-" if signal is None else f"{signal:.2f}"]) if shown else []
        yield from row_with_text((str(row["seed"]), str(row["epoch"] + 1), *numbers, *last), widths, row["derived"])


def _stop(seed: int, progress: Progress) -> str:
    """Return what became of a seed that was ended early; its row in the table is of the epoch that it went back to."""
    return (
        f"seed {seed}: ended after {progress.epochs} epochs, as the eigenvalue had grown; its architecture is that of "
        f"epoch {(progress.answer or 0) + 1}: {progress.derived}"
    )


def _rewinds(seed: int, rewinds: Sequence[int], last: Mapping[str, Any]) -> str:
    epochs = ", ".join(str(epoch + 1) for epoch in rewinds)
    return (
        f"seed {seed}: went back to after epoch {epochs}, as the eigenvalue had grown; weight decay since then "
        f"{last['weight_decay']:g}"
    )


def _by_chance(seed: int) -> str:
    return (
        f"warning: the architecture parameters of seed {seed} have not been trained; its architecture is one of chance"
    )


def _told_apart(noisy: Sequence[str], alike: Likeness | None) -> list[str]:
    """Return how alike the seeds are, and the warnings of noise unless that speaks against them."""
    if alike is None:
        return list(noisy)
    said = f"architecture parameters of two seeds have a cosine of {alike.cosine:.2f}"
    return [f"{said}; noise gives 0 +- {alike.by_noise:.2f}", *([] if alike.is_sure else noisy)]


def _by_noise(seed: int, rows: Sequence[Mapping[str, Any]]) -> str:
    return (
        f"warning: the architecture parameters of seed {seed} followed hardly more than noise (signal "
        f"{run_signal(rows):.2f}, where noise alone gives about 1); its architecture is close to a draw of the seed"
    )


def _warnings(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        found = [what for what in ("architecture", "normal cell") if _is_collapsed(*_shares(row, what))]
        for what in found[:1]:
            skips, free = _shares(row, what)
            yield (
                f"warning: the {what} of seed {row['seed']} is {skips:.0%} skips and {free:.0%} operations without "
                "weights: the search has probably collapsed"
            )


def _shares(row: Mapping[str, Any], what: str) -> tuple[float, float]:
    """Return the shares of skips and of operations without weights; none where there is no such cell."""
    prefix = "" if what == "architecture" else "normal_"
    return row.get(f"{prefix}skip_share") or 0.0, row.get(f"{prefix}parameter_free_share") or 0.0


def _is_collapsed(skips: float, free: float) -> bool:
    return skips > MANY_SKIPS or free == 1

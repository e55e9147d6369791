"""``python -m tests.benchmarks.ranker_variants``: the ranker's sizes by CPU seconds, and its choices undone.

Each variant differs from ``small`` as its name in ``VARIANTS`` says, and learns from the same members, which the seed
draws; the defaults of the ranker were read from seeds that ``tests.benchmarks.predictors`` does not report.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from evo.commands.messages import run_printed
from evo.display.text_table import Table, to_markdown
from fitness.predictors.base import Labelled
from fitness.predictors.ranker import predictor
from fitness.predictors.ranker.attention import LayerShape
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.ranker.scaling import ScalingKind
from fitness.predictors.ranker.settings import SMALL, RankerSettings
from tasks import UsageError, derive_seed
from tasks.foundation.command_line import DONE, OneLineParser, say
from tests.benchmarks.predictors import Task, add_members, judge, task_of, timed

PROGRAM = "tests.benchmarks.ranker_variants"
HEADER = ("variant", "Kendall's tau", "tier accuracy", "best 1 % found", "best rank of ten", "fit, CPU s")
FIRST_SEED = 777
WIDE = LayerShape(width=128, heads=4, head_width=32, hidden=512, dropout=0.1)


@dataclass(frozen=True)
class Variant:
    """What differs from ``small``: settings, and options of the predictor."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def size(self) -> RankerSettings:
        """Return its settings."""
        return replace(SMALL, **self.settings)


VARIANTS = {
    "small": Variant(),
    "epochs 20": Variant(options={"epochs": 20}),
    "epochs 150": Variant(options={"epochs": 150}),
    "epochs 300": Variant(options={"epochs": 300}),
    "two layers": Variant({"encoder_layers": 2, "decoder_layers": 2}),
    "width 128": Variant({"shape": WIDE}),
    "width 128, two layers, epochs 100": Variant(
        {"shape": WIDE, "encoder_layers": 2, "decoder_layers": 2}, {"epochs": 100}
    ),
    "rank weight 9": Variant({"rank_weight": 9.0}),
    "half the rate": Variant({"multiplier": 0.035}),
    "no dropout": Variant({"shape": replace(SMALL.shape, dropout=0.0)}),
    "batches of 64": Variant({"batch": 64}),
    "all cells": Variant({"distinct": False}),
    "published scaling": Variant(options={"scaling": ScalingKind.PUBLISHED}),
    "best of 256 held out": Variant(options={"validation": 256}),
    "best of 256 held out, leaky": Variant(options={"validation": 256, "leaky_validation": True}),
}


def measure(task: Task, variant: Variant, seed: int) -> tuple[float, ...]:
    """Return the numbers of a row of the table."""
    learnt, others = task.split(seed)
    model = RankerPredictor(**variant.options)
    rows = Labelled(tuple(task.texts[learnt].tolist()), tuple(task.labels[learnt].tolist()))
    texts = task.texts[others].tolist()
    with patch.object(predictor, "settings_of", lambda size, place: variant.size()):
        state, seconds = timed(lambda: model.fit(task.space, rows, derive_seed(seed, "fit")))
        fitted = model.restore(task.space, state)
    found = judge(fitted.scores(texts), task.labels[others], fitted.tiers(texts).argmax(axis=1))
    return (*found.values(), seconds)


def rows_of(task: Task, names: Sequence[str], seeds: int) -> Iterator[tuple[str, ...]]:
    """Yield the row of each variant: means over seeds."""
    for name in names:
        numbers = [measure(task, VARIANTS[name], FIRST_SEED + seed) for seed in range(seeds)]
        shown = np.mean(numbers, axis=0)
        yield (name, *(f"{value:.3f}" for value in shown[:3]), f"{shown[3]:.1f}", f"{shown[4]:.1f}")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    add_members(root)
    root.add_argument("--seeds", type=int, default=2, help=f"{FIRST_SEED}, ... (default: 2)")
    root.add_argument("--variants", default=";".join(VARIANTS), help="with semicolons between")
    return root


def _run(options: argparse.Namespace) -> int:
    task = task_of(options)
    names = options.variants.split(";")
    if unknown := [name for name in names if name not in VARIANTS]:
        raise UsageError(f"--variants {unknown[0]!r}: there are {'; '.join(VARIANTS)}")
    rows = []
    for row in rows_of(task, names, options.seeds):
        rows.append(row)
        say(": ".join((row[0], ", ".join(row[1:]))))
    title = f"{options.space}, {options.metric}: {task.members:,} members learnt from, {task.judged():,} judged"
    say(to_markdown(Table(title, HEADER, tuple(rows))))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

"""Who is told of a finished epoch while a differentiable search runs: a person, by a line."""

import sys
from collections.abc import Mapping
from typing import Any

from evo.engine.observer import LiveRun, Observer


class EpochLines(Observer):
    """Prints a line of every epoch to the error stream."""

    def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
        """Print the row's line."""
        print(self.line_of(run, row), file=sys.stderr, flush=True)

    def line_of(self, run: LiveRun, row: Mapping[str, Any]) -> str:
        """Return the row in words, with the time that is left at its speed."""
        left = (run.epochs - row["epoch"] - 1) * row["epoch_s"] / 60
        return (
            f"seed {row['seed']}: epoch {row['epoch'] + 1}/{run.epochs}, held-out loss {row['held_out_loss']:.4f}, "
            f"entropy {row['alpha_entropy']:.3f} nats, {row['skip_share']:.0%} skips, {row['epoch_s']:.1f} s, "
            f"about {left:.0f} min left"
        )

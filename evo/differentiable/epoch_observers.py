"""Who is told of a finished epoch while a differentiable search runs: a person by a line, Ray's dashboard by gauges."""

import sys
from collections.abc import Mapping
from typing import Any

from evo.engine.observer import LiveRun, Observer

GAUGES = {
    "epoch": "Epochs done.",
    "weights_loss": "Mean training loss of the last epoch.",
    "held_out_loss": "Loss on held-out images.",
    "alpha_entropy": "Entropy of the architecture parameters, nats.",
    "skip_share": "Share of skips in the architecture derived, 0 to 1.",
    "images_per_s": "Images of both levels per second.",
}


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


class EpochMetrics(Observer):
    """Gauges of every supernet on Ray's metrics endpoint and dashboard, all prefixed ``selfnas_supernet_``."""

    def __init__(self, run_name: str) -> None:
        """Register the gauges; Ray must be up."""
        from ray.util.metrics import Gauge

        self._run = run_name.encode("ascii", "backslashreplace").decode()  # Ray takes nothing else
        self._gauges = {
            column: Gauge(f"selfnas_supernet_{column}", text, tag_keys=("run", "seed"))
            for column, text in GAUGES.items()
        }

    def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
        """Show what the row says."""
        tags = {"run": self._run, "seed": str(row["seed"])}
        for column, gauge in self._gauges.items():
            gauge.set(row[column] + (column == "epoch"), tags)

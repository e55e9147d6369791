"""Are a supernet's weights a better start than random ones? ``python -m tests.benchmarks.inherited_training RUN...``.

The cell of every seed of a differentiable search is trained twice on labelled images, from the weights of its supernet
and from random ones, for every number of epochs anew, so that each training has the whole of its learning rate. Told is
the difference of test accuracies over seeds.

Every training is one of ``python -m evo.train`` in the folder of its search: the same command goes on where it stopped.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import evo
from evo.display.text_table import Table, to_markdown, to_text
from evo.retraining.request import BOTH, INHERITED, RANDOM
from evo.retraining.retraining import TrainingResult
from evo.storage.epoch_log import read_epochs
from tasks.foundation.command_line import DONE, OneLineParser, named_path, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.seed_spread import spread

PROGRAM = "tests.benchmarks.inherited_training"
Pair = Mapping[str, TrainingResult]
"""Both trainings of a seed by their first weights."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("runs", nargs="+", type=named_path, metavar="RUN", help="folder of a differentiable search")
    root.add_argument("--data", required=True, help="labelled images")
    root.add_argument("--image-size", type=int, default=32, help="pixels of a side (default: %(default)s)")
    root.add_argument("--epochs", default="1,3,10", help="lengths, with commas (default: %(default)s)")
    root.add_argument("--label-fraction", type=float, default=1.0, help="of training images (default: %(default)s)")
    root.add_argument("--threads", type=int, default=1, help="of the processor (default: %(default)s)")
    return root


def lengths_of(text: str) -> list[int]:
    """Return the numbers of epochs; raises UsageError for a text that holds none."""
    try:
        return [int(one) for one in text.split(",")]
    except ValueError:
        raise UsageError(f"--epochs {text}: whole numbers with commas between them are needed") from None


def trained(run: Path, seed: int, epochs: int, options: argparse.Namespace) -> Pair:
    """Train the cell of a seed from either start, or read what was trained already."""
    found = evo.train(
        run,
        data=options.data,
        image_size=options.image_size,
        label_fraction=options.label_fraction,
        init=BOTH,
        seed_of=seed,
        seed=seed,
        epochs=epochs,
        options={"train": {"threads": options.threads}},
    )
    return {result.init: result for result in found.results if result.seed == seed}


def row_of(run: Path, epochs: int, pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return the row of a run and a length: test accuracies in % and their difference over seeds."""
    inherited, random = (np.array([100 * pair[init].test_accuracy for pair in pairs]) for init in (INHERITED, RANDOM))
    share = np.mean([pair[INHERITED].inherited for pair in pairs])
    return (run.name, str(epochs), spread(inherited), spread(random), spread(inherited - random), f"{share:.0%}")


def _run(options: argparse.Namespace) -> int:
    rows = []
    for run in options.runs:
        seeds = sorted(set(read_epochs(run)["seed"].to_pylist()))
        for epochs in lengths_of(options.epochs):
            pairs = [trained(run, seed, epochs, options) for seed in seeds]
            rows.append(row_of(run, epochs, pairs))
            say(f"{' | '.join(rows[-1])}")
    head = ("", "epochs", "inherited", "random", "difference", "inherited weights")
    page = Table(
        "test accuracy in % after so many epochs from either start, 95 % interval over seeds", head, tuple(rows)
    )
    say(f"\n{to_text(page)}\n\n{to_markdown(page)}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and print; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

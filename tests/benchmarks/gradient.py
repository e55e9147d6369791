"""What differentiable searches do on small supernets: ``python -m tests.benchmarks.gradient mechanism|cells|s2|s4``.

mechanism: does the mask ratio, or the decoder, keep MAE-NAS from collapsing? On a small supernet of DARTS' space, with
ratios of .2 and .8 and with the hierarchical and the single-scale decoder: share of skips and entropy of the
architecture parameters over the epochs. Epochs are few and short; so that these parameters really move, their rate
is a hundred times DARTS' 3e-4 unless ``--architecture-rate`` says otherwise: rate times steps, 0.03 x 192, is then that
of 50 epochs of CIFAR-10, 3e-4 x 19,500. A check of the claim's direction, no reproduction.

s2, s4: do searches by labels, by masked patches, or by both prefer skips in the spaces that R-DARTS made for it? And
does the weight of hidden pixels beside labels keep them away?

cells: which cells of NAS-Bench-201 do MAE-NAS and DARTS derive? Their accuracies by the benchmark's own table.

Every supernet is one seed of an ordinary run in a folder of its own: the same command goes on where it was stopped.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evo.commands.run import main as run_main
from evo.display.text_table import Table as Page
from evo.display.text_table import to_markdown, to_text
from evo.storage.durable_files import write_text
from evo.storage.epoch_log import read_epochs
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tests.benchmarks.search_results import ACCURACIES, read_accuracies

PROGRAM = "tests.benchmarks.gradient"
MAE = ("--fitness", "masked_autoencoding", "--set")
RECOVERY = ("--fitness", "patch_recovery", "--set")
ROBUST: Mapping[str, Sequence[str]] = {
    "darts": ("--fitness", "classification"),
    "mae_nas": (*MAE, "fitness.ratio=0.5"),
    **{f"mim_darts-weight-{weight}": (*RECOVERY, f"fitness.weight={weight}") for weight in ("0", "0.3", "1", "3")},
}
SEARCHES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "mechanism": {
        f"{decoder}-{ratio}": (*MAE, f"fitness.ratio={ratio}", "--set", f"fitness.decoder={decoder}")
        for decoder in ("hierarchical", "single")
        for ratio in ("0.2", "0.8")
    },
    "cells": {"mae_nas": (*MAE, "fitness.ratio=0.5"), "darts": ("--fitness", "classification")},
    **dict.fromkeys(("s2", "s4"), ROBUST),
}
"""What is compared, by name: the options in which its searches differ."""
NARROW = ("--set", "space.channels=8", "--set", "space.cells=5")
SUPERNET: Mapping[str, Sequence[str]] = {
    "mechanism": ("--space", "darts", *NARROW),
    **{space: ("--space", space, *NARROW) for space in ("s2", "s4")},
    "cells": ("--space", "nasbench201", "--set", "space.stem_channels=8", "--set", "space.cells_per_stage=1"),
}
SEEDS = {"mechanism": 2, "cells": 3, "s2": 3, "s4": 3}
PARTS = 4  # of a search, at whose ends it is looked at


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every search."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    root.add_argument("experiment", choices=SEARCHES)
    root.add_argument("--table", type=Path, help="accuracies of all cells, for cells: Parquet or CSV")
    root.add_argument("--run-dir", type=Path, help="(default: runs/benchmark-EXPERIMENT)")
    root.add_argument("--seeds", type=int, help="0, 1, ... for each search (default: 3, and 2 for mechanism)")
    root.add_argument("--data", default="cifar10", help="labelled images (default: %(default)s)")
    root.add_argument("--epochs", type=int, default=12, help="of every search (default: %(default)s)")
    root.add_argument("--pictures", type=int, default=1024, help="half for either level (default: %(default)s)")
    root.add_argument("--batch", type=int, default=32, help="(default: %(default)s)")
    root.add_argument("--architecture-rate", type=float, default=3e-2, help="(default: %(default)s)")
    return root


def arguments_of(options: argparse.Namespace, name: str, more: Sequence[str]) -> list[str]:
    """Return the command line of a search that has not begun."""
    settings = ("epochs", "pictures", "batch", "architecture_rate")
    assigned = [word for key in settings for word in ("--set", f"strategy.{key}={getattr(options, key)}")]
    fixed = ["--strategy", "darts", "--data", options.data, "--seeds", str(options.seeds)]
    return [*SUPERNET[options.experiment], *fixed, *SEARCHES[options.experiment][name], *assigned, *more]


def progress(found: Mapping[str, Path]) -> Page:
    """Return share of skips and entropy at the end of each quarter of the searches, means over seeds."""
    rows = [row for name, folder in found.items() for row in _progress_rows(name, read_epochs(folder).to_pylist())]
    quarters = tuple(f"{quarter}/{PARTS}" for quarter in range(PARTS + 1))
    return Page("after so much of the search, mean over seeds (lowest to highest)", ("", *quarters), tuple(rows))


def _progress_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    epochs = max(row["epoch"] for row in rows) + 1
    looked = [max(round(part * epochs / PARTS) - 1, 0) for part in range(PARTS + 1)]
    return [
        (f"{name}: {what}", *(_spread([row[column] for row in rows if row["epoch"] == epoch]) for epoch in looked))
        for what, column in (("share of skips", "skip_share"), ("entropy (nats)", "alpha_entropy"))
    ]


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def cells(found: Mapping[str, Path], table: CandidateTable) -> Page:
    """Return the accuracies of every derived cell, search by search and seed by seed."""
    rows = []
    for name, folder in found.items():
        epochs = read_epochs(folder).to_pylist()
        last = {row["seed"]: row for row in epochs}  # rows are sorted by epoch
        accuracies = {seed: list(table.measurements(row["derived"]).values()) for seed, row in last.items()}
        rows.append((name, *(f"{mean:.2f}" for mean in np.mean(list(accuracies.values()), axis=0)), "mean"))
        rows += [
            (f"- seed {seed}", *(f"{value:.2f}" for value in values), last[seed]["derived"])
            for seed, values in accuracies.items()
        ]
    title = "test accuracy in % of the derived cells"
    return Page(title, ("", *ACCURACIES.values(), "cell"), tuple(rows))


def _search(folder: Path, options: argparse.Namespace, name: str, more: Sequence[str]) -> int:
    """Run the searches of one folder, or go on with them; returns the exit code.

    Of a folder that is complete nothing is trained again, and one of another search is refused by the run itself.
    """
    say(f"\n{name}")
    return run_main([*arguments_of(options, name, more), "--run-dir", str(folder)])


def _run(options: argparse.Namespace, more: Sequence[str]) -> int:
    experiment = options.experiment
    options.seeds = options.seeds or SEEDS[experiment]
    options.run_dir = options.run_dir or Path(f"runs/benchmark-{experiment}")
    table = read_accuracies(options.table) if experiment == "cells" else None
    folders = {name: options.run_dir / name for name in SEARCHES[experiment]}
    for name, folder in folders.items():
        code = _search(folder, options, name, more)
        if code != DONE:
            return code
    page = progress(folders) if table is None else cells(folders, table)
    write_text(options.run_dir / "results.md", f"# {experiment}\n\n{to_markdown(page)}\n")
    say(f"\n{to_text(page)}\n\n{options.run_dir / 'results.md'}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _checked(arguments))


def _checked(arguments: Sequence[str] | None) -> int:
    root = parser()
    options, more = root.parse_known_args(arguments)
    if options.experiment == "cells" and options.table is None:
        root.error("cells: --table is needed, the accuracies of all cells of NAS-Bench-201")
    return _run(options, more)


if __name__ == "__main__":
    sys.exit(main())

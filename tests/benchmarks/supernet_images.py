"""From which images supernets learn to rank their children: ``python -m tests.benchmarks.supernet_images --table T``.

Supernets of NAS-Bench-201 learn on single paths drawn evenly, without labels and without a use of architecture
parameters, from every source of images and for every number of epochs, all of them as many steps an epoch. Then each
ranks the same rows of the table by its own weights. Counting parameters stands beside them.

Every source and length is an ordinary run in a folder of its own: the same command goes on where it was stopped.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import sem

import evo
from evo.commands.run import main as run_main
from evo.correlation.correlation import Correlation
from evo.correlation.findings import ALL
from evo.display.text_table import Table, to_markdown, to_text
from evo.reporting.comparison_section import student_interval
from evo.storage.durable_files import write_text
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError

PROGRAM = "tests.benchmarks.supernet_images"
SPACE = "nasbench201(stem_channels=8,cells_per_stage=1)"
SOURCES = ("photos", "tests.benchmarks.dead_leaves:DeadLeaves")
SUPERNET, COUNTING = "inherited", "params"
"""Fitnesses: a supernet's own weights, and what they must beat."""
RHO = "spearman"


@dataclass(frozen=True)
class Lesson:
    """What supernets of all seeds learn from, and for how many epochs."""

    source: str
    epochs: int

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"{''.join(one if one.isalnum() else '-' for one in self.source)}-{self.epochs}"


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every run."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    root.add_argument("--table", type=Path, required=True, help="labelled cells of NAS-Bench-201: Parquet or CSV")
    root.add_argument("--metric", default="c10_test", help="column of labels (default: %(default)s)")
    root.add_argument("--run-dir", type=Path, default=Path("runs/supernet-images"), help="(default: %(default)s)")
    root.add_argument("--source", action="append", help=f"images, repeatable (default: {', '.join(SOURCES)})")
    root.add_argument("--epochs", default="20,40", help="lengths, with commas (default: %(default)s)")
    root.add_argument("--steps", type=int, default=64, help="of the weights in an epoch (default: %(default)s)")
    root.add_argument("--batch", type=int, default=64, help="images of a step (default: %(default)s)")
    root.add_argument("--image-size", type=int, default=16, help="pixels of a side (default: %(default)s)")
    root.add_argument("--fitness", default="masked_autoencoding", help="what is learnt (default: %(default)s)")
    root.add_argument("--seeds", type=int, default=5, help="supernets of each (default: %(default)s)")
    root.add_argument("--sample", type=int, default=60, help="rows of the table (default: %(default)s)")
    return root


def lessons_of(options: argparse.Namespace) -> Sequence[Lesson]:
    """Return what is learnt, source by source; raises UsageError for a text that holds no lengths."""
    try:
        lengths = [int(text) for text in options.epochs.split(",")]
    except ValueError:
        raise UsageError(f"--epochs {options.epochs}: whole numbers with commas between them are needed") from None
    return [Lesson(source, length) for source in options.source or SOURCES for length in lengths]


def arguments_of(lesson: Lesson, options: argparse.Namespace, more: Sequence[str]) -> list[str]:
    """Return the command line of a run that has not begun."""
    settings = {
        "epochs": lesson.epochs,
        "architecture_from": lesson.epochs - 1,
        "architecture_every": options.steps,  # once in the last epoch, as never is refused
        "batch": options.batch,
        "pictures": 2 * options.steps * options.batch,  # half of them are for architecture parameters, not used
        "threads": 1,
    }
    assigned = [word for name, value in settings.items() for word in ("--set", f"strategy.{name}={value}")]
    images = ["--data", lesson.source, "--image-size", str(options.image_size)]
    search = ["--space", SPACE, "--strategy", "setn(finalists=1)", "--fitness", options.fitness]
    return [*search, "--seeds", str(options.seeds), *images, *assigned, *more]


def ranked(folder: Path, options: argparse.Namespace) -> Correlation:
    """Return how the supernets of a run, and counting, rank rows of the table."""
    supernets = [f"{SUPERNET}(run={folder},seed={seed})" for seed in range(options.seeds)]
    return evo.correlate(
        space=SPACE,
        fitness=[*supernets, COUNTING],
        table=options.table,
        metric=options.metric,
        sample=options.sample,
        run_dir=folder.parent / f"{folder.name}-ranked",
        workers=0,
        trust=True,  # to import the source that the command named
    )


def rhos_of(found: Correlation) -> Mapping[str, float]:
    """Return rho over all rows by fitness."""
    return {one.label: one.intervals[RHO].value for one in found.findings() if one.part == ALL}


def table_of(found: Mapping[Lesson, Correlation]) -> Table:
    """Return rho of every source and length, the mean over seeds with its interval, and that of counting."""
    rows = [_row(lesson, [*_of_supernets(rhos_of(each)).values()]) for lesson, each in found.items()]
    counted = {one.label: one for one in next(iter(found.values())).findings() if one.part == ALL}[COUNTING]
    rows.append((f"counting parameters, {counted.rows} rows", "", "", str(counted.intervals[RHO]), ""))
    head = ("images", "epochs", "seeds", "mean rho", "of each seed")
    title = "rho of children by inherited weights, 95 % interval over seeds (over rows for counting)"
    return Table(title, head, tuple(rows))


def _of_supernets(rhos: Mapping[str, float]) -> dict[str, float]:
    return {label: rho for label, rho in rhos.items() if label.startswith(SUPERNET)}


def _row(lesson: Lesson, rhos: Sequence[float]) -> tuple[str, ...]:
    each = ", ".join(f"{rho:.2f}" for rho in rhos)
    if len(rhos) < 2:
        return (lesson.source, str(lesson.epochs), str(len(rhos)), each, each)
    interval = student_interval(float(np.mean(rhos)), float(sem(rhos)), len(rhos) - 1)
    return (lesson.source, str(lesson.epochs), str(len(rhos)), str(interval), each)


def rows_of(found: Mapping[Lesson, Correlation]) -> Iterator[dict[str, object]]:
    """Yield every score of every candidate, with its label; seed: of the supernet, None where none has scored."""
    for lesson, each in found.items():
        sample, columns = each.results[0].sample, each.results[0].columns
        supernets = [column.label for column in columns if column.label.startswith(SUPERNET)]  # seed by seed
        for column in columns:
            seed = supernets.index(column.label) if column.label in supernets else None
            of = {"source": lesson.source, "epochs": lesson.epochs, "fitness": column.label.split("(")[0], "seed": seed}
            for text, label, score in zip(sample.texts, sample.labels, column.scores, strict=True):
                yield {**of, "candidate": text, "label": label, "score": float(score)}


def _run(options: argparse.Namespace, more: Sequence[str]) -> int:
    found: dict[Lesson, Correlation] = {}
    for lesson in lessons_of(options):
        folder = (options.run_dir / lesson.folder).absolute()
        say(f"\n{lesson.source}, {lesson.epochs} epochs")
        if (code := run_main([*arguments_of(lesson, options, more), "--run-dir", str(folder)])) != DONE:
            return code
        found[lesson] = ranked(folder, options)
        say(f"\n{to_text(table_of(found))}")
    pq.write_table(pa.Table.from_pylist(list(rows_of(found))), options.run_dir / "scores.parquet")
    write_text(options.run_dir / "results.md", f"# {options.fitness}\n\n{to_markdown(table_of(found))}\n")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, rank, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(*parser().parse_known_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

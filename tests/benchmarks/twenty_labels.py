"""What twenty labels are worth, and what they are best used for: ``python -m tests.benchmarks.twenty_labels``.

From a table of labels come panels and other rows that no panel holds. For each panel a proxy task is searched, by
regularized evolution and by random search at equal cost, and the chosen task, and the best ones joined, are held
against the other rows: beside the published tasks, counting, and ``consensus`` without labels, with those of the panel,
and with those of networks of the same space that were trained on something else (``--other-labels``). Every search is
an ordinary run in a folder of its own: the same command goes on where it was stopped, and what it does not know is
handed to every search. Writes ``results.md`` there, and ``scores.parquet``, which ``tests.benchmarks.worth`` reads.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evo.commands.run import main as run_main
from evo.display.text_table import to_markdown, to_text
from evo.storage.durable_files import write_text
from evo.storage.run_folder import LAST_ROUND
from fitness.rank_correlation.statistic import together
from spaces import SPACES, published_tasks, read_panel
from tasks import Panel, derive_rng
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tests.benchmarks.without_search import COMPANION, Rows, score_without_search, scored_rows
from tests.benchmarks.worth import Worth, read_worth, tables_of, write_worth

PROGRAM = "tests.benchmarks.twenty_labels"
SEARCHES: Mapping[str, Sequence[str]] = {"evolution": (), "random search": ("--strategy", "random_search")}
TASK, JOINED = "its task", "its best joined"
ROWS = "rows"
AHEAD = "4"
"""Look-ahead of every search, whatever workers there are."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chosen:
    """What one search chose: texts of the tasks whose scores are joined, one or several, and what it expects of them.

    on_panel: scores [P] of the panel's members by each; expected: of Spearman's rho elsewhere, with its 95 % interval
    """

    tasks: tuple[str, ...]
    on_panel: tuple[Array, ...]
    expected: tuple[float, float, float]


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every search."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    add_panels(root)
    root.add_argument("--other-labels", default="", help="a panel's file of the same space, labelled otherwise")
    root.add_argument("--steps", type=int, default=20, help="of each training (default: %(default)s)")
    root.add_argument("--tasks", type=int, default=40, help="that a search scores (default: %(default)s)")
    root.add_argument("--population", type=int, default=12, help="(default: %(default)s)")
    root.add_argument("--tournament", type=int, default=4, help="(default: %(default)s)")
    root.add_argument("--known", type=Path, help="scores of the same command with fewer panels: these are not searched")
    root.add_argument("--run-dir", type=Path, required=True, help="folder of a folder for each search")
    return root


def add_panels(root: argparse.ArgumentParser) -> None:
    """Add the options that say which panels and other rows are drawn, and of which networks."""
    root.add_argument("--space", required=True, help='of the labelled networks, e.g. "nasbench201(cells_per_stage=1)"')
    root.add_argument("--table", required=True, help="Parquet or CSV, with a column of labels")
    root.add_argument("--metric", required=True, help="that column")
    root.add_argument("--image-size", type=int, default=32, help="pixels of a side (default: %(default)s)")
    root.add_argument("--panels", type=int, default=10, help="(default: %(default)s)")
    root.add_argument("--size", type=int, default=20, help="labels of a panel (default: %(default)s)")
    root.add_argument("--rows", type=int, default=200, help="other rows (default: %(default)s)")
    root.add_argument("--seed", type=int, default=0, help="of panels and rows (default: %(default)s)")


def drawn(options: argparse.Namespace) -> tuple[Panel, list[Panel]]:
    """Return the other rows, and the panels; none shares an architecture with another."""
    panel, _ = read_panel(options.table, metric=options.metric)
    sizes = [options.rows, *[options.size] * options.panels]
    rows, *panels = panel.draw(sizes, derive_rng(options.seed, "twenty labels"))
    return rows, panels


def searched(
    name: str, number: int, panel: Panel, options: argparse.Namespace, more: Sequence[str]
) -> dict[str, Chosen]:
    """Search on a panel, or go on, and return what is chosen: the task, and the best ones joined."""
    folder = options.run_dir / f"{name.replace(' ', '-')}-{number}"
    file = written(panel, options.run_dir / f"panel-{number}.csv")
    evolving = [f"strategy.population={options.population}", f"strategy.tournament={options.tournament}"]
    arguments = ["--seed", str(number), *SEARCHES[name], *more]
    if name == "evolution":
        arguments += [part for text in evolving for part in ("--set", text)]
    _run(folder, file, options, [*arguments, "--evaluations", str(options.tasks)])
    found = json.loads((folder / LAST_ROUND).read_text("utf-8"))
    texts = {task["name"]: task["candidate"] for task in found["tasks"]}
    logged = scored_rows(folder, panel, number) | scored_rows(folder / "last_round" / "draw_0", panel, number)

    def chosen(names: Sequence[str], expected: Mapping[str, float]) -> Chosen:
        tasks, stated = tuple(texts[name] for name in names), (expected["value"], expected["low"], expected["high"])
        return Chosen(tasks, tuple(logged[text] for text in tasks), stated)

    alone = chosen([found["chosen"]], found["expected"])
    if found["expected_joined"] is None:  # all of the best are one task
        return {TASK: alone, JOINED: alone}
    return {TASK: alone, JOINED: chosen(found["joined"], found["expected_joined"])}


def on_rows(
    name: str, tasks: Sequence[str], rows: Panel, options: argparse.Namespace, more: Sequence[str]
) -> dict[str, Array]:
    """Return how each of these tasks scores the other rows, [N] by text; a run of this name is gone on with."""
    if not tasks:
        return {}
    folder, texts = options.run_dir / f"{ROWS}-{name}", list(dict.fromkeys(tasks))
    file, listed = written(rows, options.run_dir / f"{ROWS}.csv"), options.run_dir / f"{ROWS}-{name}.txt"
    write_text(listed, "\n".join(texts) + "\n")
    arguments = [
        *more,
        "--strategy",
        "random_search",
        "--seed",
        "0",
        "--initial",
        str(listed),
        "--set",
        "fitness.last_round=0",
    ]
    _run(folder, file, options, [*arguments, "--evaluations", str(len(texts))])
    return scored_rows(folder, rows, 0)


def written(panel: Panel, path: Path) -> Path:
    """Write a panel as a file, and return its path."""
    lines = [f'"{text}",{label!r}' for text, label in zip(panel.texts, panel.labels, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, "\n".join(["candidate,value", *lines]) + "\n")
    return path


def _run(folder: Path, panel: Path, options: argparse.Namespace, arguments: Sequence[str]) -> None:
    """Begin a run of proxy tasks or go on with it; of one that is complete nothing is trained again.

    Its rows are the same on any machine. Raises RuntimeError where it does not end well, as in another run's folder.
    """
    fitness = ["metric=value", "panel_size=0", f"steps={options.steps}", f"panel_space={options.space}"]
    more = [part for text in fitness for part in ("--set", f"fitness.{text}")]
    asked = ["--space", "proxy_tasks", "--panel", str(panel), "--ahead", AHEAD, *more, "--run-dir", str(folder)]
    if run_main([*asked, "--image-size", str(options.image_size), *arguments]) != DONE:
        raise RuntimeError(f"{folder}: not finished")


def measured(options: argparse.Namespace, more: Sequence[str]) -> Worth:
    """Search on every panel that is not known, score the other rows, and return what each way is worth."""
    rows, panels = drawn(options)
    known = None if options.known is None else read_worth(options.known)
    space, what = SPACES.build("proxy_tasks", {}), Rows(rows, panels, options.space, options.steps, options.image_size)
    shipped = {name: space.encode(task) for name, task in published_tasks(space).items()}
    by_task = on_rows("published", list(shipped.values()), rows, options, more)
    unsearched = score_without_search(what, options.run_dir, options.other_labels)
    scores = {name: [by_task[text]] for name, text in shipped.items()} | dict(unsearched.ways())
    worth = Worth(rows.texts, np.array(rows.labels), scores, {})
    for (number, panel), name in itertools.product(enumerate(panels), SEARCHES):
        if known is not None and worth.take(known, f"{name}, ", number):
            continue
        say(f"\n{name}, panel {number}")
        found = searched(name, number, panel, options, more)
        tasks = [text for one in found.values() for text in one.tasks if text not in by_task]
        by_task |= on_rows(f"{name.replace(' ', '-')}-{number}", tasks, rows, options, more)
        for chosen, one in found.items():
            each = np.array([by_task[text] for text in one.tasks])
            both = unsearched.with_score(panel, np.array(one.on_panel), each)
            worth.add(f"{name}, {chosen}", together(each), one.expected)
            worth.add(f"{name}, {chosen} and {COMPANION}", both)
    return worth


def _main(options: argparse.Namespace, more: Sequence[str]) -> int:
    worth = measured(options, more)
    write_worth(worth, options.run_dir / "scores.parquet")
    page, asked = tables_of(worth), f"{options.panels} panels of {options.size}, {options.rows} other rows"
    lines = [f"# {options.space}, {options.metric}: {asked}", *map(to_markdown, page)]
    write_text(options.run_dir / "results.md", "\n\n".join(lines) + "\n")
    say("\n\n".join(map(to_text, page)))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _main(*parser().parse_known_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

"""Where the time of one proxy task goes: ``python -m tests.benchmarks.proxy_task --space nasbench201 --members 20``.

Scores a panel by one published task after the other, as a worker of a proxy-task search does: by the first with new
networks, by the others with networks that are put back to their initial weights. The panel is sampled and its labels
are made up: they cost no time. Prints seconds and shares of each part, and what is not training.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import torch

import fitness.rank_correlation.fitness as rank_correlation
import fitness.regression.fitness as regression
import fitness.regression.sequences as sequence_regression
from evo.cluster.own_process import keep_freed_memory
from evo.engine.evaluator import prepare_process
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog
from fitness import EvalContext
from fitness.rank_correlation.built_once import BuiltOnce
from spaces import SPACES, SequenceSpec, reads_sequences
from tasks import ProxyTask, SequenceTask, derive_rng, load_any_task, open_images
from tasks.foundation.plugin_texts import parse_plugins

THRESHOLD = -1.0  # reached by every task, so that the bound is computed and nothing is abandoned
ELSE = "everything else"
PARTS = ("images", "targets", "building or reset", "heads", "training", "bound", "log", ELSE)


class PublishedTasks:
    """A space of the published tasks; a candidate is a name."""

    def __init__(self, *, sequences: bool) -> None:
        """Choose those for images, or those for sequences."""
        if sequences:
            self.reads = SequenceSpec

    def to_task(self, candidate: str) -> ProxyTask | SequenceTask:
        """Return the task of a name."""
        return load_any_task(candidate)


class Stopwatch:
    """Seconds by part; a part that runs inside another one is not counted in that."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.seconds: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def counting(self, part: str) -> Iterator[None]:
        """Count the time inside the block."""
        self._pass()
        self._running.append(part)
        try:
            yield
        finally:
            self._pass()
            self._running.pop()

    def _pass(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def around(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function``, counted."""

        def counted(*arguments: Any, **options: Any) -> Any:
            with self.counting(part):
                return function(*arguments, **options)

        return counted


@contextmanager
def watched(watch: Stopwatch, images: object) -> Iterator[None]:
    """Let the parts of a task be counted inside the block."""
    parts: list[tuple[object, str, str]] = [
        (type(images), "draw", "images"),
        (ProxyTask, "build_targets", "targets"),
        (SequenceTask, "build", "targets"),
        (BuiltOnce, "build", "building or reset"),
        (rank_correlation, "highest_spearman", "bound"),
    ]
    for module in (regression, sequence_regression):
        parts += [(module, "build_trainee", "heads"), (module, "train", "training"), (module, "judge", "training")]
    patches = [mock.patch.object(owner, name, watch.around(part, getattr(owner, name))) for owner, name, part in parts]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        mock.patch.stopall()


def write_panel(path: Path, space: Any, members: int) -> Path:
    """Write a panel of different members of ``space`` with made-up labels, and return its path."""
    rng, found = derive_rng(0, "benchmark", "panel"), {}
    while len(found) < members:
        found.setdefault(space.encode(space.sample(rng)))
    quoted = (text.replace('"', '""') for text in found)
    path.write_text("candidate,value\n" + "".join(f'"{text}",{label}\n' for label, text in enumerate(quoted)))
    return path


def profile(fitness: Any, task: str, context: EvalContext, log: RunLog) -> dict[str, float]:
    """Return the seconds of every part of scoring and logging one task."""
    watch = Stopwatch()
    with watched(watch, context.images), watch.counting(ELSE):
        found = fitness(task, context)
        with watch.counting("log"):
            outcome = Outcome(Status.COMPLETED, fitness=found.value, metrics=found.metrics)
            log.append(Finished(Trial(0, None, task, load_any_task(task).to_json(), task, 0), outcome))
            log.flush()
    return watch.seconds


def print_table(columns: Sequence[tuple[str, dict[str, float]]]) -> None:
    """Print seconds and shares of every part, a pair of columns for each."""
    print(f"{'':<18}" + "".join(f"{name:>14} {'share':>7}" for name, _ in columns))
    for part in PARTS:
        cells = (f"{seconds[part]:>12.3f} s {seconds[part] / sum(seconds.values()):>7.2%}" for _, seconds in columns)
        print(f"{part:<18}" + "".join(cells))
    for name, seconds in columns:
        idle = 1 - seconds["training"] / sum(seconds.values())
        print(f"{name}: {sum(seconds.values()):.1f} s, of which {idle:.2%} is not training")


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.proxy_task")
    parser.add_argument("--space", default="nasbench201", help='with options as "nasbench201(cells_per_stage=1)"')
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--tasks", default="", help="published tasks, joined by commas; at least two")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    chosen = options()
    prepare_process()
    keep_freed_memory()
    (named,) = parse_plugins(chosen.space, option="--space", example=rank_correlation.EXAMPLE)
    space = SPACES.build(named.name, named.given())
    sequences, images = reads_sequences(space), open_images("photos")
    tasks = (chosen.tasks or ("nlp_combo,nlp_single" if sequences else "combo,N")).split(",")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    asked: Any = PublishedTasks(sequences=sequences)
    context = EvalContext(asked, images, 0, derive_rng(0), device, threshold=THRESHOLD)
    print(f"{chosen.members} members of {chosen.space}, {chosen.steps} steps, {', '.join(tasks)}, on {device}")
    with tempfile.TemporaryDirectory() as folder:
        panel = write_panel(Path(folder) / "panel.csv", space, chosen.members)
        fitness = rank_correlation.RankCorrelationFitness(
            panel=panel, panel_space=chosen.space, panel_size=0, steps=chosen.steps
        )
        fitness.check_seed(0)
        print_table([(task, profile(fitness, task, context, RunLog(Path(folder) / task))) for task in tasks])


if __name__ == "__main__":
    main()

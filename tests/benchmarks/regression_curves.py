"""The curves of regression's trainings: ``python -m tests.benchmarks.regression_curves --space S --table T ... OUT``.

Networks of a table are trained as the fitness ``regression`` trains them, for longer. Kept is the loss of every step,
and at some steps the score that a training of that length would have, by each kind of batch statistics, and the
processor seconds so far, those of the judging left out. From these what a shorter or otherwise judged training tells
can be read without another one: ``python -m tests.benchmarks.regression_front``.

OUT has a line of JSON for each network: the same command goes on where it was stopped. ``--part 1/2`` and ``--part
2/2``, each with a file of its own, share the networks.

Letters: B batch, C channels, H height, W width, T steps.
"""

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor, nn

from evo.correlation.labels import draw_sample, read_labels
from evo.correlation.request import HALVES
from evo.records.trial import evaluation_seed
from fitness import FITNESSES, EvalContext
from fitness.objective import Objective
from fitness.regression.fitness import RegressionFitness, SignalRegression
from fitness.regression.judging import Judging
from fitness.training.loop import Trainee, build_trainee, train
from fitness.training.norm_statistics import Statistics
from spaces import SPACES, FeatureInfo, FeatureNetwork, count_parameters
from tasks import Batch, ImageBatch, derive_rng, open_images, parse_plugins, torch_generator
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError

PROGRAM = "tests.benchmarks.regression_curves"
KINDS: tuple[Statistics, ...] = get_args(Statistics)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("out", type=Path, metavar="OUT", help="file of lines of JSON, one for each network")
    root.add_argument("--space", required=True, help='of the networks, e.g. "nasbench201(cells_per_stage=1)"')
    root.add_argument("--table", required=True, help="Parquet or CSV, with a column of labels")
    root.add_argument("--metric", required=True, help="that column")
    root.add_argument("--rows", choices=HALVES, default="A", help="half of the rows (default: %(default)s)")
    root.add_argument("--sample", type=int, default=100, help="rows (default: %(default)s)")
    root.add_argument("--fitness", default="regression(task=N)", help="and its options (default: %(default)s)")
    root.add_argument("--data", default="photos", help="(default: %(default)s)")
    root.add_argument("--image-size", type=int, default=32, help="pixels of a side (default: %(default)s)")
    root.add_argument("--at", default="5,10,20,30,50,70,100,150,200,300", help="steps judged at (default: %(default)s)")
    root.add_argument("--seed", type=int, default=0, help="of the trainings (default: %(default)s)")
    root.add_argument("--part", default="1/1", help="K/N: the K-th of every N networks (default: %(default)s)")
    return root


@dataclass
class Watch(Objective):
    """The objective of a training, which notes the loss of every step and looks at the network after some.

    losses: of the steps so far; look: takes the number of steps that are done, network and head
    """

    inner: SignalRegression
    look: Callable[[int, FeatureNetwork, nn.Module], None]
    losses: list[Tensor] = field(default_factory=list)

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return what the watched objective prepares."""
        return self.inner.prepare(batch, generator)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return its heads."""
        return self.inner.head(feature_info)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return its loss, noted."""
        found = self.inner.loss(features, head, batch)
        self.losses.append(found.detach())
        return found

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
        """Look at the network."""
        self.look(len(self.losses), network, head)


@dataclass(frozen=True)
class Curve:
    """What one training showed.

    losses: of its steps [T], under the noise of each
    scores: by number of steps, then by kind of batch statistics
    cpu_s: processor seconds, those of building included, by number of steps
    params: trainable weights of the network
    """

    losses: list[float]
    scores: dict[int, dict[str, float]]
    cpu_s: dict[int, float]
    params: int


class CurveRegression(RegressionFitness):
    """The fitness, which tells of every length of its training instead of one."""

    def curve(self, candidate: Any, context: EvalContext, at: Sequence[int]) -> Curve:
        """Train for the longest of these lengths and return what each would have been."""
        clock, looked = time.process_time(), 0.0
        images, objective = self._batch(context)
        trainee = build_trainee(candidate, objective, context)
        noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"), context.device)
        scores: dict[int, dict[str, float]] = {}
        seconds: dict[int, float] = {}

        def look(steps: int, network: FeatureNetwork, head: nn.Module) -> None:
            nonlocal looked
            if steps not in at:
                return
            before = time.process_time()
            seconds[steps] = before - clock - looked
            scores[steps] = dict(self._judged(Trainee(network, head), objective, images, noise, context))
            looked += time.process_time() - before

        watch = Watch(objective, look)
        train(trainee, watch, [images] * max(at), noise, self._sgd, context)
        return Curve(torch.stack(watch.losses).tolist(), scores, seconds, count_parameters(trainee.network))

    def _judged(
        self,
        trainee: Trainee,
        objective: SignalRegression,
        images: ImageBatch,
        noise: torch.Generator,
        context: EvalContext,
    ) -> Iterator[tuple[str, float]]:
        """Yield the score by each kind of statistics; neither the network nor the noise is changed."""
        for kind in KINDS:
            own = Trainee(copy.deepcopy(trainee.network), copy.deepcopy(trainee.head))
            judging = Judging(kind, self._sgd)
            yield kind, judging.score(own, objective, images, noise.clone_state(), context).value


def part_of(text: str) -> tuple[int, int]:
    """Return first and step of a part, from 0; raises UsageError for a text that names none."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise UsageError(f"--part {text}: K/N is needed, K from 1 to N, e.g. 1/2")
    return int(number) - 1, int(count)


def steps_of(text: str) -> list[int]:
    """Return the lengths, ascending; raises UsageError for a text that holds none."""
    words = text.split(",")
    if not all(word.isdecimal() and int(word) for word in words):
        raise UsageError(f"--at {text}: whole numbers above 0 with commas between them are needed")
    return sorted(set(map(int, words)))


def known_texts(path: Path) -> set[str]:
    """Return the candidates of a file of curves; none where it is not there."""
    return {json.loads(line)["candidate"] for line in path.read_text().splitlines()} if path.exists() else set()


def _main(options: argparse.Namespace) -> int:
    (first, every), at = part_of(options.part), steps_of(options.at)
    (named,) = parse_plugins(options.space, option="--space", example="nasbench201")
    space = SPACES.build(named.name, named.given())
    (given,) = parse_plugins(options.fitness, option="--fitness", example="regression(task=N)")
    if given.name != "regression":
        raise UsageError(f"--fitness {options.fitness}: must be regression, with its options")
    fitness = CurveRegression(**FITNESSES.resolve(given.name, given.given()))  # type: ignore[arg-type]
    (labels,) = read_labels(options.table, [options.metric])
    sample = draw_sample(labels, options.sample, options.rows)
    images, known = open_images(options.data, size=options.image_size), known_texts(options.out)
    rows = list(zip(sample.texts, sample.labels.tolist(), strict=True))[first::every]
    for number, (text, label) in enumerate(rows):
        if text in known:
            continue
        rng = derive_rng(evaluation_seed(options.seed, text))
        context = EvalContext(space, images, options.seed, rng, torch.device("cpu"))
        found = fitness.curve(space.decode(text), context, at)
        line = {"candidate": text, "label": label, **vars(found)}
        with options.out.open("a") as file:
            file.write(json.dumps(line) + "\n")
        say(f"{number + 1}/{len(rows)}: {found.scores[max(at)]} after {found.cpu_s[max(at)]:.1f} s")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _main(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())

"""Fitness of a candidate with the weights of a supernet that a search by gradient trained."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.differentiable.bilevel.supernet_data import Course, Halves, held_out_of, pictures_of
from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.one_shot.children import Children, Statistics
from evo.differentiable.one_shot.saved_supernet import SavedSupernet
from fitness import EvalContext, Score
from fitness.base import OncePerRun
from fitness.determinism import seeded_dropout
from fitness.training.fitness import check_counts
from spaces import SearchSpace
from tasks import IndexedSource, UsageError


class InheritedFitness:
    """Minus the loss of the run's objective, without training: weights are the supernet's, the head is its head.

    run: folder of a search by gradient over this very space; seed: which of its supernets. Pictures are of the run's
    data, whatever data the scores are asked for with: those held out that the run was judged by, masked or changed
    alike for every candidate. held_out: how many of them, in whole batches; 0 for as many as the run's. statistics: of
    batch norms, whose running averages belong to no single candidate: ``recalibrated`` takes them anew of each, from
    ``batches`` batches of training pictures; ``batch`` takes each held-out batch's own; ``running`` leaves them.
    supernet: digest of the supernet's file, filled in, so that scores by one that has been replaced are not mixed with
    others.

    A candidate computes what its derived network with inherited weights does. Nothing is drawn: the same candidate has
    the same score whatever the seed.
    """

    def __init__(
        self,
        *,
        run: Path,
        seed: int = 0,
        statistics: Statistics = "recalibrated",
        batches: int = 8,
        held_out: int = 0,
        supernet: str = "",
    ) -> None:
        """Raise UsageError for a folder without such a supernet; ValueError for a number out of range."""
        check_counts({"batches": (batches, 1), "held_out": (held_out, 0)})
        self._run, self._seed, self._statistics, self._batches = Path(run), seed, statistics, batches
        self._saved = SavedSupernet(self._run, seed)
        if supernet not in ("", self._saved.digest):
            raise UsageError(
                f"{run}: its supernet of seed {seed} is not the one that was to be scored by (fitness.supernet="
                f"{supernet}); name another --run-dir for the scores"
            )
        self._plugins = build_gradient_plugins(self._saved.config)
        settings = self._plugins.search.settings
        if held_out > settings.held_out and isinstance(self._plugins.images, IndexedSource):
            raise UsageError(
                f"fitness.held_out={held_out}: this run held {settings.held_out} pictures out, and may know all "
                "others; ask for at most that many"
            )
        self._settings = replace(settings, held_out=held_out or settings.held_out, augment=False)
        self._children = OncePerRun(self._restore)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the run's full path and the supernet's digest; raises UsageError."""
        run = Path(str(options["run"])).absolute()
        supernet = options["supernet"] or SavedSupernet(run, int(str(options["seed"]))).digest
        return {**options, "run": str(run), "supernet": supernet}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        if _equal(space, self._plugins.space):
            return None
        of = self._saved.config.space
        return (
            f"the supernet of {self._run} is of {_named(of.name, of.options)}, and this is another or has other options"
        )

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return minus the loss, and loss and accuracy as metrics; raises DeadlineExceededError."""
        children = self._children(context)
        with seeded_dropout(context):
            judgement = children.judge(candidate, context)
        metrics = {"loss": judgement.loss} | ({} if judgement.accuracy is None else {"accuracy": judgement.accuracy})
        return Score(-judgement.loss, metrics=metrics)

    def _restore(self, context: EvalContext) -> Children:
        plugins = self._plugins
        course = Course(plugins.space, plugins.images, plugins.objective, self._settings, self._seed, context.device)
        of_run = replace(course, settings=plugins.search.settings)
        course = replace(course, settings=replace(self._settings, pictures=self._pictures(of_run)))
        halves = Halves(course, reserved=held_out_of(of_run))
        trainer = self._saved.restore(plugins, course, halves)
        return Children(course, halves, trainer, self._statistics, batches=self._batches)

    def _pictures(self, course: Course) -> int:
        """Return how many training pictures are held: all where their labels are asked for, else what is needed."""
        held = pictures_of(course)
        by_heart = not getattr(course.objective, "held_out", True)
        return held if by_heart else min(held, 2 * self._batches * course.settings.batch)


def _equal(one: object, other: object) -> bool:
    """Return whether two spaces are of one class, and made of equal parts."""
    return type(one) is type(other) and (one == other or vars(one) == vars(other))


def _named(name: str, options: Mapping[str, object]) -> str:
    return f"{name}({','.join(f'{key}={value}' for key, value in options.items())})"

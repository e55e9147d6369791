"""Fitness of a candidate with the weights of a supernet that a differentiable search trained."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup, held_out_count, image_count
from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.one_shot.children import Children, Statistics, judging_steps
from evo.differentiable.one_shot.saved_supernet import SavedSupernet
from evo.engine.data_options import check_same
from fitness import EvalContext, Fitness, OncePerRun, Score, check_counts, seeded_dropout
from spaces import SearchSpace
from tasks import ImageSource, IndexedSource, UsageError


class InheritedFitness(Fitness):
    """Minus the loss of the run's objective, without training: weights are the supernet's, the head is its head.

    run: folder of a differentiable search over this very space; its images are used, whatever the data of the scores
    seed: which of its supernets
    statistics: of batch norms: ``recalibrated`` for each candidate, of each held-out ``batch``, or ``running`` ones,
        which are of mixtures or many paths and of no candidate
    batches: by which to recalibrate, each of the run's ``batch`` images: of the half of its training images that its
        weights were trained on, as they are, neither shifted nor mirrored whatever the run did; masked, or prepared
        otherwise, as its objective does
    held_out: images to judge by, in whole batches, as they are and masked alike for every candidate; 0 for those of the
        run. They are what the run held out of its training split, or the validation split of a source that gives no
        image by its number; labels that can only be memorised are judged on training images
    supernet: digest of the supernet's file, filled in, so that scores by a file that was replaced are not mixed in

    A candidate is computed on the supernet itself under ``gates_of``, so that its features are those of its derived
    network with inherited weights, and its statistics are measured under it alone. Nothing is drawn: the same candidate
    has the same score whatever the seed.
    """

    needs_cuda = True

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
        check_same(self._saved.config, self._plugins.images, run)
        settings = self._plugins.search.settings
        if held_out > settings.held_out and isinstance(self._plugins.images, IndexedSource):
            raise UsageError(
                f"fitness.held_out={held_out}: this run held {settings.held_out} images out, and may know all "
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

    def options_in_force(self, images: ImageSource) -> Sequence[str]:
        """Return which images of the run norms are measured and candidates judged on, and where those are others."""
        setup, asked, batch = self._setup(torch.device("cpu")), self._settings.held_out, self._settings.batch
        half = image_count(replace(setup, settings=self._plugins.search.settings)) // 2
        judged = judging_steps(setup, half // batch) * batch
        other = () if judged == asked else (f"held_out={asked}: judged on {judged}, in whole batches of {batch}",)
        return self._images_in_words(judged, min(self._batches * batch, half)), *other

    def _images_in_words(self, judged: int, measured: int) -> str:
        norms = {
            "recalibrated": f"measured for each candidate on {measured} training images",
            "batch": "those of each batch that is judged",
            "running": "as they were trained, of no candidate",
        }
        kind = "held-out" if self._plugins.objective.held_out else "training"
        return f"norms: {norms[self._statistics]}; judged on {judged} {kind} images; none shifted or mirrored"

    def _setup(self, device: torch.device) -> SupernetSetup:
        plugins = self._plugins
        return SupernetSetup(plugins.space, plugins.images, plugins.objective, self._settings, self._seed, device)

    def _restore(self, context: EvalContext) -> Children:
        plugins = self._plugins
        setup = self._setup(context.device)
        of_run = replace(setup, settings=plugins.search.settings)
        setup = replace(setup, settings=replace(self._settings, pictures=self._image_count(of_run)))
        data = SupernetData(setup, reserved=held_out_count(of_run))
        trainer = self._saved.restore(plugins, setup, data)
        return Children(setup, data, trainer, self._statistics, batches=self._batches)

    def _image_count(self, setup: SupernetSetup) -> int:
        """Return how many training images are held: all where labels are memorised, else those to recalibrate by."""
        held = image_count(setup)
        memorised = not setup.objective.held_out
        return held if memorised else min(held, 2 * self._batches * setup.settings.batch)


def _equal(one: object, other: object) -> bool:
    """Return whether two spaces are of one class, and made of equal parts."""
    return type(one) is type(other) and (one == other or vars(one) == vars(other))


def _named(name: str, options: Mapping[str, object]) -> str:
    return f"{name}({','.join(f'{key}={value}' for key, value in options.items())})"

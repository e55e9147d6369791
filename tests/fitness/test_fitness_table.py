"""Catches: an objective that cannot be named as a fitness, options of an objective that are refused or not converted,
a fitness that is taken for an objective."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

from fitness import FITNESSES, OBJECTIVES, EvalContext
from fitness.training.fitness import TrainedFitness
from fitness.zero_cost.measures import MEASURES
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import Variant
from tasks.images.noise import NoiseImages
from tests.objectives import MeanColour

MakeContext = Callable[..., EvalContext]
COLOUR = "tests.objectives:MeanColour"


class Both(MeanColour):
    """An objective that scores candidates itself."""

    def __call__(self, candidate: object, context: object) -> Any:
        return 1.0


def test_an_objective_stands_for_training_on_it_and_brings_its_options() -> None:
    resolved = FITNESSES.resolve(COLOUR, {"scale": "2.5", "steps": "3"})
    assert (resolved["scale"], resolved["steps"], "objective" in resolved, "source" in resolved) == (
        2.5,
        3,
        False,
        False,
    )
    named = FITNESSES.resolve("trained", {"objective": COLOUR, "scale": "2.5"})
    assert (named["scale"], named["objective"]) == (2.5, COLOUR)


def test_both_spellings_score_alike(make_context: MakeContext) -> None:
    options = {"steps": 2, "held_out": 16, "scale": 2.0}
    bare = FITNESSES.build(COLOUR, options, source=NoiseImages(16))
    named = FITNESSES.build("trained", {"objective": COLOUR, **options}, source=NoiseImages(16))
    assert isinstance(bare, TrainedFitness)
    assert bare(3, make_context()).value == named(3, make_context()).value


class Heir(Both):
    """Inherits both."""


@pytest.mark.parametrize("name", ["Both", "Heir"])
def test_what_scores_candidates_itself_is_no_objective(name: str) -> None:
    assert not isinstance(FITNESSES.load(f"{__name__}:{name}"), functools.partial)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        (COLOUR, {"scael": 1}, "did you mean 'scale'"),
        (COLOUR, {"scale": -1.0}, "scale=-1.0: must be above 0"),
        ("trained", {}, "needs fitness.objective"),
        ("trained", {"objective": "no_such_objective"}, "unknown objective"),
        ("tests.objectives:Choosy", {}, "no classes"),
        ("tests.objectives:Clashing", {}, "'batch' is one of the training"),
    ],
)
def test_bad_options_and_images_are_refused_before_anything_is_scored(
    name: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        FITNESSES.build(name, options, source=NoiseImages(16))


def test_an_objective_of_the_callers_own_stands_for_training_on_it(make_context: MakeContext) -> None:
    options = {"steps": 2, "held_out": 16}
    own = TrainedFitness(objective=MeanColour(scale=2.0), **options)
    named = FITNESSES.build(COLOUR, {"scale": 2.0, **options}, source=NoiseImages(16))
    assert FITNESSES.accept(own, "own") is own
    assert own(3, make_context()).value == named(3, make_context()).value
    accepted = FITNESSES.accept(MeanColour(), "own")
    assert isinstance(accepted, TrainedFitness)
    assert accepted.accepts(make_context().space) is None


class Underived:
    """An objective without the base class, whose targets are the images' own means."""

    prepare, head, loss = MeanColour.prepare, MeanColour.head, MeanColour.loss
    scale = 1.0


def test_an_objective_without_the_base_class_is_trained_on_alike(make_context: MakeContext) -> None:
    options = {"steps": 2, "held_out": 16}
    made = [TrainedFitness(objective=each, **options) for each in (Underived(), MeanColour())]
    scores = [fitness(3, make_context()).value for fitness in made]
    assert scores[0] == scores[1]
    assert (
        FITNESSES.build(f"{__name__}:Underived", options, source=NoiseImages(16))(3, make_context()).value == scores[0]
    )


class MissesASpace(MeanColour):
    """With a method that nobody would ever call."""

    def aftr_step(self, network: object, head: object) -> None: ...


class Rushes(MeanColour):
    """With a flag that nobody would ever read."""

    heldout = False


class Selects(Both):
    """A fitness that means to refuse spaces."""

    def acepts(self, space: object) -> str:
        return "never"


@pytest.mark.parametrize(
    ("name", "meant"), [("MissesASpace", "after_step"), ("Rushes", "held_out"), ("Selects", "accepts")]
)
def test_a_name_that_is_almost_an_ability_is_refused(name: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"which is almost '{meant}'"):
        FITNESSES.build(f"{__name__}:{name}", {}, source=NoiseImages(16))
    with pytest.raises(UsageError, match=f"which is almost '{meant}'"):
        FITNESSES.accept(globals()[name](), "own")


def test_an_object_takes_no_options_and_has_to_be_right_or_wrong_for_accuracy() -> None:
    with pytest.raises(UsageError, match="is an object, with options of its own"):
        TrainedFitness(objective=MeanColour(), scale=3)
    with pytest.raises(UsageError, match="has no right answers"):
        TrainedFitness(objective=MeanColour(), score="accuracy")


def test_no_built_in_objective_is_taken_for_a_misspelt_one() -> None:
    for name in OBJECTIVES.builtin:
        OBJECTIVES.check_spelling(OBJECTIVES.load(name), name)


def test_one_batch_scores_are_listed_as_they_are_defined() -> None:
    variants = {name: target for name, target in FITNESSES.builtin.items() if isinstance(target, Variant)}
    listed = {name: variant.fixed["measure"] for name, variant in variants.items() if "measure" in variant.fixed}
    assert listed == {name: name for name in MEASURES}


def test_what_trains_needs_cuda_and_what_looks_at_a_batch_or_counts_does_not() -> None:
    factories = {name: FITNESSES.load(name) for name in FITNESSES.names()}
    classes = {name: made.func if isinstance(made, functools.partial) else made for name, made in factories.items()}
    needing = {name for name, made_by in classes.items() if getattr(made_by, "needs_cuda", False)}
    assert needing == {"regression", "rank_correlation", "angle", "trained", *OBJECTIVES.names()}

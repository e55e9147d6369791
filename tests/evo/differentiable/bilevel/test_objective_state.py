"""Catches: a collapse that is not noticed, or is told twice, or where there is none; a share, a variance or a mean of
another size; a guess on images trained on held against those held out; a likely cause of another case."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.objective_state import (
    ObjectiveState,
    ObservedTrainee,
    StateFound,
    find_state,
    first_collapse,
)
from fitness import Objective
from spaces import FeatureInfo
from tasks import Batch, ImageBatch

GUESS = math.log(15)


class Answering(Objective):
    """An objective of which a test says what guessing and the mean cost."""

    def __init__(self, guess: float | None = GUESS, beside: tuple[float, float] | None = None) -> None:
        self._guess, self._beside = guess, beside

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        return Batch(batch.images, ())

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        return nn.Identity()

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return torch.zeros(())

    def guessing_loss(self, batch: Batch) -> float | None:
        return self._guess

    def beside_mean(self, *given: Any) -> tuple[Tensor, Tensor] | None:
        return None if self._beside is None else (torch.tensor(self._beside[0]), torch.tensor(self._beside[1]))

    def encode(self, network: Any, batch: Batch) -> list[Tensor]:
        return [torch.empty(0), batch.inputs]


class ByHeart(Answering):
    held_out = False


def finding(
    objective: Objective, *, training: float = 1.0, held_out: float = 1.0, spread: float = 1.0, guess: float = GUESS
) -> StateFound:
    """Return what an epoch shows whose judged features are spread about 0 with this deviation."""
    observed = ObservedTrainee(nn.Identity(), nn.Identity(), mean=torch.zeros(2))  # type: ignore[arg-type]
    for sign in (1.0, -1.0):
        observed.features(Batch(torch.full((2, 2, 3, 3), sign * spread), ()), objective)
    guesses = [] if objective.guessing_loss(Batch(torch.empty(0), ())) is None else [guess, guess]
    return find_state(objective, observed, training=training, guesses=guesses, held_out=held_out)


@pytest.mark.parametrize(
    ("training", "held_out", "state"),
    [
        (2.5, 0.991 * GUESS, "guessing"),  # within 1 %, on either side
        (2.5, 1.009 * GUESS, "guessing"),
        (2.5, 0.989 * GUESS, "learning"),
        (2.5, 1.011 * GUESS, "worse than guessing"),
        (0.991 * GUESS, 1.5 * GUESS, "guessing"),
        (0.991 * GUESS, 0.9 * GUESS, "learning"),  # at the end of the epoch it was
        (1.5 * GUESS, 1.5 * GUESS, "worse than guessing"),
    ],
)
def test_a_loss_near_that_of_guessing_is_one_of_guessing(training: float, held_out: float, state: str) -> None:
    assert finding(Answering(), training=training, held_out=held_out).state == state


def test_each_loss_is_held_against_a_guess_among_its_own_batch() -> None:
    assert finding(Answering(), training=math.log(31), guess=math.log(31), held_out=4.0).state == "guessing"
    assert finding(Answering(), training=GUESS, guess=math.log(31), held_out=4.0).state == "worse than guessing"
    assert finding(Answering(), training=4.0, guess=math.log(31), held_out=GUESS).state == "guessing"


def test_what_says_nothing_of_other_images_is_told_by_those_it_is_trained_on() -> None:
    assert finding(ByHeart(), training=0.5, held_out=GUESS).state == "learning"
    assert finding(ByHeart(), training=GUESS, held_out=0.5).state == "guessing"


@pytest.mark.parametrize(
    ("loss", "state"),
    [(0.982, "mean only"), (1.018, "mean only"), (0.978, "learning"), (1.03, "worse than guessing")],
)
def test_a_reconstruction_near_the_mean_of_images_is_no_more_than_that(loss: float, state: str) -> None:
    assert finding(Answering(None, (0.5 * loss, 0.5))).state == state


def test_of_two_parts_either_may_have_learnt_nothing() -> None:
    assert finding(Answering(GUESS, (0.5, 0.5)), held_out=1.0).state == "mean only"
    assert finding(Answering(GUESS, (0.1, 0.5)), held_out=GUESS).state == "guessing"
    assert finding(Answering(GUESS, (0.9, 0.5)), held_out=1.0).state == "learning"


@pytest.mark.parametrize(("spread", "state"), [(0.99e-3, "constant features"), (1.01e-3, "learning")])
def test_features_of_a_variance_below_a_millionth_are_constant(spread: float, state: str) -> None:
    assert finding(Answering(None), spread=spread).state == state
    assert finding(Answering(), held_out=GUESS, spread=0.0).state == "constant features"


def test_the_variance_is_over_all_images_of_what_is_pooled() -> None:
    observed = ObservedTrainee(nn.Identity(), nn.Identity(), mean=torch.zeros(2))  # type: ignore[arg-type]
    for first, second in ((0.0, 2.0), (4.0, 6.0)):  # equal within a batch, and noise of pixels that has no mean
        maps = torch.tensor([first, second]).repeat(3, 1)[:, :, None] + torch.tensor([-9.0, 9.0])
        observed.features(Batch(maps[..., None], ()), Answering())
    assert observed.variance() == pytest.approx(4.0)  # of 0 and 4, and of 2 and 6


def row(epoch: int, state: str | None) -> dict[str, Any]:
    return {"seed": 7, "epoch": epoch, "objective_state": state}


def test_a_collapse_is_told_where_it_is_first_seen_with_its_likely_cause() -> None:
    found = finding(Answering(), held_out=2.7)
    now = row(2, "guessing")
    line = "seed 7, epoch 3: the loss on held-out images, 2.7, is that (2.708) of guessing: "
    assert first_collapse(now, found, []).startswith(f"{line}what is learnt of the training images holds for no others")
    found = finding(Answering(), training=2.71, held_out=2.72)
    never = [row(0, None), row(1, "worse than guessing")]
    assert first_collapse(now, found, never).startswith(f"{line.replace('2.7,', '2.72,')}nothing is learnt so far")
    assert ": what was learnt is lost" in first_collapse(now, found, [row(1, "learning")])
    assert first_collapse(now, found, [row(0, "guessing"), row(1, "learning")]) == ""
    found = finding(Answering(), training=2.71, held_out=4.0)
    assert "the training loss, 2.71, is that (2.708) of guessing" in first_collapse(now, found, never)


def test_other_collapses_are_told_apart_and_learning_is_not_told() -> None:
    flat = finding(Answering(), spread=1e-4)
    mean = finding(Answering(None, (0.51, 0.5)))
    earlier = [row(0, "guessing")]
    assert "the last features are the same for all held-out images" in first_collapse(row(1, "x"), flat, earlier)
    assert "(their variance over images is 1.0e-08)" in first_collapse(row(1, "x"), flat, earlier)
    assert "the loss of reconstructing, 0.51, is that (0.5) of predicting the mean" in first_collapse(
        row(1, "x"), mean, earlier
    )
    for state in (ObjectiveState.LEARNING, ObjectiveState.WORSE):
        assert first_collapse(row(1, state), StateFound(state), []) == ""

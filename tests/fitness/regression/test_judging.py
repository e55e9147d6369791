"""Catches: a score that is not minus the loss by the statistics asked for, and a remedy that names other options."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from fitness import EvalContext
from fitness.regression.judging import Judging
from fitness.training.loop import AdamSettings, SgdSettings, Trainee
from tasks import ImageBatch
from tests.fitness.training.test_loop import Line, MeanOutput

IMAGES = ImageBatch(torch.zeros(1, 1, 1, 1))
MakeContext = Callable[..., EvalContext]


def test_the_score_is_minus_the_loss_and_carries_the_seconds_of_the_building(make_context: MakeContext) -> None:
    trainee = Trainee(Line(), nn.Identity(), 0.25)  # 1 * 2 + 0
    judging = Judging("running", SgdSettings(precision="float32"))
    score = judging.score(trainee, MeanOutput(), IMAGES, torch.Generator(), make_context())
    assert (score.value, score.build_s) == (-2.0, 0.25)


@pytest.mark.parametrize(("statistics", "prepared"), [("running", 1), ("batch", 1), ("fresh", 5)])
def test_only_fresh_statistics_take_a_look_before(make_context: MakeContext, statistics: str, prepared: int) -> None:
    objective = MeanOutput()
    judging = Judging(statistics, SgdSettings(precision="float32"))  # type: ignore[arg-type]
    judging.score(Trainee(Line(), nn.Identity()), objective, IMAGES, torch.Generator(), make_context())
    assert objective.prepared == prepared


def test_the_remedy_names_the_rate_that_was_too_high_and_the_options_there_are() -> None:
    assert Judging("running", AdamSettings(learning_rate=0.25)).remedy() == (
        "where it is the training that diverges, fitness.clip=1, fitness.warm_up=10 or a fitness.learning_rate below "
        "0.25 may help"
    )
    assert "fitness.clip=1, fitness.x=2, fitness.warm_up" in Judging("batch", SgdSettings(), ("fitness.x=2",)).remedy()

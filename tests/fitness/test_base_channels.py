"""Images of one and of four channels through every objective and measure. Catches: three channels taken for granted, a
colour changed in images that have none, an objective of colours that fails trial by trial."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch

from fitness import FITNESSES, OBJECTIVES, EvalContext
from spaces.nasbench201.space import NasBench201
from tasks import ImageBatch, Split, UsageError, derive_rng, torch_generator
from tasks.images.sampling import Normalisation

CANDIDATE = "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|"
QUICK = {"steps": 2, "epochs": 0, "batch": 8, "held_out": 8}


@dataclass(frozen=True)
class Planes:
    """Noise of some channels in two classes, which says how it is normalised."""

    channels: int
    size: int = 32
    num_classes: ClassVar[int] = 2

    @property
    def normalisation(self) -> Normalisation:
        return Normalisation((0.5,) * self.channels, (0.25,) * self.channels)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        images = rng.standard_normal((count, self.channels, self.size, self.size), dtype=np.float32)
        return ImageBatch(torch.from_numpy(images), torch.arange(count) % 2)


NETWORKLESS = {"rank_correlation", "ranker", "tabular", "trained", "colorization", "random"}
JOINING = {"az_nas", "consensus"}  # whose members are tried themselves
RECURRENT = {"hidden_covariance"}
TRIED = sorted(set(FITNESSES.names()) - NETWORKLESS - JOINING - RECURRENT)


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("channels", [1, 4])
def test_every_fitness_takes_images_of_other_channels(name: str, channels: int) -> None:
    space, images = NasBench201(stem_channels=4, cells_per_stage=1), Planes(channels)
    options = {option: QUICK[option] for option in FITNESSES.resolve(name, {}) if option in QUICK}
    fitness = FITNESSES.build(name, options, source=images)
    context = EvalContext(space, images, 0, derive_rng(0), torch.device("cpu"))
    assert np.isfinite(fitness(space.decode(CANDIDATE), context).value)


@pytest.mark.parametrize("channels", [1, 4])
def test_views_and_tiles_keep_the_channels(channels: int) -> None:
    batch = Planes(channels).draw(4, np.random.default_rng(0))
    for name in ("contrastive", "byol", "jigsaw", "masked_autoencoding", "patch_recovery", "rotation"):
        prepared = OBJECTIVES.build(name, {}, source=Planes(channels)).prepare(batch, torch_generator(derive_rng(0)))
        assert prepared.inputs.shape[1] == channels


def test_colours_are_not_told_from_images_without() -> None:
    with pytest.raises(UsageError, match="colorization: images of 1 channels have no red, green and blue"):
        OBJECTIVES.build("colorization", {}, source=Planes(1))

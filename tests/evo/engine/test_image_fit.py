"""Catches: images that no network can be built for, found out trial by trial; a space refused for one odd candidate."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from evo.engine.image_fit import check_fit
from evo.engine.plugins import build_plugins
from spaces import InputSpec
from spaces.nasbench101.space import NasBench101
from tasks.foundation.errors import UsageError
from tasks.images.noise import NoiseImages
from tests.runs import toy_config
from tests.tiny import TinyNetwork, TinyNetworks
from tests.toy import BitStrings


def fit(space: Any, images: Any) -> None:
    check_fit(space, images, named="tiny", data="noise")


def test_multiples_that_the_space_needs_are_named() -> None:
    words = (
        r"--data noise: space 'tiny' builds no network for images of 30 x 30 pixels and 3 channels: "
        "input size 30 is not a positive multiple of 4, as the stages need; take 28 or 32"
    )
    with pytest.raises(UsageError, match=words):
        fit(TinyNetworks(), NoiseImages(30))
    with pytest.raises(UsageError, match="multiple of 4"):
        fit(NasBench101(), NoiseImages(42))
    for size in (28, 32, 64):
        fit(TinyNetworks(), NoiseImages(size))


@dataclass(frozen=True)
class ThreePlanes(TinyNetworks):
    """A space that reads colours alone, and refuses the widest of its networks."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        if input_spec.channels != 3 or candidate == 9:
            raise ValueError("three colours, and no width of 9")
        return super().build(candidate, input_spec, num_outputs)

    def sample(self, rng: np.random.Generator) -> int:
        return 9 if rng.random() < 0.5 else 2


class Grey(NoiseImages):
    """Noise of one channel."""

    channels = 1


def test_a_space_that_builds_some_is_taken_and_one_that_builds_none_is_not() -> None:
    fit(ThreePlanes(), NoiseImages(16))
    with pytest.raises(UsageError, match="1 channels: three colours"):
        fit(ThreePlanes(), Grey(16))


class Fails(TinyNetworks):
    """A space that cannot sample yet."""

    def sample(self, rng: np.random.Generator) -> int:
        raise RuntimeError("not prepared")


def test_what_builds_no_networks_or_fails_otherwise_is_left_alone() -> None:
    fit(BitStrings(), NoiseImages(30))
    fit(Fails(), NoiseImages(30))


def test_it_is_asked_before_anything_runs() -> None:
    config = toy_config("CountOnes")
    changed: dict[str, Any] = {"space": type(config.space)("tests.tiny:TinyNetworks"), "data": "noise(size=30)"}
    with pytest.raises(UsageError, match="builds no network"):
        build_plugins(replace(config, **changed))

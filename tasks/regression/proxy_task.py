"""A regression proxy task: which synthetic maps a network's stages have to predict, and from how noisy images.

Letters: B batch, C channels of a stage's target, S output height and width in pixels. After GenNAS (Generic Neural
Architecture Search via Regression), whose published tasks are the presets.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.fields import check_keys, items, located, number, positive, record, refusal, settle, text, whole
from tasks.regression.found_by import settle_found_by, with_found_by
from tasks.regression.signal_bases import BASES, Basis, basis_from_record, basis_to_record

NUM_STAGES = 3  # a network is compared at three depths
LARGEST_RATIO = 1000  # far beyond any use, small enough to multiply


class NoiseKind(StrEnum):
    """How noise is distributed."""

    NONE = "none"
    GAUSSIAN = "gaussian"
    UNIFORM = "uniform"


@dataclass(frozen=True)
class Noise:
    """Noise added to normalised images: ``level`` times N(0, 1), or uniform from -level to level."""

    kind: NoiseKind = NoiseKind.NONE
    level: float = 0.0

    def __post_init__(self) -> None:
        """Check kind and level; raises UsageError."""
        kind = text("kind", self.kind)
        if kind not in list(NoiseKind):
            raise unknown_name("noise", kind, NoiseKind)
        level = number("level", self.level)
        if level < 0 or (level > 0 and kind == NoiseKind.NONE):
            raise refusal("level", self.level, "0 is needed without noise, and never less than 0")
        settle(self, kind=NoiseKind(kind), level=level)

    def add(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Return images plus a new draw of ``generator``, which lives on their device; the images where level is 0."""
        if self.level == 0:
            return images
        noise = torch.empty(images.shape, dtype=images.dtype, device=images.device)
        if self.kind == NoiseKind.GAUSSIAN:
            return images + noise.normal_(generator=generator) * self.level
        return images + noise.uniform_(-self.level, self.level, generator=generator)


@dataclass(frozen=True)
class StageTask:
    """The target of one stage: the sum of its bases, each times its level; no basis means an all-zero target.

    channel_ratio: channels relative to the task's ``base_channels``, above 0, at most 1000.
    """

    channel_ratio: float
    bases: tuple[Basis, ...] = ()

    def __post_init__(self) -> None:
        """Check the ratio; raises UsageError."""
        ratio = positive("channel_ratio", self.channel_ratio)
        if ratio > LARGEST_RATIO:
            raise refusal("channel_ratio", self.channel_ratio, f"at most {LARGEST_RATIO} is needed")
        settle(self, channel_ratio=ratio, bases=items("bases", self.bases))

    def build_target(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return the [B, C, S, S] target on the device of ``images`` [B, 3, H, W]."""
        target = torch.zeros(len(images), channels, size, size, device=images.device)
        for basis in self.bases:
            target += basis.level * basis.maps(images, channels, size, rng)
        return target


@dataclass(frozen=True)
class ProxyTask:
    """What the stages of a network, fine to coarse, are trained to predict.

    stage_weights: factor of each stage in the loss, or None for the fitness's own
    base_channels: channels at ratio 1
    output_size: height and width of every target in pixels
    batch_size: images in the one batch used
    found_by: how the task was found, as JSON; no part of what makes tasks equal
    """

    name: str
    noise: Noise
    stages: tuple[StageTask, ...]
    stage_weights: tuple[float, ...] | None = None
    base_channels: int = 64
    output_size: int = 8
    batch_size: int = 16
    found_by: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check every field against the others; raises UsageError naming the stage and the basis."""
        settle(
            self,
            name=text("name", self.name),
            stages=items("stages", self.stages),
            stage_weights=None if self.stage_weights is None else _weights(self.stage_weights),
            base_channels=whole("base_channels", self.base_channels),
            output_size=whole("output_size", self.output_size),
            batch_size=whole("batch_size", self.batch_size),
            found_by=settle_found_by(self.found_by),
        )
        if len(self.stages) != NUM_STAGES:
            raise UsageError(f"stages: {NUM_STAGES} are needed, got {len(self.stages)}")
        for position, (stage, channels) in enumerate(zip(self.stages, self.channels, strict=True), start=1):
            _check_stage(position, stage, channels, self.output_size)

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of each stage's target."""
        return tuple(int(stage.channel_ratio * self.base_channels) for stage in self.stages)

    def build_targets(
        self, images: Tensor, rng: np.random.Generator, device: torch.device | str | None = None
    ) -> tuple[Tensor, ...]:
        """Return one [B, C, S, S] target per stage, the same for the same ``rng`` and ``images`` [B, 3, H, W].

        device: where targets are computed and stay, that of the images unless given.
        """
        moved = images if device is None else images.to(device)
        stages = zip(self.stages, self.channels, strict=True)
        return tuple(stage.build_target(moved, channels, self.output_size, rng) for stage, channels in stages)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return text that ``from_json`` reads back as an equal task; one line unless ``indent`` is given."""
        return json.dumps(self.to_record(), indent=indent)

    def to_record(self) -> dict[str, Any]:
        """Return the task as a JSON object, ``found_by`` in it where it has any."""
        fields = {**asdict(self), "stages": [_stage_to_record(stage) for stage in self.stages]}
        del fields["found_by"]
        return with_found_by(fields, self.found_by)

    @classmethod
    def from_json(cls, source: str) -> Self:
        """Return the task that ``source`` describes; raises UsageError naming the place of the first fault."""
        return cls.from_record(task_record(source))

    @classmethod
    def from_record(cls, source: Mapping[str, Any]) -> Self:
        """Return the task of a JSON object; raises as ``from_json``."""
        given = dict(source)
        check_keys(given, cls)
        with located("noise"):
            given["noise"] = noise_from_record(given["noise"])
        stages = enumerate(items("stages", given["stages"]), start=1)
        given["stages"] = tuple(_stage_from_record(position, stage) for position, stage in stages)
        return cls(**given)


def task_record(source: str) -> dict[str, Any]:
    """Return the JSON object that ``source`` is; raises UsageError where it is none."""
    try:
        parsed = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON: {error}") from error
    return record("task", parsed)


def _weights(value: object) -> tuple[float, ...]:
    weights = tuple(number("stage_weights", weight) for weight in items("stage_weights", value))
    if len(weights) != NUM_STAGES or min(weights) < 0 or max(weights) == 0:
        raise refusal("stage_weights", value, f"{NUM_STAGES} numbers of at least 0, not all 0, are needed")
    return weights


def _check_stage(position: int, stage: StageTask, channels: int, size: int) -> None:
    if channels < 1:
        raise refusal(f"stage {position}: channel_ratio", stage.channel_ratio, "gives no channel, raise it")
    for index, basis in enumerate(stage.bases, start=1):
        with located(f"stage {position}, basis {index} ({basis.kind})"):
            basis.check(channels, size)


def noise_from_record(value: object) -> Noise:
    """Return the noise that a JSON object describes; raises UsageError."""
    given = record("noise", value)
    check_keys(given, Noise)
    return Noise(**given)


def _stage_from_record(position: int, value: object) -> StageTask:
    where = f"stage {position}"
    with located(where):
        given = record("stage", value)
        check_keys(given, StageTask)
        bases = items("bases", given.pop("bases", ()))
    given["bases"] = bases_from_records(where, bases)
    with located(where):
        return StageTask(**given)


def bases_from_records(where: str, values: tuple[object, ...]) -> tuple[Basis, ...]:
    """Return the bases that JSON objects describe; raises UsageError that says which of them is at fault."""
    return tuple(_basis_from_record(f"{where}, basis {index}", value) for index, value in enumerate(values, 1))


def _basis_from_record(where: str, value: object) -> Basis:
    kind = value.get("basis") if isinstance(value, dict) else None
    with located(f"{where} ({kind})" if isinstance(kind, str) and kind in BASES else where):
        return basis_from_record(value)


def _stage_to_record(stage: StageTask) -> dict[str, Any]:
    return {"channel_ratio": stage.channel_ratio, "bases": [basis_to_record(basis) for basis in stage.bases]}

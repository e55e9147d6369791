"""A regression proxy task for recurrent networks: synthetic sequences in, other synthetic sequences out, step by step.

Letters: L steps, B batch, D values per step. After GenNAS (Generic Neural Architecture Search via Regression), whose
published tasks are the presets that start with ``nlp_``. A sequence is a map of
``tasks.regression.signals`` of height L and width D: time runs downwards.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self, get_args

import numpy as np
import torch
from torch import Tensor

from tasks.foundation.errors import UsageError
from tasks.foundation.fields import check_keys, items, located, refusal, settle, text, whole
from tasks.regression.found_by import settle_found_by, with_found_by
from tasks.regression.proxy_task import Noise, bases_from_records, noise_from_record, task_record
from tasks.regression.signal_bases import Basis, Dot, GDot, Sin1D, Sin2D, basis_to_record

SheetBasis = Sin1D | Sin2D | Dot | GDot
"""What sequences are made of: every basis but the shrunken images."""


@dataclass(frozen=True)
class SequenceTask:
    """Which sequences a recurrent network reads, and which it has to predict.

    noise: added to what is read, anew in every step of training
    input, target: the bases of either, summed, each times its level
    dimension: values per step
    length: steps
    batch_size: sequences in the one batch used
    found_by: how the task was found, as JSON; no part of what makes tasks equal
    """

    name: str
    noise: Noise
    input: tuple[SheetBasis, ...]
    target: tuple[SheetBasis, ...]
    dimension: int = 64
    length: int = 8
    batch_size: int = 16
    found_by: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check every field against the others; raises UsageError naming the tensor and the basis."""
        settle(
            self,
            name=text("name", self.name),
            input=items("input", self.input),
            target=items("target", self.target),
            dimension=whole("dimension", self.dimension),
            length=whole("length", self.length),
            batch_size=whole("batch_size", self.batch_size),
            found_by=settle_found_by(self.found_by),
        )
        for tensor, bases in (("input", self.input), ("target", self.target)):
            for index, basis in enumerate(bases, start=1):
                with located(f"{tensor}, basis {index} ({basis.kind})"):
                    _check_basis(basis, self.length, self.dimension)

    def build(self, rng: np.random.Generator, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
        """Return inputs and targets [L, B, D] without noise, the same for the same ``rng``."""
        return self._sequences(self.input, rng, device), self._sequences(self.target, rng, device)

    def _sequences(self, bases: tuple[SheetBasis, ...], rng: np.random.Generator, device: torch.device | str) -> Tensor:
        total = torch.zeros(self.batch_size, self.length, self.dimension, device=device)
        for basis in bases:
            total += basis.level * basis.sheets(self.batch_size, self.length, self.dimension, rng, device)
        return total.transpose(0, 1).contiguous()

    def to_json(self, *, indent: int | None = None) -> str:
        """Return text that ``from_json`` reads back as an equal task; one line unless ``indent`` is given."""
        return json.dumps(self.to_record(), indent=indent)

    def to_record(self) -> dict[str, Any]:
        """Return the task as a JSON object, ``found_by`` in it where it has any."""
        records = {
            tensor: [basis_to_record(basis) for basis in bases]
            for tensor, bases in (("input", self.input), ("target", self.target))
        }
        fields = {**asdict(self), **records}
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
        for tensor in ("input", "target"):
            given[tensor] = bases_from_records(tensor, items(tensor, given[tensor]))
        return cls(**given)


def _check_basis(basis: Basis, length: int, dimension: int) -> None:
    if not isinstance(basis, get_args(SheetBasis)):
        raise UsageError("sequences have no images to shrink; the bases are sin1d, sin2d, dot and gdot")
    if not basis.local:
        raise refusal("local", basis.local, "true is needed: every sequence has maps of its own")
    basis.check_sheet(length, dimension)

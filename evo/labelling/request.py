"""What a caller asks of a labelling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import Placement, PluginLike

DEFAULT_COUNT = 60
"""Architectures that are labelled unless more are asked for."""


AXES_WITH_OPTIONS = ("space", "fitness", "data")
"""Options of the fitness are those of the training."""


@dataclass(frozen=True, kw_only=True)
class LabelRequest(CheckedRequest):
    """A labelling as it is asked for.

    data: labelled images
    image_size, channels: of the images: pixels of a side, 32 unless said, and 3, or 1 or 4 where the source has them
    out: the panel's file, .parquet or .csv; force: whether one that exists is replaced
    count: architectures, all different; None for ``DEFAULT_COUNT``, or as many as before
    seed: of the sample and of the first training; seeds: trainings of each architecture
    options: of the space and, under ``fitness``, of the training
    epochs, pictures, batch, learning_rate: of the training; None for ``training_choice.DEFAULTS``
    least_agreement: Spearman's rho between the labels of two seeds below which no panel is written
    trial_timeout: seconds that one training may take
    run_dir: folder of the labels, None for one that belongs to what is asked for
    trust: whether what files name may be imported
    """

    space: PluginLike
    data: PluginLike
    out: Path
    image_size: int | None = None
    channels: int | None = None
    data_root: str | None = None
    download: bool = False
    count: int | None = None
    seed: int = 0
    seeds: int = 3
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    epochs: int | None = None
    pictures: int | None = None
    batch: int | None = None
    learning_rate: float | None = None
    least_agreement: float = 0.8
    force: bool = False
    trial_timeout: float | None = None
    run_dir: Path | None = None
    trust: bool = False
    placement: Placement = field(default_factory=Placement)

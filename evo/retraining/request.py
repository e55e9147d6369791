"""What a caller asks of a training, or of a comparison of trainings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import PluginLike
from tasks.foundation.errors import UsageError

INHERITED, RANDOM, BOTH = INITS = ("inherited", "random", "both")
"""First weights: those of the supernet, random ones, or both one after the other."""
PICK_EPOCHS = 100
"""Of the short trainings of ``pick``, as DARTS has them."""
NAMED = ("epochs", "batch", "learning_rate")
"""Options of the training that have a field of their own."""
AXES_WITH_OPTIONS = ("train", "space", "data")


@dataclass(frozen=True, kw_only=True)
class TrainRequest(CheckedRequest):
    """A training as it is asked for.

    run: folder of a search, finished or not; None for a candidate that no search has found
    space: without a run, the candidate's; beside one, its own again, where it was handed over as an object
    run_dir: without a run, the folder of the training (default: one in ``runs``, by the space)
    seed_of: seed of the supernet whose architecture is trained, None for the run's best
    candidate: text of another architecture of the run's space, or a form in which it was published
    data: labelled images
    image_size, channels: of the images: pixels of a side, 32 unless said, and 3, or 1 or 4 where the source has them
    label_fraction: share of the training images of every class, above 0 to 1
    init: first weights, one of ``INITS``
    linear_probe: whether weights stay, and a linear classifier on pooled features learns
    seed: of weights, order and fraction; seeds: trainings, from ``seed`` on
    epochs, batch, learning_rate: of the training; None for what ``options`` or the recipe say
    options: of the training under ``train``; under ``space`` other options than the run's
    pick: whether the cells of all seeds are trained shortly, and the best of them on validation images is trained
    pick_epochs: of those short trainings, None for as many as DARTS gives them
    name: folder in ``RUN/train``, None for one that belongs to the settings
    trust: whether what the run's folder names may be imported
    """

    run: Path | None = None
    space: PluginLike | None = None
    run_dir: Path | None = None
    seed_of: int | None = None
    candidate: str | None = None
    data: PluginLike | None = None
    image_size: int | None = None
    channels: int | None = None
    data_root: str | None = None
    download: bool = False
    label_fraction: float = 1.0
    init: str = RANDOM
    linear_probe: bool = False
    seed: int = 0
    seeds: int = 1
    epochs: int | None = None
    batch: int | None = None
    learning_rate: float | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    pick: bool = False
    pick_epochs: int | None = None
    name: str | None = None
    trust: bool = False

    def check_named(self) -> None:
        """Raise UsageError where neither a run nor a space and a candidate are named."""
        if self.run is not None:
            return
        if self.space is None:
            raise UsageError("what is to be trained is missing: name a run, RUN, or --space S and --candidate TEXT")
        if self.candidate is None:
            raise UsageError("--candidate is missing: name a run, RUN, or beside --space the candidate to train")

    @property
    def inits(self) -> tuple[str, ...]:
        """The first weights, one training each."""
        return (INHERITED, RANDOM) if self.init == BOTH else (self.init,)


@dataclass(frozen=True, kw_only=True)
class ComparisonRequest(CheckedRequest):
    """A comparison of the trainings of two runs; name: of the folder of trainings, None where there is but one."""

    run: Path
    against: Path
    name: str | None = None

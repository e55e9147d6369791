"""What is asked of a labelling: everything that its labels depend on."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.data_options import settled_data
from evo.engine.plugins import resolve_choice
from evo.labelling.training import training_from, whole
from evo.records.config import Choice, SearchConfig, as_json
from evo.scoring.folder import SeriesKind, default_folder
from evo.scoring.member import LOOK_AHEAD, listed
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    from tasks import ImageSource

LABELLING = SeriesKind(
    noun="labelling", file="label.json", option="--count", changed="the space now samples others than it did"
)


@dataclass(frozen=True)
class Request:
    """A labelling: a folder belongs to one of these; architectures and trainings of each may be added.

    training: the fitness whose score is the label; seed: of the sample and of the first training, which the others
    count on from.
    """

    space: Choice
    training: Choice
    data: str
    data_root: str | None
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return as_json(self)

    def config(self, seed: int, candidates: Path) -> SearchConfig:
        """Return the search that trains each candidate of a file with the pictures, weights and order of ``seed``."""
        strategy = listed(candidates)
        return SearchConfig(self.space, self.training, strategy, self.data, self.data_root, seed, LOOK_AHEAD)

    def default_folder(self) -> Path:
        """Return a folder that belongs to this request alone."""
        return default_folder(("label", self.space.name, self.data.partition(":")[0]), self.to_json())


def request_from(options: argparse.Namespace) -> Request:
    """Return what the options ask for; raises UsageError, also for pictures without labels or too few of them."""
    from fitness.training.batches import pictures_in
    from tasks import CountedSource, Split

    assignments = parse_assignments(options.assignments, ("space", "fitness"))
    space = resolve_choice("space", options.space, assignments["space"])
    where = settled_data(options)
    images = _open_labelled(options, where["data"])
    training = training_from(options, assignments["fitness"], test_pictures=pictures_in(images, Split.VALIDATION))
    wanted = whole(training, "pictures")
    if isinstance(images, CountedSource) and wanted > (there := images.count(Split.TRAIN)):
        raise UsageError(f"--pictures {wanted}: {options.data} has {there} to train on; ask for at most that many")
    return Request(space, training, seed=options.seed, **where)


def _open_labelled(options: argparse.Namespace, data: str) -> "ImageSource":
    from tasks import open_images

    root = Path(options.data_root) if options.data_root else None
    images = open_images(data, data_root=root, download=options.download)
    if images.num_classes is None:
        raise UsageError(
            f"--data {options.data}: these pictures have no labels; give digits, cifar10, cifar100, or imagefolder:DIR "
            "with one folder per class"
        )
    return images

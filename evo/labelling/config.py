"""What a labelling is: everything that its labels depend on."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.choices import Chosen, choose
from evo.engine.data_options import asked_data, settled_data
from evo.engine.plugins import table_of
from evo.labelling.request import AXES_WITH_OPTIONS, LabelRequest
from evo.labelling.training_choice import training_of, whole
from evo.records.config import Choice, SearchConfig, as_json
from evo.scoring.folder import ScoringKind, default_folder
from evo.scoring.member import LOOK_AHEAD, listed
from evo.scoring.own_plugins import OwnPlugins, own_plugins
from tasks.foundation.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from tasks import ImageSource

LABELLING = ScoringKind(
    noun="labelling", file="label.json", option="--count", changed="the space now samples others than it did"
)


@dataclass(frozen=True)
class LabelConfig:
    """A labelling: a folder belongs to one of these; architectures and trainings of each may be added.

    training: the fitness whose score is the label
    seed: of the sample and of the first training, which the others count on from
    """

    space: Choice
    training: Choice
    data: str
    data_root: str | None
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return as_json(self)

    def search(self, seed: int, candidates: Path, unnamed: tuple[str, ...] = ()) -> SearchConfig:
        """Return the search that trains each candidate of a file with the images, weights and order of ``seed``.

        unnamed: axes whose plug-in cannot be made by its name.
        """
        settled = self.data, self.data_root, seed, LOOK_AHEAD
        return SearchConfig(self.space, self.training, listed(candidates), *settled, objects=unnamed)

    def default_folder(self) -> Path:
        """Return a folder that belongs to this labelling alone."""
        return default_folder(("label", self.space.name, self.data.partition(":")[0]), self.to_json())


@dataclass(frozen=True)
class ResolvedLabelling:
    """What a request means, and the caller's own plug-ins."""

    config: LabelConfig
    own: OwnPlugins


def resolve_labelling(request: LabelRequest) -> ResolvedLabelling:
    """Return what a request means; raises UsageError, also for images without labels or too few of them."""
    from fitness import images_in
    from tasks import CountedSource, Split

    for axis in request.options:
        if axis not in AXES_WITH_OPTIONS:
            raise unknown_name("axis in options:", axis, AXES_WITH_OPTIONS)
    space: Chosen = choose(table_of("space"), request.space, request.options.get("space", {}))
    chosen = asked_data(request)
    own = own_plugins({"space": space}, chosen)
    where = settled_data(chosen, request.data_root)
    images = _open_labelled(request, own.made.get("data", where["data"]))
    training = training_of(request, judged_by=images_in(images, Split.VALIDATION))
    wanted = whole(training, "pictures")
    if isinstance(images, CountedSource) and wanted > (there := images.count(Split.TRAIN)):
        raise UsageError(f"--pictures {wanted}: {where['data']} has {there} to train on; ask for at most that many")
    return ResolvedLabelling(LabelConfig(space.choice, training, seed=request.seed, **where), own)


def _open_labelled(request: LabelRequest, data: Any) -> "ImageSource":
    from fitness import check_judged
    from tasks import lack_of_labels, open_images

    root = Path(request.data_root) if request.data_root else None
    images = open_images(data, data_root=root, download=request.download)
    if lack := lack_of_labels(images):
        raise UsageError(
            f"--data {request.data}: these images have {lack}; give digits, cifar10, cifar100, or imagefolder:DIR "
            "with one folder per class"
        )
    check_judged(images, f"--data {request.data}")
    return images

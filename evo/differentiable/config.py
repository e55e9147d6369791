"""What a differentiable search is made of: a space with a supernet, an objective, and a variant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.engine.data_options import open_source
from evo.engine.plugins import NO_OBJECTS, SUPERNET_OBJECTIVES, make
from evo.records.config import SearchConfig
from spaces import SPACES
from tasks import UsageError

if TYPE_CHECKING:
    from evo.differentiable.gradient_search import GradientSearch
    from fitness import Objective
    from spaces import RelaxableSpace
    from tasks import ImageSource


@dataclass(frozen=True)
class GradientPlugins:
    """The objects that a configuration names."""

    space: "RelaxableSpace"
    objective: "Objective"
    search: "GradientSearch"
    images: "ImageSource"


def build_gradient_plugins(
    config: SearchConfig, *, objects: Mapping[str, object] = NO_OBJECTS, download: bool = False
) -> GradientPlugins:
    """Return them; raises UsageError where one refuses, or they do not go together.

    objects: the caller's own, by axis, in place of what the configuration's name would make.
    """
    from spaces import RelaxableSpace

    space: Any = make("space", config, objects)
    if not isinstance(space, RelaxableSpace):
        raise UsageError(
            f"strategy {config.strategy.name!r} trains a supernet, and space {config.space.name!r} has none; take "
            f"{', '.join(_relaxable())}, or another strategy"
        )
    images = open_source(config, objects, download=download)
    objective = make("fitness", config, objects, table=SUPERNET_OBJECTIVES, source=images)
    search = make("strategy", config, objects)
    check_divisible(search.settings.micro_batches, objective, config.fitness.name)
    return GradientPlugins(space, objective, search, images)


def check_divisible(micro_batches: int, objective: "Objective", name: str) -> None:
    """Raise UsageError where the objective of that name does not allow so many micro-batches."""
    if micro_batches > 1 and objective.compares_images:
        raise UsageError(
            f"strategy.micro_batches={micro_batches}: {name} compares the images of a batch with each other, and parts "
            "of it are another task; leave it 1 and take strategy.checkpointing=true for less memory"
        )


def threads_of(config: SearchConfig) -> int:
    """Return the threads that one supernet is trained on, 0 where that is not settled yet."""
    threads = config.strategy.options["threads"]
    assert isinstance(threads, int)
    return threads


def _relaxable() -> list[str]:
    """Return the built-in spaces that have a supernet."""
    return [name for name in SPACES.builtin if _has_supernet(name)]


def _has_supernet(name: str) -> bool:
    factory: Any = SPACES.load(name)
    return hasattr(getattr(factory, "func", factory), "relax")

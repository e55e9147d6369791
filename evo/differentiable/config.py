"""What a search by gradient is made of: a space with a supernet, an objective, and a variant."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.plugins import SUPERNET_OBJECTIVES
from evo.records.config import SearchConfig
from evo.strategies import STRATEGIES
from spaces import SPACES
from tasks.foundation.errors import UsageError

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


def build_gradient_plugins(config: SearchConfig, *, download: bool = False) -> GradientPlugins:
    """Return them; raises UsageError where one refuses, or they do not go together."""
    from spaces import RelaxableSpace
    from tasks import open_images

    space: Any = SPACES.build(config.space.name, config.space.options)
    if not isinstance(space, RelaxableSpace):
        raise UsageError(
            f"strategy {config.strategy.name!r} trains a supernet, and space {config.space.name!r} has none; take "
            f"{', '.join(_relaxable())}, or another strategy"
        )
    images = open_images(config.data, data_root=Path(config.data_root) if config.data_root else None, download=download)
    objective = SUPERNET_OBJECTIVES.build(config.fitness.name, config.fitness.options, source=images)
    search = STRATEGIES.build(config.strategy.name, config.strategy.options)
    return GradientPlugins(space, objective, search, images)


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

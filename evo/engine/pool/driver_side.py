"""What workers on other machines must have in common with the driver, and what travels there for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evo.cluster.sameness import Inquiry, WorkerFacts, difference, facts_of, inquiry_of
from evo.cluster.shipped_images import send_images
from evo.cluster.shipping import modules_env
from evo.engine.named_modules import SCORED_BY, named_modules
from evo.records.config import SearchConfig
from evo.records.resources import Resources
from tasks import ImageSource


@dataclass(frozen=True)
class DriverSide:
    """What the workers of a pool are compared with and are sent.

    inquiry: what they look at; facts: what the driver finds there itself; images: the driver's
    runtime_env: what their processes need for the modules that were sent
    """

    inquiry: Inquiry
    facts: WorkerFacts
    images: ImageSource
    runtime_env: Mapping[str, Any]

    def check(self, facts: object) -> str | None:
        """Return why a worker that has said what it is must take no trial; None where it is as the driver is."""
        assert isinstance(facts, WorkerFacts)  # what ``ready`` of a worker returns
        return difference(facts, self.facts, self.images)


def driver_side(
    config: SearchConfig,
    objects: Mapping[str, object],
    images: ImageSource,
    resources: Resources,
    *,
    axes: tuple[str, ...] = SCORED_BY,
) -> DriverSide:
    """Return what a pool of a search has to know of this process, and send what its workers may lack.

    objects: the caller's own plug-ins, by axis; axes: those that the workers make
    Where Ray was started by this process alone, all workers are on this machine, and nothing is sent.
    """
    modules = named_modules(config, objects, axes)
    env = _sent(modules, resources)
    parcel = send_images(images) if resources.joined and resources.ship_images else None
    inquiry = inquiry_of(modules, images, parcel)
    return DriverSide(inquiry, facts_of(inquiry, images), images, env)


def code_env(
    config: SearchConfig, objects: Mapping[str, object], resources: Resources, *, axes: tuple[str, ...]
) -> Mapping[str, Any]:
    """Send the modules of plug-ins to where they may be missing; return the runtime environment that holds them."""
    return _sent(named_modules(config, objects, axes), resources)


def _sent(modules: tuple[str, ...], resources: Resources) -> Mapping[str, Any]:
    return modules_env(modules) if resources.joined else {}

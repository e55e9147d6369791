"""Whether a space builds networks for the images of a run, told before the first trial."""

from typing import TYPE_CHECKING, Any

from tasks.foundation.errors import UsageError, first_line

if TYPE_CHECKING:
    from spaces import SearchSpace
    from tasks import ImageSource

TRIED = 3
"""Candidates of which one has to be buildable."""


def check_fit(space: "SearchSpace[Any]", images: "ImageSource", *, named: str, data: str) -> None:
    """Raise UsageError where images of another size or number of channels than usual suit no network of a space.

    named, data: how the space and the images are called. A space that cannot sample before it is prepared is not asked.
    """
    from fitness.base import network_shape
    from spaces import InputSpec, NetworkSpace
    from tasks import derive_rng

    if not isinstance(space, NetworkSpace):
        return
    shape = network_shape(images, space)
    if not isinstance(shape[0], InputSpec) or shape[0] == InputSpec():
        return
    rng, refusals = derive_rng(0, "images", "fit"), []
    for _ in range(TRIED):
        reason = _refusal(space, rng, shape)
        if reason is None:
            return
        refusals.append(reason)
    size, channels = shape[0].size, shape[0].channels
    raise UsageError(
        f"--data {data}: space {named!r} builds no network for images of {size} x {size} pixels and {channels} "
        f"channels: {refusals[0]}"
    )


def _refusal(space: Any, rng: Any, shape: Any) -> str | None:
    """Return why a sampled candidate cannot be built, None where it can be, or fails in another way."""
    from spaces import count_complexity

    try:
        count_complexity(space, space.sample(rng), *shape)
    except ValueError as error:
        return first_line(error)
    except Exception:  # a row of the run will tell
        return None
    return None

"""The limits that a configuration sets to the size of networks, ready to count."""

from collections.abc import Callable
from functools import partial
from typing import Any

from evo.constraints.constraint import constraints_of
from evo.constraints.size_limits import Count, SizeLimits
from evo.constraints.size_options import FLAG, shown_size
from evo.engine.evaluator import describe
from evo.engine.plugins import table_of
from evo.records.config import SearchConfig
from spaces import (
    Complexity,
    InputSpec,
    NetworkSpace,
    PreparedSpace,
    SearchSpace,
    SequenceSpec,
    network_complexity,
    reads_sequences,
)
from tasks import ImageSource, derive_rng
from tasks.foundation.errors import UsageError

PROBED = 20
"""Candidates drawn of which one at least must be countable at the size that is asked for."""

NUM_OUTPUTS = 10
"""Outputs of networks that are counted without images."""

Counting = Callable[[SearchSpace[Any]], Count]
"""How candidates of a space are counted."""


def on_images(images: ImageSource) -> Counting:
    """Return how candidates are counted whose networks read these images."""
    return lambda space: partial(describe, space, images)


def without_images(space: SearchSpace[Any]) -> Count:
    """Return how candidates are counted where there are no images, as if for CIFAR-10."""
    sequence = SequenceSpec()
    shape = (sequence, sequence.width) if reads_sequences(space) else (InputSpec(), NUM_OUTPUTS)
    return partial(_counted, space, shape)


def _counted(space: SearchSpace[Any], shape: tuple[InputSpec | SequenceSpec, int], text: str) -> Complexity | None:
    """Return the size of a candidate's network, None where there is none, or it cannot be built."""
    if not isinstance(space, NetworkSpace):
        return None
    try:
        return network_complexity(space, space.decode(text), *shape)
    except Exception:  # a candidate that cannot be built is its trial's to tell of
        return None


def size_limits(config: SearchConfig, space: SearchSpace[Any], counting: Counting) -> SizeLimits | None:
    """Return the limits of a configuration, None where it has none.

    Raises UsageError for a space without networks, and where its candidates cannot be counted at the size asked for.
    """
    if not config.constraints:
        return None
    constraints = constraints_of(config.constraints)
    if not isinstance(space, NetworkSpace):
        bounds = " ".join(map(str, constraints))
        raise UsageError(f"--constraint {bounds}: space {config.space.name!r} builds no networks; leave it out")
    if not config.constraint_size:
        return SizeLimits(constraints, counting(space))
    options = {**config.space.options, **config.constraint_size}
    limits = SizeLimits(constraints, counting(space), counting(table_of("space").build(config.space.name, options)))
    _check_countable(config, space, limits)
    return limits


def constraint_lines(config: SearchConfig) -> list[str]:
    """Return the limits of a configuration in a line, no line for none."""
    if not config.constraints:
        return []
    size = f" at {shown_size(config.constraint_size)}" if config.constraint_size else ""
    return [f"constraints: {', '.join(config.constraints)}{size}; what is outside is not tried"]


def _check_countable(config: SearchConfig, space: SearchSpace[Any], limits: SizeLimits) -> None:
    """Raise UsageError where no candidate can be counted; one that has to be prepared is not asked for any."""
    if isinstance(space, PreparedSpace):
        return
    rng = derive_rng(0, "constraint size")
    if all(limits.size(space.encode(space.sample(rng))) is None for _ in range(PROBED)):
        raise UsageError(
            f"{FLAG} {shown_size(config.constraint_size)}: none of {PROBED} candidates of space {config.space.name!r} "
            "can be built there; give options that change how large networks are, and not which there are"
        )

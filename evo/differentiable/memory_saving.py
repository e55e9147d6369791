"""Which options let a supernet train in less memory, and what it would need with each.

All sizes are bytes.
"""

from collections.abc import Mapping

from evo.differentiable.bilevel.memory import MemoryEstimate
from evo.differentiable.bilevel.settings import GradientSettings, divisions
from evo.engine.pool.memory_limit import GIB


def saving_options(
    estimate: MemoryEstimate, settings: GradientSettings, free: int, *, divisible: bool
) -> dict[str, int]:
    """Return what is needed with each option that saves memory, and with both where neither fits alone.

    divisible: whether the objective allows micro-batches, of which as few are taken as fit into what is free, or as
    many as there can be
    """
    now, found = estimate.under(settings), dict[str, int]()
    if not settings.checkpointing:
        found[_CHECKPOINTING] = estimate.needed(checkpointing=True, micro_batches=settings.micro_batches)
    if divisible:
        found |= _divided(estimate, settings, free, checkpointing=settings.checkpointing)
    if divisible and not settings.checkpointing and min(found.values()) > free:
        both = _divided(estimate, settings, free, checkpointing=True)
        found |= {f"{_CHECKPOINTING} with {name}": needed for name, needed in both.items()}
    return {name: needed for name, needed in found.items() if needed < now}


_CHECKPOINTING = "strategy.checkpointing=true"


def _divided(estimate: MemoryEstimate, settings: GradientSettings, free: int, *, checkpointing: bool) -> dict[str, int]:
    needed = {
        count: estimate.needed(checkpointing=checkpointing, micro_batches=count)
        for count in divisions(settings.batch)
        if count > settings.micro_batches
    }
    if not needed:
        return {}
    count = next((count for count, each in needed.items() if each <= free), max(needed))
    return {f"strategy.micro_batches={count}": needed[count]}


def described_saving(options: Mapping[str, int]) -> str:
    """Return what each option would need, as the beginning of an advice; empty for none."""
    told = ", ".join(f"{name} about {needed / GIB:.1f} GiB" for name, needed in options.items())
    return f"{told}; or " if told else ""

"""Catches: options named that are on already, save nothing or are not allowed; more micro-batches than are needed,
figures of another option, both options where one is enough.
"""

from evo.differentiable.bilevel.memory import MemoryEstimate, StageBytes
from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.memory_saving import described_saving, saving_options
from evo.engine.pool.memory_limit import GIB

ESTIMATE = MemoryEstimate(fixed=GIB, batch=8, stages=(StageBytes(0, kept=2 * GIB, recomputed=GIB),))
"""9 GiB as it is, 5 with checkpointing, 5, 3 with 2, 4 micro-batches, 3, 2 with both."""


def saving(free: int, *, divisible: bool = True, **options: bool | int) -> dict[str, int]:
    settings = GradientSettings(batch=8, **options)  # type: ignore[arg-type]
    found = saving_options(ESTIMATE, settings, free * GIB, divisible=divisible)
    return {name: needed // GIB for name, needed in found.items()}


def test_either_option_is_named_with_as_few_micro_batches_as_fit() -> None:
    assert saving(5) == {"strategy.checkpointing=true": 5, "strategy.micro_batches=2": 5}
    assert saving(4) == {"strategy.checkpointing=true": 5, "strategy.micro_batches=4": 3}


def test_both_are_named_where_neither_fits_alone() -> None:
    alone = {"strategy.checkpointing=true": 5, "strategy.micro_batches=4": 3}
    assert saving(2) == {**alone, "strategy.checkpointing=true with strategy.micro_batches=4": 2}


def test_what_is_on_or_not_allowed_is_not_named() -> None:
    assert saving(2, divisible=False) == {"strategy.checkpointing=true": 5}
    assert saving(3, checkpointing=True) == {"strategy.micro_batches=2": 3}
    assert saving(2, micro_batches=4) == {"strategy.checkpointing=true": 2}
    assert saving(1, checkpointing=True, micro_batches=4) == {}
    assert saving(1, checkpointing=True, divisible=False) == {}


def test_the_advice_says_what_each_would_need() -> None:
    assert described_saving({}) == ""
    assert described_saving({"a=1": GIB, "b=2": 3 * GIB // 2}) == "a=1 about 1.0 GiB, b=2 about 1.5 GiB; or "

"""Catches: a file that does not say that its batch may differ, or that its length may not."""

from evo.exporting.described import reads
from spaces import InputSpec, SequenceSpec


def test_it_is_said_what_may_differ() -> None:
    assert reads(InputSpec(1, 28)) == "reads images [batch, 1, 28, 28]"
    assert reads(SequenceSpec(width=64, length=8)) == "reads sequences [8, batch, 64]: 8 steps, no more and no fewer"

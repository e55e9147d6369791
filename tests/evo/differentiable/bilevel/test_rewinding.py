"""Catches: a decay that grows by another factor or beyond its largest value, a snapshot that later steps change, one
kept too long or forgotten too soon, one that a checkpoint loses or mixes up with the present state."""

import pytest
import torch

from evo.differentiable.bilevel.rewinding import KEPT, Snapshot, Snapshots, decayed, may_rewind
from evo.differentiable.bilevel.settings import GradientSettings

ADAPTIVE = GradientSettings(eigenvalue_every=2, stop_ratio=1.3, decay_factor=10.0, most_decay=0.03)


def kept(epochs: int) -> Snapshots:
    snapshots = Snapshots({}, {})
    for epoch in range(epochs):
        snapshots.keep(epoch, Snapshot({"supernet.weight": torch.full((2,), float(epoch))}, {"stage": epoch}))
    return snapshots


def test_the_programs_decay_grows_twice() -> None:
    assert [may_rewind(ADAPTIVE, rewinds) for rewinds in range(4)] == [True, True, False, False]
    assert [decayed(ADAPTIVE, rewinds).weight_decay for rewinds in range(3)] == pytest.approx([3e-4, 3e-3, 3e-2])
    assert decayed(ADAPTIVE, 0) == ADAPTIVE
    assert not may_rewind(GradientSettings(), 0)


def test_a_copy_is_kept_and_the_oldest_forgotten() -> None:
    values = torch.zeros(1)
    snapshots = kept(9)
    snapshots.keep(9, Snapshot({"supernet.weight": values}, {}))
    values += 1
    assert snapshots.rewind(9).tensors["supernet.weight"].item() == 0
    assert sorted(map(int, snapshots.memories())) == list(range(10 - KEPT, 10))
    with pytest.raises(KeyError):
        snapshots.rewind(9 - KEPT)


def test_what_is_behind_the_epoch_gone_back_to_is_forgotten() -> None:
    snapshots = kept(5)
    assert snapshots.rewind(2).memory == {"stage": 2}
    assert list(snapshots.memories()) == ["0", "1", "2"]
    assert sorted(snapshots.tensors()) == [f"past.{epoch}.supernet.weight" for epoch in range(3)]


def test_they_come_back_from_among_a_checkpoints_tensors() -> None:
    one, twelve = ({"supernet.weight": torch.tensor([value])} for value in (1.0, 12.0))
    snapshots = Snapshots({}, {})
    snapshots.keep(1, Snapshot(one, {"frozen": [1]}))
    snapshots.keep(12, Snapshot(twelve, {}))
    stored = {"supernet.weight": torch.tensor([99.0]), **snapshots.tensors()}
    again = Snapshots(stored, snapshots.memories())
    assert again.memories() == {"1": {"frozen": [1]}, "12": {}}
    assert again.rewind(12).tensors == twelve
    assert again.rewind(1).tensors == one

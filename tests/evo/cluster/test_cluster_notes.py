"""Catches: a note that another process of the cluster cannot read. On a real Ray of this machine."""

import pytest

from evo.cluster.cluster_notes import ClusterNotes


@pytest.mark.slow
def test_notes_are_read_replaced_and_forgotten(ray_cluster: None) -> None:
    notes = ClusterNotes()
    assert notes.read("a/1") is None
    notes.write("a/1", "one")
    notes.write("a/1", "two")
    notes.write("b/1", "ü")
    assert (notes.read("a/1"), notes.read("b/1")) == ("two", "ü")
    notes.forget("a/")
    assert (notes.read("a/1"), notes.read("b/1")) == (None, "ü")
    notes.forget("b/")

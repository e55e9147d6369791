"""Catches: a size that is a mean of several, one that the space counts otherwise and that is kept, a candidate that is
counted for nothing, a place that is not said.
"""

import numpy as np

from spaces.tables.mean_rows import MeanRows
from spaces.tables.published import OwnSizes
from spaces.tables.settled_sizes import settle_sizes

COUNTED = {"a": 10.0, "b": 20.0, "c": 30.0}


def settled(own: OwnSizes, *stated: tuple[str, float]) -> tuple[list[float], list[str]]:
    """Return the column of sizes and the notes."""
    rows = MeanRows(["size"], sizes=own.columns)
    for text, size in stated:
        rows.add(text, {"size": size})
    columns = rows.means()
    notes = settle_sizes(rows, columns, own)
    return columns["size"].tolist(), notes


def counting(asked: list[str], *, every: bool) -> OwnSizes:
    def count(text: str) -> dict[str, float]:
        asked.append(text)
        if text == "bad":
            raise ValueError("cannot be built")
        return {"size": COUNTED[text]}

    return OwnSizes(("size",), count, every)


def test_only_candidates_whose_runs_disagree_are_counted_where_counting_is_slow() -> None:
    asked: list[str] = []
    own = counting(asked, every=False)
    sizes, (note,) = settled(own, ("a", 11.0), ("b", 20.0), ("b", 22.0), ("c", 30.0), ("c", 30.0), ("b", 21.0))
    assert (sizes, asked) == ([11.0, 20.0, 30.0], ["b"])
    assert note == (
        "note: size: not averaged; 1 of 3 candidates is stated in another size than the space counts, or in several, "
        "e.g. 20 and 21 and 22 for b: the space's own count is taken, 20"
    )


def test_every_candidate_is_counted_where_that_is_quick() -> None:
    asked: list[str] = []
    own = counting(asked, every=True)
    sizes, (note,) = settled(own, ("a", 11.0), ("b", 20.0 * (1 + 5e-8)), ("c", 31.0))
    assert sizes == [10.0, 20.0 * (1 + 5e-8), 30.0]  # published in single precision is the same size
    assert asked == ["a", "b", "c"]
    assert note == (
        "note: size: not averaged; 2 of 3 candidates are stated in other sizes than the space counts, or in several, "
        "e.g. 11 for a: the space's own count is taken, 10"
    )
    assert settled(counting([], every=True), ("a", 10.0), ("a", 10.0)) == ([10.0], [])


def test_what_the_space_cannot_count_and_runs_disagree_on_has_no_size() -> None:
    for own in (counting([], every=False), OwnSizes(("size",))):
        sizes, (note,) = settled(own, ("bad", 1.0), ("bad", 2.0))
        assert np.isnan(sizes).all()
        assert note.endswith("e.g. 1 and 2 for bad: none is taken")
    assert settled(counting([], every=True), ("bad", 1.0)) == ([1.0], [])


def test_a_size_that_the_file_does_not_state_stays_away() -> None:
    sizes, notes = settled(counting([], every=True), ("a", float("nan")), ("b", 20.0))
    np.testing.assert_array_equal(sizes, [np.nan, 20.0])
    assert notes == []

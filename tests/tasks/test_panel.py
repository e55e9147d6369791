"""Catches: a panel that nothing can be ranked by, labels that come apart from their architectures, a choice that
depends on anything but its generator, a member in two parts, strata that are not."""

import numpy as np
import pytest

from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tasks.panel import Panel

TEXTS, LABELS = tuple("abcdef"), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def numbered(count: int) -> Panel:
    """Return a panel whose members are called by their labels, in no order."""
    labels = derive_rng(0, "labels").permutation(count).tolist()
    return Panel("p", tuple(map(str, labels)), tuple(map(float, labels)))


@pytest.mark.parametrize(
    ("texts", "labels", "words"),
    [
        (TEXTS[:4], LABELS[:4], "4 members; at least 5"),
        (("a", *TEXTS[:5]), LABELS, "'a' is in it 2 times"),
        (TEXTS, (*LABELS[:5], float("nan")), "the label of 'f' is nan"),
        (TEXTS, (*LABELS[:5], float("inf")), "the label of 'f' is inf"),
        (TEXTS, (7.0,) * 6, "all labels are 7"),
    ],
)
def test_what_nothing_can_be_ranked_by_is_refused(
    texts: tuple[str, ...], labels: tuple[float, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        Panel("p", texts, labels)


@pytest.mark.parametrize("stratified", [False, True])
def test_a_draw_keeps_labels_with_their_architectures_and_none_comes_twice(stratified: bool) -> None:
    panel = Panel("p", TEXTS, LABELS)
    (drawn,) = panel.draw([5], derive_rng(1), stratified=stratified)
    assert len(drawn) == 5
    assert all(LABELS[TEXTS.index(text)] == label for text, label in zip(drawn.texts, drawn.labels, strict=True))
    assert panel.draw([5], derive_rng(1), stratified=stratified) == [drawn]
    drawings = (panel.draw([5], derive_rng(seed), stratified=stratified) for seed in range(9))
    assert len({frozenset(drawn.texts) for (drawn,) in drawings}) > 1
    assert sorted(panel.draw([6], derive_rng(1))[0].texts) == list(TEXTS)


@pytest.mark.parametrize("stratified", [False, True])
def test_parts_are_disjoint_and_the_first_does_not_depend_on_the_second(stratified: bool) -> None:
    panel = numbered(40)
    first, second = panel.draw([15, 20], derive_rng(3), stratified=stratified)
    assert (len(first), len(second)) == (15, 20)
    assert not {*first.texts} & {*second.texts}
    assert panel.draw([15], derive_rng(3), stratified=stratified)[0].texts == first.texts


def test_a_stratified_draw_takes_one_of_every_group_of_labels() -> None:
    for seed in range(20):
        first, second = numbered(60).draw([20, 8], derive_rng(seed), stratified=True)
        assert sorted(label // 3 for label in first.labels) == list(range(20))  # 0 1 2 | 3 4 5 | ...
        left = sorted({*map(float, range(60))} - {*first.labels})
        assert sorted(left.index(label) // 5 for label in second.labels) == list(range(8))


def test_members_of_a_group_are_equally_likely() -> None:
    drawn = [
        label for seed in range(900) for label in numbered(15).draw([5], derive_rng(seed), stratified=True)[0].labels
    ]
    assert np.bincount(np.array(drawn, dtype=int) % 3) == pytest.approx([1500] * 3, rel=0.07)


@pytest.mark.parametrize("sizes", [[4], [7], [6, 5], [5, 1]])
def test_sizes_out_of_range_are_refused(sizes: list[int]) -> None:
    words = " \\+ ".join(map(str, sizes))
    with pytest.raises(UsageError, match=f"6 members; 5 to all of them, not {words}"):
        Panel("p", TEXTS, LABELS).draw(sizes, derive_rng(1))


def test_equal_labels_of_those_that_are_drawn_are_refused() -> None:
    panel = Panel("p", tuple(map(str, range(1000))), (1.0, *[0.0] * 999))
    with pytest.raises(UsageError, match="p, 5 of its members: all labels are 0"):
        panel.draw([5], derive_rng(1))

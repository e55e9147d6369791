"""Catches: a panel that nothing can be ranked by, labels that come apart from their architectures, a choice that
depends on anything but its generator."""

import pytest

from tasks import derive_rng
from tasks.errors import UsageError
from tasks.panel import Panel

TEXTS, LABELS = tuple("abcdef"), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


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


def test_a_choice_keeps_labels_with_their_architectures_and_none_comes_twice() -> None:
    panel = Panel("p", TEXTS, LABELS)
    chosen = panel.choose(5, derive_rng(1))
    assert len(chosen) == 5
    assert all(LABELS[TEXTS.index(text)] == label for text, label in zip(chosen.texts, chosen.labels, strict=True))
    assert chosen == panel.choose(5, derive_rng(1))
    assert len({panel.choose(5, derive_rng(seed)).texts for seed in range(9)}) > 1
    assert sorted(panel.choose(6, derive_rng(1)).texts) == list(TEXTS)


@pytest.mark.parametrize("size", [4, 7])
def test_a_choice_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(UsageError, match=f"6 members; 5 to all of them, not {size}"):
        Panel("p", TEXTS, LABELS).choose(size, derive_rng(1))

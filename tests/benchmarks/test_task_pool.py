"""Catches: tasks that lack a draw or architectures, published ones among the random, failures that rank high, rows in
another order, a drawn pool whose correlations are not those it was asked for, members that are judged as others."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.foundation.errors import UsageError
from tests.benchmarks.drawn_panels import draw_panels, stratified_panels
from tests.benchmarks.drawn_pool import LABEL, OTHER, SIZE, Drawing, draw_pool
from tests.benchmarks.task_pool import LABELS, read_pool

SCORED = [  # task, candidate, draw, score
    *[("one", each, 0, float(number)) for number, each in enumerate("abc")],
    *[("one", each, 1, float(number)) for number, each in enumerate("abc")],
    ("two", "c", 0, 5.0),
    ("two", "b", 0, None),
    ("two", "a", 0, 4.0),
    *[("preset=N", each, 0, 7.0) for each in "abc"],
    ("partly", "a", 0, 1.0),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    pool, rows = tmp_path / "pool-x.parquet", tmp_path / "rows-x.parquet"
    columns = zip(*SCORED, strict=True)
    pq.write_table(pa.table(dict(zip(("task", "candidate", "draw", "score"), map(list, columns), strict=True))), pool)
    known = {"candidate": ["d", "c", "b", "a"], "label": [9.0, 3, None, 1], "params": [9.0, 30, 20, 10]}
    known["zen"] = [9.0, np.nan, 2, 1]
    pq.write_table(pa.table(known).replace_schema_metadata({LABELS: b"label"}), rows)
    return pool, rows


def test_whole_tasks_are_read_in_the_order_of_the_architectures(files: tuple[Path, Path]) -> None:
    pool = read_pool(*files)
    assert pool.scores.tolist() == [[[0.0, 1.0, 2.0]], [[4.0, -np.inf, 5.0]]]
    assert {name: scores.tolist() for name, scores in pool.published.items()} == {"N": [[7.0, 7.0, 7.0]]}
    assert pool.others["params"].tolist() == [10.0, 20.0, 30.0]
    assert pool.others["zen"].tolist() == [1.0, 2.0, -np.inf]
    assert list(pool.sizes) == ["params"]


def test_architectures_without_the_label_are_left_out(files: tuple[Path, Path]) -> None:
    pool = read_pool(*files).labelled("label")
    assert pool.labels["label"].tolist() == [1.0, 3.0]
    assert pool.scores.tolist() == [[[0.0, 2.0]], [[4.0, 5.0]]]
    assert pool.published["N"].shape == (1, 2)
    assert pool.others["params"].tolist() == [10.0, 30.0]


def test_too_few_tasks_of_two_draws_and_unknown_labels_are_refused(files: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="has 1 tasks with 2 whole draws"):
        read_pool(*files, draws=2)
    with pytest.raises(UsageError, match="no column of labels 'no'"):
        read_pool(*files, labels=["no"])


def test_a_drawn_pool_correlates_as_it_was_asked_to() -> None:
    drawing = Drawing(tasks=2, archs=20_000, worth=0.6, spread=0.0, shared=0.5, luck=0.4, size=0.5, common=0.8)
    pool = draw_pool(drawing, np.random.default_rng(0))
    label, size, (one, other) = pool.labels[LABEL], pool.others[SIZE], pool.scores
    error = 1 - 0.6**2
    for ours, theirs, expected in (
        (one[0], label, 0.6),
        (pool.published["N"][0], label, 0.6),
        (pool.others[OTHER], label, 0.5),
        (size, label, 0.5),
        (one[0], other[0], 0.6**2 + error * 0.5),
        (one[0], one[1], 0.6**2 + error * (0.5 + 0.5 * 0.6)),
        (one[0], size, 0.6 * 0.5 + np.sqrt(error * 0.5 * (1 - 0.5**2)) * 0.8),
    ):
        assert np.corrcoef(ours, theirs)[0, 1] == pytest.approx(expected, abs=0.02)


def test_members_and_others_are_all_architectures_and_judged_apart() -> None:
    panels = draw_panels(12, 3, size=5, count=4, rng=np.random.default_rng(0))
    assert all(set(one) | set(rest) == set(range(12)) for one, rest in zip(panels.members, panels.others, strict=True))
    assert panels.others.shape == (4, 7)
    assert np.sort(panels.order, axis=1).tolist() == [[0, 1, 2]] * 4
    label = np.arange(12.0)
    scores = np.stack([label, -label])
    scores[0, panels.members[2]] = 99.0
    assert panels.on_others(scores, label)[2].tolist() == pytest.approx([1, -1])
    assert (panels.on_members(scores)[2, 0] == 99.0).all()
    assert panels.on_members(scores).shape == (4, 2, 5)


def test_stratified_members_are_one_of_each_group() -> None:
    by = np.random.default_rng(1).permutation(20).astype(float)
    panels = stratified_panels(by, 3, size=5, count=6, rng=np.random.default_rng(0))
    assert (np.sort(by[panels.members] // 4, axis=1) == np.arange(5)).all()
    assert {*map(len, map(set, np.hstack([panels.members, panels.others])))} == {20}

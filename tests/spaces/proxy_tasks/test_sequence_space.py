"""Catches: a text that means another task, sizes other than the published ones, sequences of nothing, dots that get
lost where the dimension changes, tasks taken for those of images."""

from collections import Counter
from collections.abc import Callable
from statistics import mean

import numpy as np
import pytest
from scipy.stats import chisquare

from spaces import reads_sequences
from spaces.proxy_tasks import basis_blocks
from spaces.proxy_tasks.sequence_space import SequenceTasks
from tasks import SequenceTask
from tasks.regression.proxy_task import Noise, NoiseKind
from tasks.regression.signal_bases import Dot, GDot, Sin2D

SPACE = SequenceTasks()
TASKS = 3_000

WAVES = "0.156/0.1759/0.2519/0.2745/0.3003/0.3223/0.3397/0.3439/0.3904/0.4678"
TEXT = f"noise=uniform~0.6:dimension=48:input=sin2d~1.9~local~{WAVES},dot~2.8~local~384:target=gdot~0.7~local~1"
TASK = SequenceTask(
    "searched",
    Noise(NoiseKind.UNIFORM, 0.6),
    input=(Sin2D(1.9, tuple(map(float, WAVES.split("/")))), Dot(2.8, 1.0)),
    target=(GDot(0.7, 1 / 384),),
    dimension=48,
)


def test_the_text_lists_noise_dimension_and_both_tensors() -> None:
    assert SPACE.decode(TEXT) == TASK
    assert SPACE.encode(TASK) == TEXT


def test_its_tasks_are_for_sequences() -> None:
    assert reads_sequences(SPACE)
    assert isinstance(SPACE.to_task(TASK), SequenceTask)


@pytest.fixture(scope="module")
def families() -> list[tuple[SequenceTask, SequenceTask]]:
    rng = np.random.default_rng(5)
    parents = [SPACE.sample(rng) for _ in range(TASKS)]
    return [(parent, SPACE.mutate(parent, rng)) for parent in parents]


def test_other_settings_of_tasks_are_the_published_ones(families: list[tuple[SequenceTask, SequenceTask]]) -> None:
    assert {(task.name, task.length, task.batch_size) for pair in families for task in pair} == {("searched", 8, 16)}


def test_dimensions_are_equally_likely_and_drawn_anew_with_probability_one_fifth(
    families: list[tuple[SequenceTask, SequenceTask]],
) -> None:
    counts = Counter(parent.dimension for parent, _ in families)
    assert set(counts) == {16, 32, 48, 64, 80, 96}
    assert chisquare(list(counts.values())).pvalue > 1e-3
    # Of all draws, (1 - .189) * (5/6) * (1 - .15)**8 = .18 change nothing and do not count.
    changed = mean(child.dimension != parent.dimension for parent, child in families)
    assert changed == pytest.approx(1 / 6 / (1 - 0.18), abs=0.03)


def test_each_basis_is_in_8_of_15_tensors(families: list[tuple[SequenceTask, SequenceTask]]) -> None:
    # On with probability .5 each, given that not all four are off: .5 / (1 - 1/16).
    tensors = [bases for parent, _ in families for bases in (parent.input, parent.target)]
    for kind in ("sin1d", "sin2d", "dot", "gdot"):
        shares = mean(any(basis.kind == kind for basis in bases) for bases in tensors)
        assert shares == pytest.approx(8 / 15, abs=0.026)


def test_pixels_are_those_of_the_dimension(families: list[tuple[SequenceTask, SequenceTask]]) -> None:
    for task in (task for pair in families for task in pair):
        counts = [basis.partial * 8 * task.dimension for basis in task.input + task.target if hasattr(basis, "partial")]
        assert all(count == round(count) >= 1 for count in counts)


@pytest.mark.parametrize("make", [lambda rng: SPACE.sample(rng), lambda rng: SPACE.mutate(TASK, rng)])
def test_tensors_without_a_basis_are_drawn_again(
    make: Callable[[np.random.Generator], SequenceTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis_blocks, "P_ON", 0.1)
    tasks = [make(np.random.default_rng(seed)) for seed in range(40)]
    assert all(task.input and task.target for task in tasks)


def test_a_dot_keeps_its_share_of_more_or_fewer_values() -> None:
    found: dict[int, set[float]] = {}
    for seed in range(400):
        child = SPACE.mutate(TASK, np.random.default_rng(seed))
        kept = [basis for basis in child.target if basis.kind == "gdot" and basis.level == 0.7]
        found.setdefault(child.dimension, set()).update(basis.partial for basis in kept)  # type: ignore[union-attr]
    assert found[48] == {1 / 384}
    assert 1 / 128 in found[16]  # a third of a pixel becomes one
    assert 2 / 768 in found[96]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("gdot~0.7~local~1", ""), "^the target has no basis; .* give it one$"),
        (f"noise=none:dimension=16:input=:target={TEXT.rpartition('=')[2]}", "^the input has no basis; "),
        ("noise=none:dimension=16:input=:target=", "^the input has no basis; "),
        (TEXT.replace("48", "50"), "dimension='50': one of 16, 32, 48, 64, 80, 96 is needed"),
        (TEXT.replace("384", "385"), "^input: pixels='385': a whole number from 1 to 384 is needed"),
        (TEXT.replace("gdot~0.7~local~1", "resize~0.7"), "^target: unknown basis 'resize'"),
        (TEXT.replace("local~1", "global~1"), "^target: share='global': local is needed"),
        (TEXT.replace("target", "output"), "does not have the form noise=...:dimension=...:input=...:target=..."),
        ("preset=combo", "unknown preset 'combo'; did you mean 'nlp_combo'"),
        (TASK.to_json(), "does not have the form"),
    ],
)
def test_a_text_of_no_task_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        SPACE.decode(text)
    assert len(str(caught.value).splitlines()) == 1

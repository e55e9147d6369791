"""Catches: a text that means another task, channels other than the published ones, mutation of more or fewer blocks
than published, an empty task, stages that must all have a basis."""

from collections import Counter
from collections.abc import Callable
from statistics import mean

import numpy as np
import pytest
from scipy.stats import chisquare

from spaces import reads_sequences
from spaces.proxy_tasks import basis_blocks
from spaces.proxy_tasks.space import ProxyTasks
from tasks import ProxyTask, load_task
from tasks.regression.proxy_task import Noise, NoiseKind, StageTask
from tasks.regression.signal_bases import Dot, Resize, Sin1D

SPACE = ProxyTasks()
CHILDREN = 3_000

WAVES = "0.0352/0.0392/0.0401/0.055/0.0669/0.0695/0.0722/0.08/0.1047/0.146"
TEXT = f"noise=gaussian~0.8:stage1=0.5:stage2=1.5,sin1d~2.6~global~{WAVES},resize~1.5:stage3=0.75,dot~1.2~local~28"
TASK = ProxyTask(
    "searched",
    Noise(NoiseKind.GAUSSIAN, 0.8),
    (
        StageTask(0.5),
        StageTask(1.5, (Sin1D(2.6, tuple(map(float, WAVES.split("/"))), local=False), Resize(1.5))),
        StageTask(0.75, (Dot(1.2, 28 / 64),)),
    ),
)


def test_the_text_lists_noise_and_stages() -> None:
    assert SPACE.decode(TEXT) == TASK
    assert SPACE.encode(TASK) == TEXT


def test_its_tasks_are_for_images() -> None:
    assert not reads_sequences(SPACE)
    assert isinstance(SPACE.to_task(TASK), ProxyTask)


def test_other_settings_of_tasks_are_the_published_ones() -> None:
    task = SPACE.sample(np.random.default_rng(0))
    assert (task.name, task.stage_weights) == ("searched", None)
    assert (task.base_channels, task.output_size, task.batch_size) == (64, 8, 16)


@pytest.fixture(scope="module")
def families() -> list[tuple[ProxyTask, ProxyTask]]:
    rng = np.random.default_rng(5)
    parents = [SPACE.sample(rng) for _ in range(CHILDREN)]
    return [(parent, SPACE.mutate(parent, rng)) for parent in parents]


def test_each_stage_has_each_number_of_channels_equally_often(families: list[tuple[ProxyTask, ProxyTask]]) -> None:
    for stage in range(3):
        counts = Counter(parent.channels[stage] for parent, _ in families)
        assert set(counts) == {16, 32, 48, 64, 80, 96}
        assert chisquare(list(counts.values())).pvalue > 1e-3


def test_one_stage_of_32_has_no_basis(families: list[tuple[ProxyTask, ProxyTask]]) -> None:
    empty = [not stage.bases for parent, _ in families for stage in parent.stages]
    assert mean(empty) == pytest.approx(1 / 32, abs=4 * (1 / 32 / len(empty)) ** 0.5)


def test_a_mutation_changes_the_published_share_of_blocks(families: list[tuple[ProxyTask, ProxyTask]]) -> None:
    # Drawn anew with probability .2, a block is the same again: noise in .1 * .1 + 18 * .05 * .05 = .055 of cases,
    # channels in 1/6, a basis where it is off twice, .25, or a resize on twice with the same level, .01. So nothing
    # changes in (1 - .189) * (5/6)**3 * (1 - .15)**12 * (1 - .148)**3 = .0413 of all draws, which do not count.
    counted = 1 - 0.0413
    assert mean(child.noise != parent.noise for parent, child in families) == pytest.approx(0.189 / counted, abs=0.03)
    assert mean(changed_channels(*pair) for pair in families) == pytest.approx(3 / 6 / counted, abs=0.05)
    assert mean(changed_bases(*pair) for pair in families) == pytest.approx((12 * 0.15 + 3 * 0.148) / counted, abs=0.1)
    assert all(child != parent for parent, child in families)


def changed_channels(parent: ProxyTask, child: ProxyTask) -> int:
    return sum(before != after for before, after in zip(parent.channels, child.channels, strict=True))


def changed_bases(parent: ProxyTask, child: ProxyTask) -> int:
    stages = zip(parent.stages, child.stages, strict=True)
    return sum(len({basis.kind for basis in set(before.bases) ^ set(after.bases)}) for before, after in stages)


@pytest.mark.parametrize("make", [lambda rng: SPACE.sample(rng), lambda rng: SPACE.mutate(TASK, rng)])
def test_a_task_without_any_basis_is_drawn_again(
    make: Callable[[np.random.Generator], ProxyTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis_blocks, "P_ON", 0.02)  # three of four tasks would be empty
    tasks = [make(np.random.default_rng(seed)) for seed in range(40)]
    assert all(any(stage.bases for stage in task.stages) for task in tasks)
    assert any(not stage.bases for task in tasks for stage in task.stages)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("noise=none:stage1=0.25:stage2=0.25:stage3=0.25", "^no stage has a basis; .* give it one$"),
        (TEXT.replace("stage3", "stage4"), "does not have the form noise=...:stage1=...:stage2=...:stage3=..."),
        (TEXT.rpartition(":")[0], "does not have the form"),
        (f"{TEXT}:stage4=1.0", "does not have the form"),
        (f"{TEXT}:weights=1.0,1.0,1.0", "does not have the form"),
        (
            TEXT.replace("0.75", "0.8"),
            r"^stage3: channel_ratio='0\.8': one of 0\.25, 0\.5, 0\.75, 1\.0, 1\.25, 1\.5 is",
        ),
        (TEXT.replace("28", "0"), r"^stage3: pixels='0': a whole number from 1 to 64"),
        (TEXT.replace("0.8", "1.0", 1), r"^noise='gaussian~1\.0': none, or"),
        (f"{TEXT},", "^stage3: unknown basis ''"),
        ("preset=", r"unknown preset '' \(known: D, N, R, combo, single\)"),
        ("preset=n", "unknown preset 'n'"),
        ("preset=nlp_combo", "unknown preset 'nlp_combo'"),
        (TASK.to_json(), "does not have the form"),
        ("[" * 999, "does not have the form"),
        ("[" * 100_000, "a text of 100,000 characters; a task has at most 1,000"),
    ],
)
def test_a_text_of_no_task_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        SPACE.decode(text)
    assert len(str(caught.value).splitlines()) == 1


def test_the_fullest_task_is_not_too_long() -> None:
    waves = f"sin1d~2.9~global~{'/'.join(['0.4999'] * 10)}"
    stage = f"1.25,{waves},{waves.replace('1d', '2d')},resize~2.9,dot~2.9~global~64,gdot~2.9~global~64"
    text = f"noise=gaussian~0.9:stage1={stage}:stage2={stage}:stage3={stage}"
    assert SPACE.encode(SPACE.decode(text)) == text


def test_weights_are_part_of_a_presets_key() -> None:
    assert SPACE.key(load_task("single")).endswith(":stage3=1.0,dot~1.0~local~64:weights=0.0,0.0,1.0")

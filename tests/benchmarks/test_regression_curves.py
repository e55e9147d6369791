"""Catches: a curve that is not that of the fitness, judging that changes what is trained after it, its seconds among
those of training, networks trained twice or left out, lengths and parts that are none.
"""

import json
from pathlib import Path

import pytest
import torch

from evo.records.trial import evaluation_seed
from fitness import EvalContext
from fitness.regression.fitness import RegressionFitness
from spaces.nasbench201.space import NasBench201
from tasks import UsageError, derive_rng
from tasks.images.noise import NoiseImages
from tests.benchmarks.regression_curves import CurveRegression, main, part_of, steps_of

SPACE, IMAGES = NasBench201(stem_channels=4, cells_per_stage=1), NoiseImages(8)
CELL = "|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|skip_connect~0|nor_conv_3x3~1|avg_pool_3x3~2|"


def context() -> EvalContext:
    return EvalContext(SPACE, IMAGES, 0, derive_rng(evaluation_seed(0, CELL)), torch.device("cpu"))


def test_every_length_has_the_score_of_a_training_of_that_length() -> None:
    curve = CurveRegression(task="N", steps=1).curve(SPACE.decode(CELL), context(), [2, 4])
    for steps in (2, 4):
        for kind in ("running", "batch", "fresh"):
            fitness = RegressionFitness(task="N", steps=steps, statistics=kind)  # type: ignore[arg-type]
            assert curve.scores[steps][kind] == fitness(SPACE.decode(CELL), context()).value
    assert len(curve.losses) == 4
    # after three steps the loss of the next one is what the batch's own statistics give, but for its noise
    assert curve.losses[2] == pytest.approx(-curve.scores[2]["batch"], rel=1e-5)
    assert 0 < curve.cpu_s[2] < curve.cpu_s[4]
    assert curve.params > 1_000


def test_networks_that_are_known_are_not_trained_again_and_parts_share_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [CELL.replace("avg_pool_3x3", name) for name in ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3")]
    rows = [f'"{cell}",{number}' for number, cell in enumerate([*cells, CELL])]
    (tmp_path / "t.csv").write_text(
        "\n".join(["candidate,label", *rows, *[f'"{_other(n)}",9' for n in range(5)]]) + "\n"
    )
    asked = ["--space", "nasbench201(stem_channels=4,cells_per_stage=1)", "--table", str(tmp_path / "t.csv")]
    more = [*asked, "--metric", "label", "--sample", "5", "--at", "1", "--data", "noise", "--image-size", "8"]
    found = {}
    for part in ("1/2", "2/2"):
        out = tmp_path / f"{part[0]}.jsonl"
        assert main([str(out), *more, "--part", part]) == 0
        found[part] = [json.loads(line)["candidate"] for line in out.read_text().splitlines()]
    assert [len(each) for each in found.values()] == [3, 2]
    assert len({*found["1/2"], *found["2/2"]}) == 5
    capsys.readouterr()
    assert main([str(tmp_path / "1.jsonl"), *more, "--part", "1/2"]) == 0
    assert capsys.readouterr().out == ""


def _other(number: int) -> str:
    return CELL.replace(
        "nor_conv_1x1", ("none", "skip_connect", "nor_conv_3x3", "avg_pool_3x3", "none")[number]
    ).replace("avg_pool_3x3~2", "none~2" if number == 4 else "avg_pool_3x3~2")


def test_what_names_no_lengths_or_part_is_refused() -> None:
    assert steps_of("30,10") == [10, 30]
    assert part_of("2/3") == (1, 3)
    for text in ("", "0", "1,x"):
        with pytest.raises(UsageError, match="--at"):
            steps_of(text)
    for text in ("", "0/2", "3/2", "1"):
        with pytest.raises(UsageError, match="--part"):
            part_of(text)

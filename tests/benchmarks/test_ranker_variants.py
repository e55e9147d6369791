"""Catches: a variant that learns as ``small`` does, other members for each variant, an unknown one that is taken."""

from pathlib import Path

import pytest

from fitness.predictors.ranker import predictor
from fitness.predictors.ranker.settings import SMALL
from tests.benchmarks.ranker_variants import VARIANTS, main


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """Options for some cells whose label is the number of 3x3 convolutions."""
    names = ["nor_conv_3x3", "none", "nor_conv_1x1"]
    rows = []
    for number in range(3**3):
        a, b, c = (names[number // 3**place % 3] for place in range(3))
        text = f"|{a}~0|+|{b}~0|{c}~1|+|none~0|none~1|skip_connect~2|"
        rows.append(f"{text},{sum(name == names[0] for name in (a, b, c))}")
    (tmp_path / "t.csv").write_text("\n".join(["candidate,accuracy", *rows]))
    space = ["--space", "nasbench201", "--table", str(tmp_path / "t.csv"), "--metric", "accuracy"]
    return [*space, "--members", "15", "--seeds", "1"]


def test_every_variant_differs_from_small_in_one_way_or_more() -> None:
    assert VARIANTS["small"].size() == SMALL
    assert not VARIANTS["small"].options
    known = [(variant.size(), tuple(variant.options.items())) for variant in VARIANTS.values()]
    assert len(set(known)) == len(VARIANTS)


@pytest.mark.slow
def test_a_row_for_each_variant(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    usual = predictor.settings_of
    assert main([*asked, "--variants", "epochs 20;width 128"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "**nasbench201, accuracy: 15 members learnt from, 12 judged**" in lines
    shown = [line.split("|")[1:7] for line in lines[-2:]]
    assert [row[0] for row in shown] == ["epochs 20", "width 128"]
    assert shown[0][1:5] != shown[1][1:5]
    assert all(-1 <= float(row[1]) <= 1 for row in shown)
    assert predictor.settings_of is usual


def test_an_unknown_variant_is_refused(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*asked, "--variants", "tiny"]) == 2
    assert "--variants 'tiny': there are small; epochs 20;" in capsys.readouterr().err

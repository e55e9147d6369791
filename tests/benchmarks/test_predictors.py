"""Catches: a statistic that is turned round or counts ties wrongly, members that are learnt from and judged, a result
that is measured twice or taken for that of other settings, a mean over other rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.predictors import (
    Result,
    judge,
    known_results,
    main,
    page,
    parser,
    task_of,
)

ROW = Result("s", "t", "m", "trees", 0, 10, 90, 0.5, 0.25, 1.0, 3.0, 2.0, 1.0, 0.0)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Labels that the words tell: the number of 3x3 convolutions, and one cell without a label."""
    names = ["nor_conv_3x3", "none", "nor_conv_1x1"]
    rows = []
    for number in range(3**4):
        a, b, c, d = (names[number // 3**place % 3] for place in range(4))
        text = f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|none~1|skip_connect~2|"
        rows.append(f"{text},{sum(name == names[0] for name in (a, b, c, d))}")
    rows.append("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,")
    (tmp_path / "t.csv").write_text("\n".join(["candidate,accuracy", *rows]))
    return tmp_path / "t.csv"


def asked(table: Path, *more: str) -> list[str]:
    out = str(table.parent / "results.parquet")
    return [
        "--space",
        "nasbench201",
        "--table",
        str(table),
        "--metric",
        "accuracy",
        "--members",
        "40",
        "--out",
        out,
        *more,
    ]


def test_scores_that_rank_as_the_labels_do_are_right_everywhere() -> None:
    labels = np.arange(200.0)
    right, wrong = judge(labels**3, labels), judge(-labels, labels)
    assert right == {"tau": 1.0, "tier_accuracy": 1.0, "top_share": 1.0, "best_rank": 1.0}
    assert wrong == {"tau": -1.0, "tier_accuracy": 0.2, "top_share": 0.0, "best_rank": 191.0}
    assert judge(labels, labels, np.zeros(200, int))["tier_accuracy"] == 0.2


def test_members_are_either_learnt_from_or_judged(table: Path) -> None:
    task = task_of(parser().parse_args(asked(table)))
    learnt, judged = task.split(0)
    assert (len(learnt), len(judged), len({*learnt, *judged})) == (40, 41, 81)
    assert task.split(1)[0].tolist() != learnt.tolist()
    assert len(task_of(parser().parse_args(asked(table, "--held-out", "7"))).split(0)[1]) == 7


def test_what_was_measured_is_not_measured_again(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--seeds", "2", "--predictors", "params,ridge(reach=1)"]
    assert main(asked(table, *more)) == 0
    first = capsys.readouterr().out
    results = known_results(table.parent / "results.parquet")
    assert [(one.predictor, one.seed) for one in results] == [
        ("params", 0),
        ("ridge(reach=1)", 0),
        ("params", 1),
        ("ridge(reach=1)", 1),
    ]
    assert all(one.tau > 0.7 for one in results if one.predictor != "params")
    assert all(one.judged == 41 for one in results)
    assert main(asked(table, *more)) == 0
    assert capsys.readouterr().out == first  # seconds, too
    assert known_results(table.parent / "results.parquet") == results
    assert main(asked(table, *more[:2], "--predictors", "params", "--held-out", "20")) == 0
    assert len(known_results(table.parent / "results.parquet")) == 6


def test_the_page_has_mean_and_deviation_of_each_predictor() -> None:
    found = page([ROW, replace(ROW, seed=1, tau=0.7), replace(ROW, predictor="params")])
    assert found.title == "s, t, m: 10 members learnt from, 90 judged, 2 seeds"
    assert [row[:2] for row in found.rows] == [("trees", "0.600 +- 0.141"), ("params", "0.500")]


def test_seconds_that_are_not_known_are_no_number(recwarn: pytest.WarningsRecorder) -> None:
    unknown = replace(ROW, scores_s=float("nan"))
    found = page([ROW, replace(ROW, predictor="a", scores_s=0.256), replace(unknown, predictor="b")])
    assert [row[-1] for row in found.rows] == ["0.00", "0.26", "-"]
    assert page([ROW, replace(unknown, seed=1)]).rows[0][-1] == "-"
    assert not recwarn.list


def test_what_is_impossible_is_refused(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*asked(table), "--members", "80"]) == 2
    assert "--members 80: the table has 81 labels; leave 5 or more" in capsys.readouterr().err
    assert main([*asked(table), "--members", "-1"]) == 2
    assert "--members -1: must be at least 1" in capsys.readouterr().err
    assert main([*asked(table), "--predictors", "tres"]) == 2
    assert "did you mean 'trees'" in capsys.readouterr().err

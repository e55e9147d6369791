"""Catches: an option that does not reach the request, one that is out of reach, a default other than the help's."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from evo.commands.rank_options import EvaluateCommand, FitCommand, PredictCommand, RankerFile, parser, read_command
from evo.ranking.request import EvaluateRequest, FitRankerRequest, PredictRequest
from tasks.foundation.errors import UsageError


def test_nothing_said_is_the_default_request() -> None:
    fit = read_command(["fit", "--out", "x.safetensors"])
    asked = FitRankerRequest(options={"space": {}, "predictor": {}})
    assert fit == FitCommand(asked, Path("x.safetensors"), force=False, quiet=False)
    ranker = RankerFile(Path("x"), None, None, trust=False, out=None, force=False)
    assert read_command(["predict", "x"]) == PredictCommand(ranker, PredictRequest())
    assert read_command(["evaluate", "x"]) == EvaluateCommand(ranker, EvaluateRequest())


def test_every_option_of_a_fit_arrives() -> None:
    words = "fit --space s --predictor p --table t.csv --panel digits --run r --metric m --lower-is-better --seed 3"
    more = "--set predictor.x=1 --set space.y=2 --sample 9 --rows A --rows-seed 2 --out o --force --trust-plugins"
    command = read_command([*words.split(), *more.split(), "--quiet"])
    assert isinstance(command, FitCommand)
    assert (command.out, command.force, command.quiet) == (Path("o"), True, True)
    assert command.request == FitRankerRequest(
        space="s",
        predictor="p",
        table=Path("t.csv"),
        panel="digits",
        run=Path("r"),
        metric="m",
        lower_is_better=True,
        seed=3,
        options={"predictor": {"x": "1"}, "space": {"y": "2"}},
        sample=9,
        rows="A",
        rows_seed=2,
        trust=True,
    )


def test_every_option_of_the_others_arrives() -> None:
    file = ["--space", "s", "--predictor", "p", "--out", "o", "--force", "--trust-plugins"]
    ranker = RankerFile(Path("x"), "s", "p", trust=True, out=Path("o"), force=True)
    rows = ["--table", "t", "--sample", "9", "--rows", "A", "--rows-seed", "2"]
    of_rows: dict[str, Any] = {"table": Path("t"), "sample": 9, "rows": "A", "rows_seed": 2}
    predict = read_command(["predict", "x", "01", *rows, *["--random", "5", "--seed", "4", "--top", "3"], "10", *file])
    asked = PredictRequest(candidates=("01", "10"), random=5, seed=4, top=3, **of_rows)
    assert predict == PredictCommand(ranker, asked)
    labels = ["--metric", "m", "--lower-is-better", "--panel", "digits", "--run", "r", "--other-labels"]
    found = read_command(["evaluate", "x", *rows, *labels, *file])
    labelled: dict[str, Any] = {
        "metric": "m",
        "lower_is_better": True,
        "panel": "digits",
        "run": Path("r"),
        "other_labels": True,
    }
    assert found == EvaluateCommand(ranker, EvaluateRequest(trust=True, **of_rows, **labelled))


@pytest.mark.parametrize("words", ["predict x --tpo 3", "predict x 01 -t", "evaluate x 01", "fit --out o 01"])
def test_what_is_no_option_and_no_candidate_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="unrecognized arguments: "):
        read_command(words.split())


@pytest.mark.parametrize("axis", ["fitness", "data"])
def test_options_are_of_space_and_predictor(axis: str) -> None:
    with pytest.raises(UsageError, match="unknown axis"):
        read_command(["fit", "--out", "o", "--set", f"{axis}.x=1"])


def test_help_names_every_default(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for name in ("fit", "predict", "evaluate"):
        with pytest.raises(SystemExit):
            parser().parse_args([name, "--help"])
        shown[name] = " ".join(capsys.readouterr().out.split())
    assert "(default: ranker)" in shown["fit"]
    assert "rows to learn from (default: all)" in shown["fit"]
    assert "of many 20 are shown" in shown["predict"]
    assert "column of labels (default: that which was learnt)" in shown["evaluate"]
    assert {field.name for field in fields(PredictRequest)} == {
        *("candidates", "table", "sample", "rows", "rows_seed", "random", "seed", "top")
    }

"""Whole correlations on toy fitnesses. Catches: scores that a kill, an interruption or a larger sample changes or costs
again, a wrong exit code, and a result that depends on when it was computed."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.commands.correlate import main
from evo.correlation.correlation import correlate
from evo.correlation.result_files import MARKDOWN, NUMBERS, PAGE, SCORES
from evo.display.text_table import short
from evo.engine.evaluator import score_alone
from evo.reporting.run_status import run_status
from evo.scoring import scoring
from evo.storage.run_folder import read_config
from evo.storage.run_log import read_table
from spaces import SPACE_OPTIONS, TableInfo, write_table
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tasks.foundation.errors import UsageError
from tests.runs import interrupt_after
from tests.toy import BitStrings, CountOnesOnly

FITNESSES = "tests.toy:CountOnes(noise=0.5),tests.toy:RaisesForSome"
MEMBERS = ["00-tests.toy-CountOnes-noise-0.5", "01-tests.toy-RaisesForSome"]
TEXTS = ["".join(bits) for bits in itertools.product("01", repeat=6)]


@pytest.fixture
def asked(ray_cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A correlation of two fitnesses with a table of 64 bit strings labelled by their value, without a folder."""
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{text},{int(text, 2)}" for text in TEXTS)]))
    axes = [
        "--space",
        "tests.toy:BitStrings",
        "--set",
        "space.length=6",
        "--data",
        "noise",
        "--quiet",
        "--workers",
        "0",
    ]
    return [*axes, "--fitness", FITNESSES, "--table", str(tmp_path / "t.csv"), "--metric", "acc"]


def scores(folder: Path) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = pq.read_table(folder / SCORES).to_pydict()
    return {name: values for name, values in columns.items() if not name.endswith("seconds")}


def scored_here(folder: Path, member: str, texts: list[str]) -> list[float | None]:
    """Return what a member's configuration says of each text, in this process and without a log."""
    return [score_alone(read_config(folder / member), text).fitness for text in texts]


def logged(folder: Path, member: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = read_table(folder / member, ["trial_id", "fitness", "started_at"]).to_pylist()
    return found


def correlations(numbers: str) -> list[float]:
    """Return rho and tau-b on all rows of the fitness that scores all, from the text of the results."""
    finding = json.loads(numbers)["findings"][0]
    assert (finding["fitness"], finding["part"]) == (FITNESSES.partition(",")[0], "all")
    return [finding["statistics"][name][0] for name in ("spearman", "kendall")]


@pytest.mark.slow
def test_scored_reported_extended_interrupted_and_taken_up(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    asked += ["--run-dir", str(run)]
    assert main([*asked, "--sample", "8", "--workers", "1"]) == DONE
    shown = capsys.readouterr().out
    assert "all, 8 rows" in shown
    assert shown.count(" of 8 without a score") == 2  # a line for each fitness
    first = scores(run)
    texts = [str(text) for text in first["candidate"]]
    assert list(first) == ["candidate", "label", "tests.toy:CountOnes(noise=0.5)", "tests.toy:RaisesForSome", "random"]
    assert first["label"] == [int(text, 2) for text in texts]
    assert first["tests.toy:CountOnes(noise=0.5)"] == scored_here(run, MEMBERS[0], texts)
    assert run_status(run / MEMBERS[0]).lines[1] == "state: finished"

    (run / PAGE).unlink()
    kept = logged(run, MEMBERS[0])
    with monkeypatch.context() as patched:
        interrupt_after(5, patched)
        assert main([*asked, "--sample", "20"]) == INTERRUPTED
    assert (
        f"interrupted after 13 of 20 scores of tests.toy:CountOnes(noise=0.5); the same command with --run-dir {run}"
        in (capsys.readouterr().out)
    )
    assert not (run / PAGE).exists()
    kept_too = logged(run, MEMBERS[0])
    assert kept_too[:8] == kept
    assert len(kept_too) == 13

    assert main(asked) == DONE  # as many as were last asked for
    assert logged(run, MEMBERS[0])[:13] == kept_too
    whole = scores(run)
    texts = [str(text) for text in whole["candidate"]]
    assert {name: values[:8] for name, values in whole.items()} == first
    assert whole["tests.toy:CountOnes(noise=0.5)"] == scored_here(run, MEMBERS[0], texts)
    assert whole["tests.toy:RaisesForSome"] == scored_here(run, MEMBERS[1], texts)
    assert [score is None for score in whole["tests.toy:RaisesForSome"]] == [text[:2] == "11" for text in texts]
    assert None in whole["tests.toy:RaisesForSome"]
    assert (run / PAGE).exists()

    numbers = (run / NUMBERS).read_text()
    monkeypatch.setattr(scoring, "opened", None)  # nothing is left to score: no cluster is asked for
    assert main(asked) == DONE
    assert (run / NUMBERS).read_text() == numbers
    assert main([*asked, "--failed", "drop"]) == DONE
    assert "are left out of its statistics" in (run / MARKDOWN).read_text()
    assert main([*asked, "--lower-is-better"]) == DONE
    assert scores(run) == {**whole, "label": [-int(text, 2) for text in texts]}
    assert correlations((run / NUMBERS).read_text()) == pytest.approx([-value for value in correlations(numbers)])
    for change, words in ((["--sample", "8"], "has 20 already"), (["--seed", "1"], "(seed 0 there, 1 here)")):
        capsys.readouterr()
        assert main([*asked, *change]) == USAGE
        assert words in capsys.readouterr().err


def test_the_same_scores_are_held_against_several_metrics_and_others_later(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{text},{int(text, 2)},{text.count('1')},{text.count('0')}" for text in TEXTS]
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc,ones,zeros", *rows]))
    run = tmp_path / "run"
    asked[asked.index(FITNESSES)] = "tests.toy:CountOnesOnly"
    asked = [*asked[: asked.index("acc")], "ones,zeros", "--run-dir", str(run), "--sample", "16"]
    assert main(asked) == DONE
    rho = [
        json.loads((run / f"results-{m}.json").read_text())["findings"][0]["statistics"]["spearman"][0]
        for m in ("ones", "zeros")
    ]
    assert rho == pytest.approx([1, -1])
    shown = capsys.readouterr().out
    assert "ones of t, 16 rows" in shown
    assert "zeros of t, 16 rows" in shown

    monkeypatch.setattr(scoring, "opened", None)  # nothing may be scored again
    asked[asked.index("ones,zeros")] = "acc"
    assert main(asked) == DONE
    labels = scores(run)["label"]
    assert labels == [int(str(text), 2) for text in scores(run)["candidate"]]


def test_a_fitness_without_any_score_fails_the_command_and_is_reported(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{t},{int(t, 2)}" for t in TEXTS if t[:2] == "11")]))
    asked[asked.index(FITNESSES)] = "tests.toy:RaisesForSome"
    assert main([*asked, "--run-dir", str(tmp_path / "run")]) == FAILED
    shown = capsys.readouterr().out
    assert "tests.toy:RaisesForSome: spearman -, " in shown
    assert "16 of 16 without a score" in shown
    assert "e.g. ValueError: a marked candidate" in shown
    assert (tmp_path / "run" / PAGE).exists()


class Weighted(CountOnesOnly):
    """A fitness of the caller's own, with a text that would break a page."""

    def __init__(self, weight: float = 2.0, name: str = "<b>") -> None:
        self.weight = weight
        self.name = name


def test_from_python_with_objects_in_this_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{text},{text.count('1')}" for text in TEXTS)]))
    asked: dict[str, Any] = {"table": tmp_path / "t.csv", "metric": "acc", "data": "noise", "sample": 16, "workers": 0}
    seen: list[int] = []
    found = correlate(
        space=BitStrings(length=6),
        fitness=["tests.toy:CountOnes(noise=0.0)", Weighted(), "random"],
        run_dir=str(tmp_path / "run"),
        callbacks=[lambda run, finished: seen.append(finished.trial.trial_id)],
        **asked,
    )
    assert [one.label for one in found.findings()[:2]] == [
        "tests.toy:CountOnes(noise=0.0)",
        "tests.evo.correlation.test_correlation:Weighted(weight=2.0,name=<b>)",
    ]
    rows = {(row["fitness"], row["part"], row["statistic"]): row["value"] for row in found.table().to_pylist()}
    assert rows[found.findings()[1].label, "all", "spearman"] == pytest.approx(1)
    assert (sorted(seen), found.unscored, found.files[0]) == (sorted([*range(16)] * 3), [], tmp_path / "run" / PAGE)
    assert "all, 16 rows" in str(found)
    assert "name=&lt;b&gt;" in found._repr_html_()
    assert found.drawn(tmp_path / "f.svg").files[-1] == tmp_path / "f.svg"
    assert "name=&lt;b&gt;" in (tmp_path / "f.svg").read_text()
    assert capsys.readouterr() == ("", "")  # a library says nothing

    monkeypatch.setattr(scoring, "opened", None)  # the space by its name is the same one
    again = correlate(
        space="tests.toy:BitStrings(length=6)",
        fitness=["tests.toy:CountOnes(noise=0.0)", Weighted(), "random"],
        run_dir=tmp_path / "run",
        **asked,
    )
    assert again.table().to_pylist()[0]["value"] == found.table().to_pylist()[0]["value"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sampel": 3}, "unknown argument 'sampel'; did you mean 'sample'"),
        ({"rows": "C"}, "--rows C: must be A or B"),
        ({"failed": "no"}, "--failed no: must be worst or drop"),
        ({"fitness": []}, "--fitness: at least one is needed"),
        ({"fitness": [CountOnesOnly(), "tests.toy:CountOnesOnly"]}, "is listed twice"),
    ],
)
def test_what_a_caller_gets_wrong_is_one_line(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    (tmp_path / "t.csv").write_text("candidate,acc\n" + "\n".join(f"{text},{int(text, 2)}" for text in TEXTS))
    given = {"space": "tests.toy:BitStrings", "fitness": "random", "table": tmp_path / "t.csv", "metric": "acc"}
    with pytest.raises(UsageError) as caught:
        correlate(**{**given, **change})
    assert words in str(caught.value)


def test_a_folder_that_moved_is_extended_by_a_table_that_moved(asked: list[str], tmp_path: Path) -> None:
    table, run = tmp_path / "t.csv", tmp_path / "run"
    assert main([*asked, "--run-dir", str(run), "--sample", "8"]) == DONE
    kept = logged(run, MEMBERS[0])
    (tmp_path / "elsewhere").mkdir()
    run.rename(tmp_path / "elsewhere" / "run")
    table.rename(tmp_path / "elsewhere" / "t.csv")
    asked[asked.index(str(table))] = str(tmp_path / "elsewhere" / "t.csv")
    assert main([*asked, "--run-dir", str(tmp_path / "elsewhere" / "run"), "--sample", "12"]) == DONE
    longer = logged(tmp_path / "elsewhere" / "run", MEMBERS[0])
    assert (longer[:8], len(longer)) == (kept, 12)


def test_another_metric_takes_the_same_scores_and_keeps_the_results_of_the_first(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{text},{int(text, 2)},{text.count('1')}" for text in TEXTS]
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc,ones", *rows]))
    monkeypatch.chdir(tmp_path)
    assert main([*asked, "--sample", "8"]) == DONE
    (run,) = (tmp_path / "runs").iterdir()
    monkeypatch.setattr(scoring, "opened", None)  # nothing may be scored again
    asked[asked.index("acc")] = "ones"
    assert main([*asked, "--sample", "8"]) == DONE
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [run.name]
    metrics = [json.loads((run / name).read_text())["request"]["metric"] for name in (NUMBERS, "results-ones.json")]
    assert metrics == ["acc", "ones"]


def test_the_running_line_and_the_table_give_one_number(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ([], ["--failed", "drop"]):
        assert main([*asked, "--run-dir", str(tmp_path / "run"), "--sample", "16", *more]) == DONE
        finding = json.loads((tmp_path / "run" / NUMBERS).read_text())["findings"][1]
        assert finding["without_score"] > 0
        rho = short(finding["statistics"]["spearman"][0])
        shown = capsys.readouterr().out
        if not more:
            assert f"tests.toy:RaisesForSome: spearman {rho}, " in shown
        assert shown.count(f" {rho} [") >= 1


def test_what_a_table_states_of_its_space_is_used_and_said_and_a_figure_is_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {"acc": np.array([float(int(text, 2)) for text in TEXTS])}
    info = TableInfo("tests.toy:BitStrings", details={SPACE_OPTIONS: {"length": 6}})
    write_table(tmp_path / "t.parquet", info, TEXTS, columns)
    asked = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnesOnly", "--data", "noise", "--quiet"]
    asked += ["--table", str(tmp_path / "t.parquet"), "--metric", "acc", "--sample", "8", "--workers", "0"]
    figure = tmp_path / "f.svg"
    assert main([*asked, "--run-dir", str(tmp_path / "run"), "--figure", str(figure)]) == DONE
    shown = capsys.readouterr().out
    assert "Space options as the table states them: length=6." in shown
    assert shown.splitlines()[-1] == str(figure)
    assert figure.read_text().startswith("<svg ")
    assert main([*asked, "--run-dir", str(tmp_path / "run"), "--figure", str(figure)]) == USAGE
    assert "exists already; --force replaces it" in capsys.readouterr().err

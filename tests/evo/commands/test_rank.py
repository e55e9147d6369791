"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written; a file that makes a command import what it names; an interrupt that leaves half a file."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.commands import rank
from evo.commands.rank import main
from evo.ranking import fitting
from evo.ranking.ranker_notes import KEY
from fitness.predictors.base import FittedState
from fitness.predictors.state_file import read_state, write_state
from tasks.foundation.command_line import DONE, INTERRUPTED, USAGE
from tests.evo.ranking.ones import ONES, SPACE, TEXTS, TIERED, ranker, table
from tests.refusals import check_refused

TABLE, OUT = ["--table", "t.csv", "--metric", "ones"], ["--out", "new.safetensors"]
FIT = ["fit", "--space", SPACE, "--predictor", ONES, *OUT]
OWN = ["--space", SPACE, "--predictor", TIERED]
EVALUATE, PREDICT = ["evaluate", "r.safetensors", *OWN], ["predict", "r.safetensors", *OWN]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a table, a ranker that learnt twelve of its rows, and a file that is none."""
    monkeypatch.chdir(tmp_path)
    ranker(tmp_path / "t.csv").save(tmp_path / "r.safetensors")
    (tmp_path / "no.safetensors").write_bytes(b"\0" * 40)
    (tmp_path / "few.csv").write_text(
        "\n".join(["candidate,ones", *(f"{text},{text.count('1')}" for text in TEXTS[:5])])
    )
    (tmp_path / "known.csv").write_text("\n".join(["candidate,ones", *(f"{text}x,1" for text in TEXTS)]))
    return tmp_path


USAGE_ERRORS = [
    (FIT, "name labelled candidates in one way"),
    ([*FIT, *TABLE, "--panel", "digits"], "name labelled candidates in one way"),
    (["fit", *OUT, *TABLE, "--predictor", ONES], "--space is needed"),
    ([*FIT, "--table", "t.csv"], "--metric is needed beside --table t.csv"),
    ([*FIT, "--table", "t.csv", "--metric", "onse"], "did you mean 'ones'?"),
    ([*FIT, "--table", "x.csv", "--metric", "ones"], "--table x.csv: no such file"),
    ([*FIT, "--panel", "digts"], "did you mean 'digits'?"),
    ([*FIT, "--run", "nowhere"], "nowhere: no run here"),
    ([*FIT, "--run", "nowhere", "--metric", "ones"], "the labels of --run are fitnesses"),
    ([*FIT, "--table", "t.csv", "--metric", "same"], "same is 7 in all 40 rows"),
    ([*FIT, "--table", "few.csv", "--metric", "ones"], "5 labelled candidates: at least 6 are needed"),
    ([*FIT, *TABLE, "--sample", "40"], "--sample 40: must be 5 to 39"),
    ([*FIT, *TABLE, "--rows", "C"], "--rows"),
    ([*FIT, *TABLE, "--set", "predictor.bost=2"], "did you mean 'boost'?"),
    ([*FIT, *TABLE, "--set", "predictor.label=x"], "predictor.label is 'x'"),
    ([*FIT, *TABLE, "--predictor", "rankr"], "did you mean 'ranker'?"),
    ([*FIT, *TABLE, "--predictor", "ranker"], "predictor 'ranker' cannot rank space 'tests.toy:BitStrings': "),
    ([*FIT, *TABLE, "--space", "tests.toy:MirroredBitStrings"], "it counts ones"),
    ([*FIT, *TABLE, "--space", f"{SPACE}(length=4)"], "is no candidate of space"),
    ([*FIT, *TABLE, "--out", "new.bin"], "--out new.bin: name a file that ends in .safetensors"),
    ([*FIT, *TABLE, "--out", "r.safetensors"], "--force replaces it"),
    ([*FIT, *TABLE, "--out", "no/new.safetensors"], "folder no does not exist"),
    ([*EVALUATE, "--table", "t.csv", "--metric", "half"], "it learnt the label 'ones', and these are 'half'"),
    ([*EVALUATE, *TABLE, "--lower-is-better"], "these are '-ones'"),
    ([*EVALUATE, *TABLE, "--sample", "28"], "39 rows with ones, of which the ranker learnt from 12: 28 others"),
    ([*EVALUATE, "--table", "t.csv", "--metric", "same", "--other-labels"], "same is 7 in all 28 rows"),
    ([*EVALUATE, "--table", "known.csv"], "is no candidate of space"),
    ([*EVALUATE, *TABLE, "--out", "t.csv"], "--out t.csv: name a file that ends in .parquet or .md"),
    (["evaluate", "no.safetensors", *TABLE], "no.safetensors: is damaged, or no saved predictor"),
    (["evaluate", "x.safetensors", *TABLE], "x.safetensors: cannot be read"),
    (["predict", "t.csv", "--random", "5"], "t.csv: is damaged, or no saved predictor"),
    (["predict", "r.safetensors", "0" * 10], "is neither built in nor installed"),
    ([*PREDICT], "name candidates in one way"),
    ([*PREDICT, "0" * 10, "--random", "5"], "name candidates in one way"),
    ([*PREDICT, "--random", "5", "--sample", "5"], "--sample, --rows and --rows-seed are of a table"),
    ([*PREDICT, "--random", "5", "--rows-seed", "1"], "--sample, --rows and --rows-seed are of a table"),
    ([*PREDICT, "0" * 10, "--seed", "1"], "--seed is of candidates that are drawn: draw them by --random N"),
    ([*PREDICT, "--random", "5", "--top", "0"], "--top 0: must be at least 1"),
    ([*PREDICT, "--random", "2000"], "--random 2000: only 10"),
    ([*PREDICT, "01"], "candidate: '01' is no candidate of space"),
    ([*PREDICT, "--table", "t.csv", "--sample", "41"], "--sample 41: must be 1 to 40"),
    ([*PREDICT, "--random", "5", "--out", "t.csv"], "--force replaces it"),
    (["predict", "r.safetensors", "--space", "tests.toy:MirroredBitStrings", *OWN[2:], "0" * 10], "fitted as space"),
    (["predict", "r.safetensors", *OWN[:2], "--predictor", ONES, "0" * 10], "was fitted as model"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a[-3:]) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = {path: path.read_bytes() for path in here.iterdir()}
    capsys.readouterr()
    assert main(arguments) == USAGE
    said = capsys.readouterr().err
    assert (said.count("\n"), len(said) < 500, said[:17]) == (1, True, "evo.rank: error: ")
    assert words in said
    assert {path: path.read_bytes() for path in here.iterdir()} == before


def test_a_fit_says_what_it_learnt_from_and_what_to_do_next(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FIT, *TABLE, "--sample", "30", "--set", "predictor.boost=2"]) == DONE
    said = capsys.readouterr().out
    assert f"30 of 39 labelled rows of t.csv: fitting {ONES}, label ones, seed 0; 1 row with" in said
    assert f" of the processor: {ONES} on {SPACE}, label ones, 30 members of t.csv" in said
    assert "python -m evo.rank evaluate new.safetensors --table t.csv --metric ones" in said
    assert "evo.run" not in said  # the fitness takes built-in predictors alone
    assert read_state(here / "new.safetensors").arrays["sign"] == 2.0
    assert main([*FIT, *TABLE, "--force", "--quiet"]) == DONE
    assert "next:" not in capsys.readouterr().out


def test_what_to_do_next_works_for_a_predictor_that_reads_scores(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = [f"{text},{text.count('1')},{text.count('01') + 1}" for text in TEXTS]
    (here / "s.csv").write_text("\n".join(["candidate,ones,meco", *scores]))
    asked = ["--space", "tests.toy:ChainedBitStrings", "--table", "s.csv", "--metric", "ones", "--sample", "20", *OUT]
    assert main(["fit", *asked, "--predictor", "ridge(reach=1,scores=meco,scores_file=s.csv)"]) == DONE
    steps = [shlex.split(line) for line in capsys.readouterr().out.splitlines() if line.startswith("  python -m")]
    assert [step[:4] for step in steps] == [["python", "-m", "evo.rank", each] for each in ("evaluate", "predict")]
    steps[1][steps[1].index("1000")] = "30"
    for step in steps:
        assert main([*step[3:], "--trust-plugins"]) == DONE
    capsys.readouterr()
    assert main(["predict", "new.safetensors", "--random", "30", "--trust-plugins"]) == USAGE
    check_refused(capsys, "evo.rank", """--predictor 'PREDICTOR(scores="meco",scores_file=FILE)'""")


def test_predictions_are_printed_and_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PREDICT, "--table", "t.csv", "--top", "30", "--out", "s.parquet"]) == DONE
    said = capsys.readouterr().out
    assert "30 candidates, the best first, 20 of them" in said
    assert said.splitlines()[-1] == "s.parquet"
    written = pq.read_table(here / "s.parquet").to_pydict()
    assert list(written) == ["candidate", "score", "tier", *(f"tier_{place}" for place in range(1, 6))]
    assert written["score"] == sorted(written["score"], reverse=True)
    assert written["candidate"][0] == "0000011111"
    assert main([*PREDICT, "0000000000", "1111111111"]) == DONE
    shown = capsys.readouterr().out
    assert shown.index("1111111111  10.0000") < shown.index("0000000000  .0000")


def test_what_was_found_is_printed_and_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*EVALUATE, "--table", "t.csv", "--out", "e.parquet"]) == DONE
    said = " ".join(capsys.readouterr().out.split())
    assert "ones of t.csv, 27 rows not learnt from" in said
    assert "12 rows left out: the ranker has learnt from them." in said
    assert "1.000 [1.000, 1.000]" in said
    assert pq.read_table(here / "e.parquet").num_rows == 6


def test_ctrl_c_in_a_fit_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "with_members", interrupt)
    assert main([*FIT, *TABLE]) == INTERRUPTED
    assert not (here / "new.safetensors").exists()
    assert rank.PROGRAM == "evo.rank"


Doctor = Callable[[FittedState], FittedState]


def noted(**changed: object) -> Doctor:
    return lambda state: replace(state, notes={**state.notes, KEY: {**state.notes[KEY], **changed}})


@pytest.mark.parametrize(
    ("doctored", "words"),
    [
        (noted(space={"name": "hostile:Space", "options": {}}), "space 'hostile:Space' is neither built in"),
        (noted(space={"name": "os:system", "options": {"command": "touch ran"}}), "space 'os:system' is neither"),
        (noted(space={"name": "nasbench201", "options": {"x": "hostile:Space"}}), "space.x='hostile:Space' is neither"),
        (noted(space=3), "no file of a ranker, or damaged"),
        (noted(space={"name": 3, "options": {}}), "no file of a ranker, or damaged"),
        (noted(predictor="hostile:Space", space=None), "does not say which space"),
        (noted(label=3), "no file of a ranker, or damaged"),
        (lambda state: replace(state, notes={}), "no file of a ranker, or damaged"),
        (lambda state: replace(state, notes={**state.notes, "options": 3}), "its options are 3, and no table"),
    ],
)
def test_a_file_that_names_a_module_imports_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], doctored: Doctor, words: str
) -> None:
    (here / "hostile.py").write_text("raise SystemExit('imported')")
    write_state(here / "h.safetensors", doctored(read_state(here / "r.safetensors")))
    capsys.readouterr()
    assert main(["predict", "h.safetensors", TEXTS[0]]) == USAGE
    check_refused(capsys, "evo.rank", words)
    assert not (here / "ran").exists()


def test_a_predictor_that_a_file_names_is_not_imported_either(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "hostile.py").write_text("raise SystemExit('imported')")
    write_state(here / "h.safetensors", noted(predictor="hostile:Model")(read_state(here / "r.safetensors")))
    capsys.readouterr()
    assert main(["predict", "h.safetensors", "--space", SPACE, TEXTS[0]]) == USAGE
    check_refused(capsys, "evo.rank", "predictor 'hostile:Model' is neither built in")
    assert np.isfinite(read_state(here / "h.safetensors").arrays["sign"]).all()


def test_a_file_that_is_trusted_is_read_as_it_says(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "r.safetensors", TEXTS[0], "--trust-plugins"]) == DONE
    assert TEXTS[0] in capsys.readouterr().out
    assert table(here / "t.csv").exists()

"""Catches: a loss that is not the least, a failed run taken for a good one, damage that goes unnoticed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.tables.command_line import main
from spaces.tables.table import Table
from tests.published_files import SPACE, flip, import_of_damaged, nlp_log

OneLine = Callable[..., str]
LOGS = {
    "log_stats_model_1.json": nlp_log({"f": {}, "g": {}}, [6.0, 5.0, 5.5], [6.25, 5.25, 4.75]),
    "log_stats_model_2.json": nlp_log({"h": {}}, [float("nan")], [float("nan")], status="loss is nan!"),
    "log_stats_model_3.json": nlp_log({"k": {}}, [], [], status="Exception: CUDA"),
}


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("train_logs/readme.txt", "x")
        for name, log in LOGS.items():
            file.writestr(f"train_logs/{name}", json.dumps(log))
    return stream.getvalue()


def imported(path: Path) -> Table:
    out = path.parent / "t.parquet"
    assert main(["import", "nasbench_nlp", str(path), "--out", str(out), "--space", SPACE]) == 0
    return Table(out)


@pytest.fixture(params=["folder", "archive"])
def published(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "archive":
        (tmp_path / "logs.zip").write_bytes(archive())
        return tmp_path / "logs.zip"
    (tmp_path / "logs").mkdir()
    for name, log in LOGS.items():
        (tmp_path / "logs" / name).write_text(json.dumps(log))
    return tmp_path / "logs"


def test_runs_become_rows(published: Path) -> None:
    table = imported(published)
    assert table.candidates() == ["f+g", "h", "k"]
    np.testing.assert_array_equal(table.column("val_loss"), [5.0, np.nan, np.nan])
    np.testing.assert_array_equal(table.column("test_loss"), [4.75, np.nan, np.nan])
    np.testing.assert_array_equal(table.column("params"), [15066078.0] * 3)
    np.testing.assert_array_equal(table.column("status_ok"), [1.0, 0.0, 0.0])
    assert table.info.licence == "Apache-2.0"


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("x", "z.json is no log of NAS-Bench-NLP"),
        ("[]", "an object with the text 'recepie' was expected"),
        (json.dumps(nlp_log({}, [], []) | {"val_losses": None}), "no list 'val_losses'"),
        (json.dumps(nlp_log({}, ["x"], [])), "'val_losses' is 'x', not a number"),
        (json.dumps(nlp_log({}, [], []) | {"num_params": None}), "'num_params' is 'None', not a number"),
        (json.dumps(nlp_log({}, [], []) | {"recepie": "{"}), "z.json is not in space"),
    ],
)
def test_a_foreign_log_is_named(tmp_path: Path, ends_in_one_line: OneLine, log: str, said: str) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "z.json").write_text(log)
    out = tmp_path / "t.parquet"
    assert said in ends_in_one_line("import", "nasbench_nlp", tmp_path / "logs", "--out", out, "--space", SPACE)
    assert not out.exists()


def test_a_folder_without_logs_is_said(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    command = ("import", "nasbench_nlp", tmp_path, "--out", tmp_path / "t.parquet", "--space", SPACE)
    assert "holds no JSON file" in ends_in_one_line(*command)


def test_every_cut_of_an_archive_is_noticed(tmp_path: Path) -> None:
    data = archive()
    for length in range(0, len(data), 23):
        assert not import_of_damaged(tmp_path, data[:length], "logs.zip", "nasbench_nlp", "--space", SPACE)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bit=st.integers(0, len(archive()) * 8 - 1))
def test_flipped_bits_end_in_one_line_or_a_table(tmp_path: Path, bit: int) -> None:
    import_of_damaged(tmp_path, flip(archive(), bit), "logs.zip", "nasbench_nlp", "--space", SPACE)

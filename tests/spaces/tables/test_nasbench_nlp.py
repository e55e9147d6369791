"""Catches: a loss that is not the least, a failed run taken for a good one, damage that goes unnoticed,
a sample whose columns have other names or numbers than the logs'."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from spaces.nasbench_nlp.space import NasBenchNlp
from spaces.tables.command_line import main
from spaces.tables.table import CandidateTable
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


def imported(path: Path) -> CandidateTable:
    out = path.parent / "t.parquet"
    assert main(["import", "nasbench_nlp", str(path), "--out", str(out), "--space", SPACE]) == 0
    return CandidateTable(out)


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


def test_a_sample_in_parquet_has_the_columns_of_the_logs_and_its_own(tmp_path: Path) -> None:
    logs = list(LOGS.values())
    columns = {name: [log[name] for log in logs] for name in ("recepie", "num_params", "val_losses", "test_losses")}
    columns |= {"status_ok": [log["status"] == "OK" for log in logs], "ptb_test_loss": [4.5, None, 4.75]}
    parquet.write_table(pa.table(columns), tmp_path / "logs.zip")
    table = imported(tmp_path / "logs.zip")
    assert table.candidates() == ["f+g", "h", "k"]
    assert table.columns == ("num_params", "val_loss", "test_loss", "status_ok", "ptb_test_loss")
    np.testing.assert_array_equal(table.column("val_loss"), [5.0, np.nan, np.nan])
    np.testing.assert_array_equal(table.column("test_loss"), [4.75, np.nan, np.nan])
    np.testing.assert_array_equal(table.column("status_ok"), [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(table.column("ptb_test_loss"), [4.5, np.nan, 4.75])
    assert table.info.units["val_loss"] == "nats per word, least of all epochs"


def test_the_sample_of_wikitext2_can_be_read(tmp_path: Path) -> None:
    folder = Path(os.environ.get("SELFNAS_TABLES", Path(__file__).parents[4] / "shared" / "tables"))
    path, out = folder / "nasbench_nlp_wikitext2_sample.parquet", tmp_path / "t.parquet"
    if not path.is_file():
        pytest.skip(f"{path} is absent; SELFNAS_TABLES names the folder of published tables")
    assert main(["import", "nasbench_nlp", str(path), "--out", str(out)]) == 0
    table, space = CandidateTable(out), NasBenchNlp()
    losses: dict[str, list[float]] = {}
    for row in parquet.read_table(path).to_pylist():
        losses.setdefault(space.key(space.from_recipe(row["recepie"])), []).append(min(row["test_losses"]))
    assert len(table) == len(losses) < sum(map(len, losses.values())) == 172
    for text, loss in zip(table.candidates(), table.column("test_loss"), strict=True):
        assert loss == pytest.approx(np.mean(losses[space.key(space.decode(text))]))


def test_every_cut_of_an_archive_is_noticed(tmp_path: Path) -> None:
    data = archive()
    for length in range(0, len(data), 23):
        assert not import_of_damaged(tmp_path, data[:length], "logs.zip", "nasbench_nlp", "--space", SPACE)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bit=st.integers(0, len(archive()) * 8 - 1))
def test_flipped_bits_end_in_one_line_or_a_table(tmp_path: Path, bit: int) -> None:
    import_of_damaged(tmp_path, flip(archive(), bit), "logs.zip", "nasbench_nlp", "--space", SPACE)

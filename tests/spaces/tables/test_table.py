"""Catches: a lookup that answers with another candidate's numbers, a candidate that is there twice, an error that
does not say what is there."""

import contextlib
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from spaces.tables.table import CandidateTable
from spaces.tables.table_info import TableInfo
from spaces.tables.table_writing import write_table
from tasks.foundation.errors import UsageError
from tests.published_files import flip


@pytest.fixture
def table(tmp_path: Path) -> CandidateTable:
    values = {"acc": np.array([90.5, np.nan, 88.0]), "params": np.array([3.0, 2.0, 1.0])}
    write_table(tmp_path / "t.parquet", TableInfo("s", "src", "MIT", {"acc": "%"}), ["b", "a", "c"], values)
    return CandidateTable(tmp_path / "t.parquet")


def test_candidates_and_columns_keep_their_order(table: CandidateTable) -> None:
    assert len(table) == 3
    assert table.candidates() == ["b", "a", "c"]
    assert table.columns == ("acc", "params")
    np.testing.assert_array_equal(table.column("params"), [3.0, 2.0, 1.0])
    assert table.info == TableInfo("s", "src", "MIT", {"acc": "%"})


def test_a_candidate_is_found_by_its_text(table: CandidateTable) -> None:
    assert "c" in table
    assert "d" not in table
    assert table.row("c") == 2
    assert table.measurements("c") == {"acc": 88.0, "params": 1.0}
    assert np.isnan(table.measurements("a")["acc"])


def test_only_named_columns_are_held(table: CandidateTable) -> None:
    assert CandidateTable(table.path, ["params"]).measurements("a") == {"params": 2.0}


def test_unknown_names_are_said(table: CandidateTable) -> None:
    with pytest.raises(UsageError, match=r"t\.parquet: no candidate 'x' among 3, e\.g\. 'b'; .*space.pool=FILE"):
        table.measurements("x")
    with pytest.raises(UsageError, match=r"unknown column 'param'; did you mean 'params'\?"):
        table.column("param")


def test_a_candidate_in_two_rows_is_refused(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"arch": ["a", "b", "b", "a"], "x": [1, 2, 3, 4]}), tmp_path / "t.parquet")
    with pytest.raises(UsageError, match="candidate 'b' is in more than one row"):
        CandidateTable(tmp_path / "t.parquet")


@settings(max_examples=50)
@given(st.dictionaries(st.text(min_size=1).filter(lambda t: t.isprintable()), st.floats(), min_size=1, max_size=20))
def test_every_candidate_gets_its_own_number(tmp_path_factory: pytest.TempPathFactory, truth: dict[str, float]) -> None:
    path = tmp_path_factory.mktemp("tables") / "t.parquet"
    parquet.write_table(pa.table({"candidate": list(truth), "x": list(truth.values())}), path)
    table = CandidateTable(path)
    for text, value in truth.items():
        np.testing.assert_equal(table.measurements(text)["x"], value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_cut_or_flipped_file_is_an_error_or_a_table(table: CandidateTable, data: st.DataObject) -> None:
    whole, damaged = table.path.read_bytes(), table.path.with_name("damaged.parquet")
    damaged.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(UsageError) as caught:
        CandidateTable(damaged)
    assert "\n" not in str(caught.value)
    damaged.write_bytes(flip(whole, data.draw(st.integers(0, len(whole) * 8 - 1))))
    with contextlib.suppress(UsageError):
        CandidateTable(damaged)


def test_the_published_table_of_nasbench201_can_be_read() -> None:
    folder = Path(os.environ.get("SELFNAS_TABLES", Path(__file__).parents[4] / "shared" / "tables"))
    path = folder / "nasbench201.parquet"
    if not path.is_file():
        pytest.skip(f"{path} is absent; SELFNAS_TABLES names the folder of published tables")
    table = CandidateTable(path, ["c10_test", "params_c10_m"])
    assert len(table) == 15_625
    assert table.column("c10_test").max() == pytest.approx(94.37, abs=0.005)  # the best known: NAS-Bench-201, 2020
    text = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
    assert table.measurements(text)["params_c10_m"] == pytest.approx(0.129306)

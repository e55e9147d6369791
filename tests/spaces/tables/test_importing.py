"""Catches: an output that is replaced unasked or is the input, architectures outside the space kept or lost silently,
anything left behind by a failure."""

import json
from pathlib import Path

import pytest

from spaces.tables.importing import Imported, import_table
from spaces.tables.kinds import KINDS
from spaces.tables.published import ImportRequest
from spaces.tables.table import CandidateTable
from tasks.foundation.errors import UsageError
from tests.published_files import SPACE, nds_record


@pytest.fixture
def request_(tmp_path: Path) -> ImportRequest:
    (tmp_path / "ResNet.json").write_text(json.dumps([nds_record(depth, [5.0]) for depth in (1, 1000, 1, 2)]))
    return ImportRequest(tmp_path / "ResNet.json", space=SPACE)


def test_architectures_outside_are_counted_where_they_may_be(request_: ImportRequest, tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    assert import_table(KINDS["nds"], request_, out, skip_outside=True) == Imported(4, 2, 1)
    assert CandidateTable(out).candidates() == ["ds=1,1,2,3", "ds=1,2,2,3"]


def test_else_they_end_the_import(request_: ImportRequest, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"record 2 is not in space 'tests.*depth 1000"):
        import_table(KINDS["nds"], request_, tmp_path / "t.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["ResNet.json"]


def test_an_output_is_replaced_only_by_force(request_: ImportRequest, tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    out.write_bytes(b"before")
    with pytest.raises(UsageError, match="exists already; --force replaces it"):
        import_table(KINDS["nds"], request_, out, skip_outside=True)
    assert out.read_bytes() == b"before"
    import_table(KINDS["nds"], request_, out, force=True, skip_outside=True)
    assert len(CandidateTable(out)) == 2


def test_the_input_is_never_the_output(request_: ImportRequest) -> None:
    before = request_.path.read_bytes()
    with pytest.raises(UsageError, match="is the file to read; name another to write"):
        import_table(KINDS["nds"], request_, request_.path, force=True)
    assert request_.path.read_bytes() == before


def test_a_missing_input_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent: no such file"):
        import_table(KINDS["nds"], ImportRequest(tmp_path / "absent"), tmp_path / "t.parquet")


def test_an_input_that_holds_nothing_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "ResNet.json").write_text("[]")
    with pytest.raises(UsageError, match="holds no measurement of any candidate"):
        import_table(KINDS["nds"], ImportRequest(tmp_path / "ResNet.json", space=SPACE), tmp_path / "t.parquet")
    assert not (tmp_path / "t.parquet").exists()

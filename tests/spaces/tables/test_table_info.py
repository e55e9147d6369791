"""Catches: metadata that lose a field on the way, or that make reading fail where they are absent or foreign."""

from dataclasses import replace

from spaces.tables.table_info import TableInfo, info_of


def test_what_is_written_is_read() -> None:
    info = TableInfo("nasbench101", "Ying et al., 2019", "Apache-2.0", {"test": "% \u2013 top 1", "params": "count"})
    info = replace(info, details={"epochs": 3, "space": {"depth": [1, 2]}, "note": "\u2013"})
    metadata = {key.encode(): value.encode() for key, value in info.to_metadata().items()}
    assert info_of(metadata) == info


def test_absent_metadata_state_nothing() -> None:
    assert info_of(None) == info_of({b"pandas": b"{}"}) == TableInfo("", "", "", {})


def test_foreign_metadata_are_no_error() -> None:
    deep = b"[" * 100_000
    for units in (b"\xff", b"[1]", b"{", b"3", deep):
        assert info_of({b"space": b"\xffx", b"units": units, "details": units}) == TableInfo("\ufffdx", "", "", {})


def test_units_become_texts() -> None:
    assert info_of({b"units": b'{"a": 1}'}).units == {"a": "1"}

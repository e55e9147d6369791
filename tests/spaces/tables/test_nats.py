"""Catches: a compressed pickle read without trust, folder and file that differ, damage that goes unnoticed."""

import bz2
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.tables.command_line import main
from spaces.tables.table import CandidateTable
from tests.published_files import (
    CELL,
    OTHER_CELL,
    PUBLISHED_SIZES,
    flip,
    import_of_damaged,
    nats_results,
    nats_tree,
    write_pbz2,
)

OneLine = Callable[..., str]
FILE = bz2.compress(pickle.dumps(nats_tree(), 4))


@pytest.fixture(params=["folder", "file"])
def published(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "file":
        return write_pbz2(tmp_path / "NATS-tss-v1_0-3ffb9.pickle.pbz2", nats_tree())
    folder = tmp_path / "NATS-tss-v1_0-3ffb9-simple"
    folder.mkdir()
    write_pbz2(folder / "meta.pickle.pbz2", {"meta_archs": [CELL, OTHER_CELL]})
    for index, cell in enumerate((CELL, OTHER_CELL)):
        write_pbz2(folder / f"{index:06d}.pickle.pbz2", nats_results(index, cell))
    return folder


def test_both_forms_become_the_same_table(published: Path) -> None:
    out = published.parent / "t.parquet"
    assert main(["import", "nats", str(published), "--out", str(out), "--trust"]) == 0
    table = CandidateTable(out)
    assert table.candidates() == [CELL, OTHER_CELL]
    found = table.measurements(CELL)
    assert found["c10_test"] == pytest.approx(90.1)  # the mean of the seeds' 90.0 and 90.2
    assert (found["params_c10_m"], found["flops_c10_m"]) == PUBLISHED_SIZES[CELL]
    assert (found["c10_test_e12"], found["c10v_valid"], found["in16_test"]) == (60.0, 88.0, 45.5)
    assert table.info.space == "nasbench201"


def test_nothing_is_read_without_trust(published: Path, ends_in_one_line: OneLine) -> None:
    out = published.parent / "t.parquet"
    assert "--trust reads it" in ends_in_one_line("import", "nats", published, "--out", out)
    assert not out.exists()


def test_a_folder_without_results_is_said(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    write_pbz2(tmp_path / "meta.pickle.pbz2", {})
    command = ("import", "nats", tmp_path, "--out", tmp_path / "t.parquet", "--trust")
    assert "holds no file NUMBER.pickle.pbz2" in ends_in_one_line(*command)


def test_the_damaged_file_of_a_folder_is_named(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    write_pbz2(tmp_path / "000000.pickle.pbz2", nats_results(0, CELL))
    (tmp_path / "000001.pickle.pbz2").write_bytes(FILE[:100])
    command = ("import", "nats", tmp_path, "--out", tmp_path / "t.parquet", "--trust")
    assert "000001.pickle.pbz2: cannot be read as a pickle of NATS-Bench" in ends_in_one_line(*command)


def test_architectures_of_the_size_space_are_outside(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    path = write_pbz2(tmp_path / "x.pickle.pbz2", {"arch2infos": {0: nats_results(0, "8:16:24:8:64")}})
    command = ("import", "nats", path, "--out", tmp_path / "t.parquet", "--trust")
    assert "architecture 0 is not in space 'nasbench201'" in ends_in_one_line(*command)


# The first four bytes are bzip2's name and its block size, which says nothing about the content.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(FILE) - 1), bit=st.integers(32, len(FILE) * 8 - 1))
def test_cut_or_flipped_files_are_noticed(tmp_path: Path, cut: int, bit: int) -> None:
    assert not import_of_damaged(tmp_path, FILE[:cut], "x.pickle.pbz2", "nats", "--trust")
    assert not import_of_damaged(tmp_path, flip(FILE, bit), "x.pickle.pbz2", "nats", "--trust")

"""Catches: a checkpoint read without trust, a mean over other runs or of sizes, a harmful or damaged one that does
something."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.tables.command_line import main
from spaces.tables.table import CandidateTable
from tests.published_files import CELL, OTHER_CELL, flip, import_of_damaged, nasbench201_tree

OneLine = Callable[..., str]


def saved(new: bool) -> bytes:
    stream = io.BytesIO()
    tree = nasbench201_tree({"weight": torch.ones(2)})
    torch.save(tree, stream, _use_new_zipfile_serialization=new)
    return stream.getvalue()


FILES = {new: saved(new) for new in (True, False)}


@pytest.mark.parametrize("new", [True, False])
def test_a_checkpoint_becomes_a_table(tmp_path: Path, new: bool) -> None:
    path, out = tmp_path / "NAS-Bench-201.pth", tmp_path / "t.parquet"
    path.write_bytes(FILES[new])
    assert main(["import", "nasbench201", str(path), "--out", str(out), "--trust"]) == 0
    table = CandidateTable(out)
    assert table.candidates() == [CELL, OTHER_CELL]
    assert table.measurements(OTHER_CELL) == pytest.approx(
        {
            "c10_test": 91.1,  # the mean of the seeds' 91.0 and 91.2
            "c10v_valid": 89.0,
            "c10v_test": 90.0,
            "c100_valid": 70.5,
            "c100_test": 71.5,
            "in16_valid": 44.5,
            "in16_test": 45.5,
            "c10_test_e12": 61.0,
            "params_c10_m": 0.802426,
            "flops_c10_m": 113.95137,
        }
    )
    assert (table.info.space, table.info.licence) == ("nasbench201", "MIT")


def test_sizes_on_which_runs_disagree_are_not_averaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = nasbench201_tree()
    results = tree["arch2infos"][1]["full"]["all_results"]
    results["cifar10", 888]["params"] = 0.559386
    results["cifar10", 999] = {**results["cifar10", 888], "seed": 999}
    torch.save(tree, tmp_path / "x.pth")
    assert main(["import", "nasbench201", str(tmp_path / "x.pth"), "--out", str(tmp_path / "t.csv"), "--trust"]) == 0
    assert CandidateTable(tmp_path / "t.csv").column("params_c10_m").tolist() == [0.129306, 0.802426]
    summary, note = capsys.readouterr().out.splitlines()
    assert summary.endswith("t.csv: 2 candidates of 13 records")
    assert note == (
        "note: params_c10_m: not averaged; 1 of 2 candidates is stated in another size than the space counts, or in "
        f"several, e.g. 0.559386 and 0.802426 for {OTHER_CELL}: the space's own count is taken, 0.802426"
    )


def test_nothing_is_read_without_trust(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    path, out = tmp_path / "x.pth", tmp_path / "t.parquet"
    path.write_bytes(b"not even looked at")
    assert "--trust reads it" in ends_in_one_line("import", "nasbench201", path, "--out", out)
    assert os.listdir(tmp_path) == ["x.pth"]


class Touch:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("new", [True, False])
def test_a_harmful_checkpoint_does_nothing(tmp_path: Path, ends_in_one_line: OneLine, new: bool) -> None:
    path, touched = tmp_path / "x.pth", tmp_path / "touched"
    torch.save(nasbench201_tree(Touch(touched)), path, _use_new_zipfile_serialization=new)
    said = ends_in_one_line("import", "nasbench201", path, "--out", tmp_path / "t.parquet", "--trust")
    assert f"names {os.mkdir.__module__}.mkdir, which no table needs; nothing of it was run" in said
    assert os.listdir(tmp_path) == ["x.pth"]


def test_a_foreign_checkpoint_is_said(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    torch.save({"model": {"w": torch.ones(1)}}, tmp_path / "x.pth")
    command = ("import", "nasbench201", tmp_path / "x.pth", "--out", tmp_path / "t.parquet", "--trust")
    assert "holds no dictionary 'arch2infos'" in ends_in_one_line(*command)


@pytest.mark.parametrize("new", [True, False])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_or_flipped_files_end_in_one_line_or_a_table(tmp_path: Path, new: bool, data: st.DataObject) -> None:
    whole = FILES[new]
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert not import_of_damaged(tmp_path, cut, "x.pth", "nasbench201", "--trust")
    flipped = flip(whole, data.draw(st.integers(0, len(whole) * 8 - 1)))
    import_of_damaged(tmp_path, flipped, "x.pth", "nasbench201", "--trust")

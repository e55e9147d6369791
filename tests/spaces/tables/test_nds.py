"""Catches: the accuracy of the wrong epoch, a sweep other than the one named, damage of an archive that goes unnoticed
or leaves a table behind."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.tables import nds
from spaces.tables.command_line import main
from spaces.tables.published import ImportRequest
from spaces.tables.table import CandidateTable
from tests.published_files import SPACE, cell_record, flip, import_of_damaged, nds_record

OneLine = Callable[..., str]
RECORDS = [nds_record(7, [50.0, 7.5, 8.0]), nds_record(5, [60.0, 9.0])]


def archive(**members: object) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, records in members.items():
            file.writestr(f"nds_data/{name}.json", json.dumps(records))
    return stream.getvalue()


def imported(folder: Path, name: str, data: bytes | str, *options: str) -> CandidateTable:
    path, out = folder / name, folder / "t.parquet"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    assert main(["import", "nds", str(path), "--out", str(out), *options]) == 0
    return CandidateTable(out)


def test_a_grid_sweep_becomes_a_table(tmp_path: Path) -> None:
    table = imported(tmp_path, "ResNet_rng1.json", json.dumps(RECORDS), "--space", SPACE)
    assert table.candidates() == ["ds=1,7,2,3", "ds=1,5,2,3"]
    assert table.measurements("ds=1,7,2,3") == {
        "test_accuracy": 92.0,
        "test_accuracy_best": 92.5,
        "test_error": 8.0,
        "test_error_best": 7.5,
        "params": 594138.0,
        "flops": 184519578.0,
    }
    assert table.info.space == SPACE
    assert table.info.licence == "MIT"
    assert table.info.source.endswith(": ResNet_rng1.json")
    assert table.info.units["test_accuracy"] == "% after the last epoch"


def test_cells_keep_width_and_depth_and_both_lists_are_read(tmp_path: Path) -> None:
    lists = {"top": [cell_record("sep_conv_3x3", [30.0])], "mid": [cell_record("none", [40.0])]}
    table = imported(tmp_path, "DARTS_in.json", json.dumps(lists), "--space", SPACE)
    assert table.candidates() == ["cell:sep_conv_3x3", "cell:none"]
    np.testing.assert_array_equal(table.column("width"), [24.0, 24.0])
    np.testing.assert_array_equal(table.column("depth"), [12.0, 12.0])


def test_runs_of_one_network_are_averaged_and_failed_ones_missing(tmp_path: Path) -> None:
    records = [nds_record(7, [8.0]), nds_record(7, [float("nan"), 6.0]), nds_record(5, [])]
    table = imported(tmp_path, "ResNet.json", json.dumps(records), "--space", SPACE)
    np.testing.assert_array_equal(table.column("test_error"), [7.0, np.nan])
    np.testing.assert_array_equal(table.column("test_error_best"), [7.0, np.nan])


@pytest.mark.parametrize("member", ["ResNet", "ResNet.json", "nds_data/ResNet.json"])
def test_a_member_is_chosen_by_name(tmp_path: Path, member: str) -> None:
    data = archive(ResNet=RECORDS, DARTS=[cell_record("none", [1.0])])
    table = imported(tmp_path, "data.zip", data, "--member", member, "--space", SPACE)
    assert len(table) == 2
    assert table.info.source.endswith(": ResNet.json")


def test_a_single_member_needs_no_name(tmp_path: Path) -> None:
    assert len(imported(tmp_path, "data.zip", archive(ResNet=RECORDS), "--space", SPACE)) == 2


def test_members_are_listed_where_the_name_is_missing_or_wrong(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(archive(ResNet=RECORDS, DARTS=[]))
    command = ("import", "nds", path, "--out", tmp_path / "t.parquet")
    assert "--member says which sweep to read; it holds DARTS, ResNet" in ends_in_one_line(*command)
    said = ends_in_one_line(*command, "--member", "Resnet")
    assert "no member 'Resnet'; did you mean 'ResNet'? it holds DARTS, ResNet" in said
    path.write_bytes(archive())
    assert "the archive holds no JSON file" in ends_in_one_line(*command)
    path.write_bytes(b"[]")
    assert "is for a zip archive, which this is not" in ends_in_one_line(*command, "--member", "ResNet")


def test_the_space_follows_from_the_sweep(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    path = tmp_path / "Mystery.json"
    path.write_text("[]")
    said = ends_in_one_line("import", "nds", path, "--out", tmp_path / "t.parquet")
    assert "which space sweep 'Mystery' samples is unknown; name it by --space (known sweeps: Amoeba, DARTS" in said


@pytest.mark.parametrize(
    ("sweep", "space"),
    [
        ("ResNet", "nds_resnet"),
        ("ResNet_rng1", "nds_resnet"),
        ("ResNet_lr-wd_in", "nds_resnet_in"),
        ("ResNeXt-B_in", "nds_resnext_b_in"),
        ("DARTS_fix-w-d", "nds_darts_f"),
        ("Amoeba", "nds_amoeba"),
    ],
)
def test_the_space_is_that_of_the_sweeps_family_size_and_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sweep: str, space: str
) -> None:
    (tmp_path / f"{sweep}.json").write_text("[]")
    monkeypatch.setattr(nds, "nds_encoder", lambda name: name)
    assert nds.read(ImportRequest(tmp_path / f"{sweep}.json")).info.space == space


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (3, "an object was expected, not int"),
        ({}, "no 'net'"),
        ({"net": []}, "'net' is no dict"),
        (nds_record(7, [1.0], test_ep_top1="x"), "'test_ep_top1' is no list"),
        (nds_record(7, [1.0], test_ep_top1=["x"]), "'test_ep_top1' is 'x', not a number"),
        (nds_record(7, [1.0], params=True), "'params' is 'True', not a number"),
        (nds_record(7, [1.0], flops=10**400), "'flops' is too large"),
        (nds_record(1000, [1.0]), "depth 1000; allowed: 1 to 999 (--skip-outside leaves such out)"),
    ],
)
def test_a_foreign_record_is_named(tmp_path: Path, ends_in_one_line: OneLine, record: object, said: str) -> None:
    path, out = tmp_path / "ResNet.json", tmp_path / "t.parquet"
    path.write_text(json.dumps([RECORDS[0], record]))
    message = ends_in_one_line("import", "nds", path, "--out", out, "--space", SPACE)
    assert f"{path}: record 2 " in message
    assert said in message
    assert not out.exists()


def test_every_cut_of_an_archive_is_noticed(tmp_path: Path) -> None:
    data = archive(ResNet=RECORDS)
    for length in range(0, len(data), 7):
        assert not import_of_damaged(tmp_path, data[:length], "ResNet.zip", "nds", "--space", SPACE)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_cut_or_flipped_text_ends_in_one_line_or_a_table(tmp_path: Path, data: st.DataObject) -> None:
    text = json.dumps(RECORDS).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    assert not import_of_damaged(tmp_path, text[:cut], "ResNet.json", "nds", "--space", SPACE)
    flipped = flip(text, data.draw(st.integers(0, len(text) * 8 - 1)))
    import_of_damaged(tmp_path, flipped, "ResNet.json", "nds", "--space", SPACE)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bit=st.integers(0, len(archive(ResNet=RECORDS)) * 8 - 1))
def test_flipped_bits_of_an_archive_end_in_one_line_or_a_table(tmp_path: Path, bit: int) -> None:
    import_of_damaged(tmp_path, flip(archive(ResNet=RECORDS), bit), "ResNet.zip", "nds", "--space", SPACE)

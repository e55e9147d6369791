"""Catches: a preset listed with the wrong kind or not found, a file that is no task read as one."""

from pathlib import Path

import pytest

from tasks.foundation.errors import UsageError
from tasks.regression.task_files import preset_names, read_task, sequence_preset_names


def test_presets_are_listed_by_kind() -> None:
    assert preset_names() == ["D", "N", "R", "combo", "single"]
    kinds = ("sin1d_h", "sin1d_m", "sin2d_h", "sin2d_m")
    assert sequence_preset_names() == ["nlp_combo", "nlp_search", *(f"nlp_{kind}" for kind in kinds), "nlp_single"]


def test_a_preset_is_found_in_any_case_and_only_among_the_names_given() -> None:
    assert '"name": "N"' in read_task("n", ["N"], str)
    with pytest.raises(UsageError, match=r"unknown task 'n'.*\(known: D\)"):
        read_task("n", ["D"], str)


def test_a_file_is_parsed_and_its_faults_are_told_with_its_name(tmp_path: Path) -> None:
    def refuse(text: str) -> str:
        raise UsageError(f"no {text}")

    path = tmp_path / "mine.json"
    path.write_text("task")
    assert read_task(str(path), [], str.upper) == "TASK"
    with pytest.raises(UsageError, match=r"^task file '.*mine.json': no task$"):
        read_task(str(path), [], refuse)


def test_what_is_neither_a_name_nor_a_file_is_refused(tmp_path: Path) -> None:
    for source in ("gone.json", str(tmp_path), "x" * 100_000):
        with pytest.raises(UsageError) as caught:
            read_task(source, ["D"], str)
        assert "\n" not in str(caught.value)


def test_what_is_there_and_no_file_is_not_said_to_be_absent(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "gone")
    for name in ("folder.json", "link.json"):
        with pytest.raises(UsageError, match=f"{name}': is no file"):
            read_task(str(tmp_path / name), ["D"], str)

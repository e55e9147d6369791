"""Catches: images that are not the run's own file, a file of another kind in a page, a run without any that says
nothing."""

from base64 import b64encode
from pathlib import Path

from evo.reporting.reconstruction_section import reconstruction_section
from evo.storage.run_folder import RECONSTRUCTIONS
from tests.run_folders import done, epoch_row, files_of

PNG = b"\x89PNG\r\n\x1a\nimages"


def test_the_file_is_shown_with_what_its_rows_are(tmp_path: Path) -> None:
    run = files_of(tmp_path, epochs=[epoch_row(0, 0)])
    (tmp_path / RECONSTRUCTIONS).parent.mkdir()
    (tmp_path / RECONSTRUCTIONS).write_bytes(PNG)
    (image,) = reconstruction_section(run).blocks
    assert image.png == b64encode(PNG).decode()
    assert [row.split()[-1] for row in image.rows] == ["images", "them", "reconstructed"]


def test_what_cannot_be_shown_is_told(tmp_path: Path) -> None:
    run = files_of(tmp_path, epochs=[epoch_row(0, 0)])
    assert "There is no best/reconstructions.png" in reconstruction_section(run).absent
    (tmp_path / RECONSTRUCTIONS).parent.mkdir()
    (tmp_path / RECONSTRUCTIONS).write_bytes(b"<html>")
    assert "cannot be shown (is no PNG)" in reconstruction_section(run).absent


def test_a_run_without_supernets_says_so(tmp_path: Path) -> None:
    assert "No supernet was trained" in reconstruction_section(files_of(tmp_path, [done(0, 1.0)])).absent

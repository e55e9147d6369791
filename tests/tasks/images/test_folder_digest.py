"""Catches: a file that changed, came, went or was renamed and is not noticed; a digest that depends on where the folder
lies, or cannot be had of names in Latin-1 or of a file that cannot be read."""

import tempfile
import time
from pathlib import Path

import pytest

from tasks.images.folder_digest import Digested, copy_digest, digest_of
from tasks.images.folder_listing import FoundFile


def digest(folder: Path, digested: Digested, **files: tuple[int, int]) -> str:
    return digest_of(folder, [FoundFile(folder / name, *state) for name, state in files.items()], digested)


def test_a_digest_is_of_names_sizes_and_times() -> None:
    here, plain = Path("/a"), {"x": (1, 2), "y": (3, 4)}
    first = digest(here, Digested.TIMES, **plain)
    assert len(first) == 16
    assert digest(Path("/elsewhere/b"), Digested.TIMES, **plain) == first
    others = [{"x": (1, 2)}, {**plain, "z": (0, 0)}, {"x": (1, 2), "z": (3, 4)}]
    others += [{**plain, "x": state} for state in ((2, 2), (1, 3), (12, 0))]
    assert digest(here, Digested.TIMES, x=(1, 23)) != digest(here, Digested.TIMES, x=(12, 3))
    assert len({first, *(digest(here, Digested.TIMES, **other) for other in others)}) == 7


def test_a_digest_of_contents_is_of_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1")
    first = digest(tmp_path, Digested.CONTENTS, x=(1, 2), gone=(0, 0))
    assert digest(tmp_path, Digested.CONTENTS, x=(5, 6), gone=(7, 8)) == first
    assert digest(tmp_path, Digested.CONTENTS, x=(1, 2), lost=(0, 0)) != first
    (tmp_path / "x").write_bytes(b"2")
    assert digest(tmp_path, Digested.CONTENTS, x=(1, 2), gone=(0, 0)) != first


@pytest.mark.parametrize("digested", list(Digested))
def test_names_may_be_any_bytes(tmp_path: Path, digested: Digested) -> None:
    found = {digest_of(tmp_path, [FoundFile(tmp_path / name, 1, 2)], digested) for name in ("caf\udce9", "caf\udcea")}
    assert len(found) == 2


def test_a_copy_has_the_digest_of_what_it_was_made_of(tmp_path: Path) -> None:
    def found(**files: str) -> str:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for name, text in files.items():
            (folder / name).write_text(text)
        listed = [FoundFile(folder / name, len(text), time.time_ns()) for name, text in files.items()]
        return copy_digest(folder, listed)

    first = found(x="ab", y="cd")
    assert found(x="ab", y="cd") == first
    others = (found(x="ab", y="ce"), found(x="ab", z="cd"), found(x="ab"), found(x="ac", y="cd"))
    assert len({first, *others}) == 5


def test_of_a_large_folder_every_second_third_file_is_read(tmp_path: Path) -> None:
    files = []
    for name in "abcdef":
        (tmp_path / name).write_text(name * 10)
        files.append(FoundFile(tmp_path / name, 10, 0))
    first = {most: copy_digest(tmp_path, files, most) for most in (60, 59, 20)}
    (tmp_path / "b").write_text("x" * 10)
    changed = {most for most, digest in first.items() if copy_digest(tmp_path, files, most) != digest}
    assert changed == {60}
    (tmp_path / "d").write_text("x" * 10)
    assert {most for most, digest in first.items() if copy_digest(tmp_path, files, most) != digest} == {60, 20}
    (tmp_path / "a").write_text("x" * 10)
    assert {most for most, digest in first.items() if copy_digest(tmp_path, files, most) != digest} == {60, 59, 20}

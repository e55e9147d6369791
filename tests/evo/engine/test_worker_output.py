"""Catches: what a plug-in prints that is lost, in whatever way it prints; a link or a pipe in a run's folder that is
written through; a file that grows without end; an empty file that stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evo.engine import worker_output
from evo.engine.worker_output import NAME, drop_empty, printed_lines

PROGRAM = """
import os, subprocess, sys
from pathlib import Path
from evo.engine import worker_output
print("before", flush=True)
worker_output.MOST_BYTES = int(sys.argv[2])
path = Path(sys.argv[1])
worker_output.print_into(path)
print("one")
print("two", file=sys.stderr)
subprocess.run(["echo", "three"])
os.write(1, b"four\\n")
print("f\\udcfcnf", end="")
worker_output.keep_in_bounds(path)
print("six")
"""


def printed_by(path: Path, most: int = 10**6) -> str:
    """Return what a process that prints into a file still prints elsewhere."""
    command = [sys.executable, "-c", PROGRAM, str(path), str(most)]
    return subprocess.check_output(command, text=True, errors="replace", stderr=subprocess.STDOUT, timeout=60)


def test_all_that_is_printed_goes_to_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text("zero\n")
    assert printed_by(path) == "before\n"
    assert path.read_text() == "zero\none\ntwo\nthree\nfour\nf\\udcfcnfsix\n"
    assert printed_lines(tmp_path) == [f"printed in workers: {path}"]


def test_a_file_that_is_full_says_so_once_and_grows_no_more(tmp_path: Path) -> None:
    path = tmp_path / NAME
    assert printed_by(path, most=5) == "before\n"
    assert path.read_text().endswith("f\\udcfcnf\n(16 MiB: what is printed from here on is not kept)\n\n")
    assert "six" not in path.read_text()


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe", "folder", "no folder"])
def test_what_is_no_plain_file_of_the_run_is_not_written(tmp_path: Path, kind: str) -> None:
    mine, path = tmp_path / "mine", tmp_path / NAME
    if kind == "link":
        mine.write_text("kept")
    make = {
        "link": lambda: path.symlink_to(mine),
        "dangling link": lambda: path.symlink_to(mine),
        "hard link": lambda: (mine.write_text("kept"), path.hardlink_to(mine)),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "no folder": lambda: None,
    }
    make[kind]()
    if kind == "no folder":
        path = tmp_path / "none" / NAME
    assert printed_by(path).startswith("before\none\n")
    assert not (tmp_path / "none").exists()
    assert (mine.read_text() if mine.exists() else None) == ("kept" if kind in ("link", "hard link") else None)


def test_nobody_who_names_no_file_is_redirected(capsys: pytest.CaptureFixture[str]) -> None:
    worker_output.print_into(None)
    worker_output.keep_in_bounds(None)
    print("here")
    assert capsys.readouterr().out == "here\n"


def test_an_empty_file_is_dropped_and_another_stays(tmp_path: Path) -> None:
    path = tmp_path / NAME
    drop_empty(None)
    drop_empty(path)
    path.touch()
    assert printed_lines(tmp_path) == []
    drop_empty(path)
    assert not path.exists()
    path.write_text("x")
    drop_empty(path)
    assert path.read_text() == "x"

"""Catches: a command that does not start, or loses its exit code."""

import subprocess
import sys


def test_the_package_is_a_command() -> None:
    command = [sys.executable, "-m", "spaces.tables", "show", "absent.parquet"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "spaces.tables: error: absent.parquet: no such file\n"

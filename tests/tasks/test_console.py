"""Catches: a search that ends because nobody reads what it says."""

import subprocess
import sys

PROGRAM = "from tasks.console import say\nfor i in range(3000): say('x' * 90)\nimport sys; sys.exit(7)"


def test_a_reader_that_leaves_ends_nothing() -> None:
    command = f'{sys.executable} -c "{PROGRAM}" | head -1; exit ${{PIPESTATUS[0]}}'
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "x" * 90 + "\n", "")

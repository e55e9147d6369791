"""Catches: a usage error whose line or exit code does not reach the shell, a module that runs when it is imported."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.check", "random_serch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("evo.check: error: ")


def test_importing_the_module_runs_nothing() -> None:
    done = run("-c", "import evo.check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

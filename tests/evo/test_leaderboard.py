"""Catches: a usage error whose line or exit code does not reach the shell, a module that runs when it is imported, a
command that hides the function of its name."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.leaderboard", "--table", "nasbench21")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("evo.leaderboard: error: ")


def test_importing_the_module_runs_nothing_and_the_function_is_there() -> None:
    done = run("-c", "import evo; assert callable(evo.leaderboard); import evo.leaderboard")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

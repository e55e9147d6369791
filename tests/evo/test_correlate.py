"""Catches: a heavy import that makes ``--help`` slow, and an exit code that does not reach the shell."""

import subprocess
import sys
from pathlib import Path

from tests.evo.test_run import HEAVY

REPOSITORY = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_help_imports_nothing_heavy() -> None:
    done = run("-X", "importtime", "-m", "evo.correlate", "--help")
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert imported.isdisjoint(HEAVY)


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.correlate", "--space", "nasbench201")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("evo.correlate: error: ")


def test_importing_the_module_runs_nothing() -> None:
    done = run("-c", "import evo.correlate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

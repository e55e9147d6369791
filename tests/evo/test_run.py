"""Catches: a heavy import that makes ``--help`` slow, an exit code that does not reach the shell."""

import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
HEAVY = ("torch", "ray", "pyarrow", "scipy", "pandas", "sklearn", "skimage")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_help_imports_nothing_heavy() -> None:
    done = run("-X", "importtime", "-m", "evo.run", "--help")
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert imported.isdisjoint(HEAVY)


def test_help_takes_well_under_a_second() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        run("-m", "evo.run", "--help")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.8


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.run", "--space", "nds_resnt", "--fitness", "regression")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "did you mean 'nds_resnet'?" in done.stderr


def test_importing_the_module_runs_nothing() -> None:
    done = run("-c", "import evo.run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

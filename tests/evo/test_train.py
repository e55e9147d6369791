"""Catches: a heavy import that makes ``--help`` slow, and an exit code that does not reach the shell."""

from tests.evo.test_correlate import run
from tests.evo.test_run import HEAVY


def test_help_imports_nothing_heavy() -> None:
    done = run("-X", "importtime", "-m", "evo.train", "--help")
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert imported.isdisjoint(HEAVY)


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.train", "--data", "digits")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("evo.train: error: ")


def test_importing_the_module_runs_nothing() -> None:
    done = run("-c", "import evo.train")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

"""Catches: a usage error whose line or exit code does not reach the shell, a module that runs when it is imported."""

from tests.evo.test_correlate import run


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    done = run("-m", "evo.status", "/nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("evo.status: error: ")


def test_importing_the_module_runs_nothing() -> None:
    done = run("-c", "import evo.status")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

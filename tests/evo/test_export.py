"""Catches: a usage error whose line or exit code does not reach the shell, a module that runs when it is imported."""

from tests.refusals import check_refused_in_a_shell


def test_a_usage_error_reaches_the_shell_as_one_line_and_exit_code_two() -> None:
    check_refused_in_a_shell("evo.export", "/nowhere")

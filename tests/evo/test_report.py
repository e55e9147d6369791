"""Catches: a usage error whose line or exit code does not reach the shell, a module that runs when it is imported."""

from tests.refusals import check_refused_in_a_shell


def test_the_command_is_one_of_the_shell() -> None:
    check_refused_in_a_shell("evo.report", "nowhere")

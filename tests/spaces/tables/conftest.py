"""What tests of tables need: the check that a command ends in one line."""

from collections.abc import Callable

import pytest

from spaces.tables.command_line import main


@pytest.fixture
def ends_in_one_line(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the command and return its one line of error; exit code 2 and nothing else printed."""

    def run(*arguments: object) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("spaces.tables: error: ")
        assert printed.err.count("\n") == 1
        return printed.err

    return run

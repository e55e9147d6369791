"""What ``python -m evo.leaderboard`` does: parse, then score what is not known and write the pages."""

from collections.abc import Sequence

from evo.commands.leaderboard_options import LeaderboardCommand, read_command
from evo.commands.messages import run_printed, say_loading
from tasks.foundation.command_line import DONE

PROGRAM = "evo.leaderboard"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: LeaderboardCommand) -> int:
    from evo.boards.request_checks import check_leaderboard

    check_leaderboard(command.request)
    say_loading("leaderboard", quiet=command.quiet)
    from evo.boards.leaderboard import run_leaderboard
    from evo.scoring.scoring import Watching

    run_leaderboard(command.request, watching=Watching(progress=not command.quiet))
    return DONE

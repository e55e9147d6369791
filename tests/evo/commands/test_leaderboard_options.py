"""Catches: an option that does not reach the request, or one that is said without having been given."""

from dataclasses import fields
from pathlib import Path

from evo.boards.request import LeaderboardRequest
from evo.commands.leaderboard_options import parser, read_command


def test_nothing_said_is_the_default_request() -> None:
    command = read_command([])
    assert command.request == LeaderboardRequest()
    assert not command.quiet


def test_every_option_reaches_the_request() -> None:
    words = "--fitness f --table t.csv --space s --metric m --lower-is-better --seed 3 --data noise --image-size 16"
    more = "--channels 1 --data-root d --download --sample 9 --rows A --rows-seed 2 --workers 0 --trial-timeout 5"
    command = read_command(
        [*words.split(), *more.split(), "--run-dir", "r", "--scores", "s", "--set", "space.x=1", "--quiet"]
    )
    request = command.request
    assert command.quiet
    assert (request.fitness, request.table, request.space, request.metric) == ("f", Path("t.csv"), "s", "m")
    assert (request.lower_is_better, request.seed, request.data, request.image_size) == (True, 3, "noise", 16)
    assert (request.channels, request.data_root, request.download) == (1, "d", True)
    assert (request.sample, request.rows, request.rows_seed) == (9, "A", 2)
    assert (request.placement.workers, request.trial_timeout, request.run_dir) == ("0", 5.0, Path("r"))
    assert request.scores == Path("s")
    assert request.options == {"space": {"x": "1"}}


def test_no_field_of_the_request_is_out_of_reach() -> None:
    known = {action.dest for action in parser()._actions}
    named = {field.name for field in fields(LeaderboardRequest)} - {"options", "placement"}
    assert named <= known

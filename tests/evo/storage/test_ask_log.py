"""Catches: an ask that is lost, one that a kill cut short and that is read all the same."""

from pathlib import Path

import pytest

from evo.storage.ask_log import ASKS, AskLog


def asked(folder: Path, *told: int) -> AskLog:
    log = AskLog(folder)
    for number, count in enumerate(told, start=len(log.told)):
        log.append(number, count)
    return log


def test_asks_are_on_disk_at_once_and_are_read_again(tmp_path: Path) -> None:
    log = asked(tmp_path, 0, 0, 1)
    assert log.told == []
    assert AskLog(tmp_path).told == [0, 0, 1]
    log.close()
    assert log.closed


@pytest.mark.parametrize("rest", ["", "{", '{"trial_id": 3}', "[]", '{"told": "x"}'])
def test_what_follows_the_last_whole_line_is_forgotten(tmp_path: Path, rest: str) -> None:
    asked(tmp_path, 0, 1).close()
    with (tmp_path / ASKS).open("a") as file:
        file.write(rest)
    asked(tmp_path, 2).close()
    assert AskLog(tmp_path).told == [0, 1, 2]

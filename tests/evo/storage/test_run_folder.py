"""Catches: two owners of one folder, a configuration overwritten by another, a folder of something else taken over, a
half-written JSON file, and a check that leaves traces."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from shutil import rmtree

import pytest

from evo.records.config import Choice, Limits
from evo.storage.durable_files import write_json
from evo.storage.locked_folder import is_running
from evo.storage.run_folder import CONFIG, PROGRESS, RunFolder, read_config, read_limits, read_progress
from tasks.foundation.errors import UsageError
from tests.runs import toy_config

CONFIGURATION = toy_config()
LIMITS = Limits(evaluations=7, trial_timeout_s=3.0)


def refusal(folder: Path, config: object = CONFIGURATION) -> str:
    with pytest.raises(UsageError) as caught:
        RunFolder(folder).check(config)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_checking_a_new_folder_writes_nothing(tmp_path: Path) -> None:
    RunFolder(tmp_path / "a" / "b").check(CONFIGURATION)
    assert list(tmp_path.iterdir()) == []


def test_a_claimed_folder_holds_configuration_limits_and_provenance(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "a" / "run") as folder:
        folder.claim(CONFIGURATION, LIMITS)
    assert read_config(tmp_path / "a" / "run") == CONFIGURATION
    assert read_limits(tmp_path / "a" / "run") == LIMITS
    stored = json.loads((tmp_path / "a" / "run" / CONFIG).read_text())
    assert stored["versions"]["torch"]
    assert {"commit", "machine", "command"} <= set(stored)


def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(CONFIGURATION, LIMITS)
        assert is_running(tmp_path / "run")
        assert "this process is running it already" in refusal(tmp_path / "run")
        with pytest.raises(UsageError, match="this process is running it"), RunFolder(tmp_path / "run") as second:
            second.claim(CONFIGURATION, LIMITS)
    assert not is_running(tmp_path / "run")
    with RunFolder(tmp_path / "run") as third:
        third.check(CONFIGURATION)
        third.claim(CONFIGURATION, LIMITS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "(seed 0 there, 1 here)"),
        ({"data": "digits"}, "(data noise there, digits here)"),
        ({"ahead": 9}, "(ahead 4 there, 9 here)"),
        ({"reuse": False}, "(reuse True there, False here)"),
        ({"fitness": toy_config(noise=0.5).fitness}, "fitness tests.toy:CountOnes(noise=0.01,sleep_s=0.0) there"),
    ],
)
def test_another_configuration_is_refused_with_the_difference(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(CONFIGURATION, LIMITS)
    assert words in refusal(tmp_path, replace(CONFIGURATION, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(("then", "now"), [("", "three"), ("two", "three"), ("two", "")])
def test_a_folder_on_images_that_changed_is_refused(tmp_path: Path, then: str, now: str) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(replace(CONFIGURATION, data_identity=then), LIMITS)
    words = "its images (noise) were others, or divided otherwise"
    said = f"{words}: {then or 'not said how'} then, {now or 'not said how'} now; its rows cannot go on"
    assert said in refusal(tmp_path, replace(CONFIGURATION, data_identity=now))
    assert "(seed 0 there, 1 here)" in refusal(tmp_path, replace(CONFIGURATION, seed=1, data_identity=now))
    assert read_config(tmp_path).data_identity == then


def test_claiming_again_keeps_the_first_configuration(tmp_path: Path) -> None:
    for limits in (LIMITS, Limits(evaluations=99)):
        with RunFolder(tmp_path) as folder:
            folder.claim(CONFIGURATION, limits)
    assert read_limits(tmp_path) == LIMITS


def test_the_evaluations_last_asked_for_are_in_the_heartbeat(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(CONFIGURATION, LIMITS)
        folder.write(PROGRESS, {"evaluations": 20})
    assert read_limits(tmp_path).evaluations == 20


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    assert "is not empty and holds no config.json" in refusal(tmp_path)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is a file, not a folder" in refusal(tmp_path / "file" / "run")
    with pytest.raises(UsageError, match="cannot be written"):
        RunFolder(tmp_path / "file" / "run").claim(CONFIGURATION, LIMITS)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.storage.locked_folder.os.access", lambda path, mode: False)  # root may write anywhere
    assert f"{tmp_path} cannot be written" in refusal(tmp_path / "run")


TORN = ["", "{", "[]", "null", '{"search": {}}', '{"search": 3}', '{"search": {"space": 1}}', "[" * 100_000]


@pytest.mark.parametrize("text", TORN)
def test_a_configuration_that_cannot_be_read_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / CONFIG).write_text(text)
    with pytest.raises(UsageError, match="is not a configuration this version can read") as caught:
        read_config(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("search", "seed"), "x"),
        (("search", "ahead"), "4"),
        (("search", "reuse"), "no"),
        (("search", "data"), 3),
        (("search", "space", "name"), 3),
        (("search", "space", "options"), None),
        (("limits", "trial_timeout_s"), "x"),
        (("limits", "unheard"), 1),
        (("limits",), None),
    ],
)
def test_a_configuration_with_a_value_of_another_type_is_one_line(
    tmp_path: Path, place: tuple[str, ...], value: object
) -> None:
    write_json(tmp_path / CONFIG, {"search": toy_config().to_json(), "limits": asdict(Limits())})
    stored = json.loads((tmp_path / CONFIG).read_text())
    inner = stored
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    (tmp_path / CONFIG).write_text(json.dumps(stored))
    read = read_config if place[0] == "search" else read_limits
    with pytest.raises(UsageError, match="is not a configuration this version can read") as caught:
        read(tmp_path)
    assert "\n" not in str(caught.value)


def test_no_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run here"):
        read_config(tmp_path / "nothing")


@pytest.mark.parametrize("text", ['{"state": "runn', "[]", "null", '{"evaluations": "9"}', "[" * 100_000])
def test_a_missing_or_torn_heartbeat_is_empty(tmp_path: Path, text: str) -> None:
    assert read_progress(tmp_path) == {}
    (tmp_path / PROGRESS).write_text(text)
    assert read_progress(tmp_path) == {}


def test_a_configuration_that_cannot_be_written_is_refused_by_the_check(tmp_path: Path) -> None:
    config = replace(toy_config(), space=Choice("x", {"made": object()}))
    with pytest.raises(UsageError, match="cannot be written into a configuration"):
        RunFolder(tmp_path / "run").check(config)
    assert not (tmp_path / "run").exists()


def test_a_folder_that_is_gone_is_not_made_again_for_a_heartbeat(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(toy_config(), Limits(1))
        rmtree(tmp_path / "run")
        with pytest.raises(FileNotFoundError, match=f"{tmp_path}/run"):
            folder.write(PROGRESS, {"evaluations": 1})
    assert not (tmp_path / "run").exists()

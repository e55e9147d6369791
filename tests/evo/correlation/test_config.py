"""Catches: two requests that share a folder, a request that changes with the folder it is made in, an option that does
not reach its search."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.commands.correlate_options import read_command
from evo.correlation.config import CorrelationConfig, encoded, resolve_correlation
from evo.records.config import Choice
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings

AXES = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes(noise=0.5),random", "--data", "noise"]
FULL = [*AXES, "--table", "t.csv", "--metric", "acc"]


def config(*more: str, full: list[str] = FULL) -> CorrelationConfig:
    return resolve_correlation(read_command([*full, *more]).request).config


def test_paths_mean_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config("--data-root", "d").table == str(tmp_path / "t.csv")
    assert config("--data-root", "d").data_root == str(tmp_path / "d")


def test_a_member_is_a_search_over_the_listed_candidates() -> None:
    asked = config("--set", "space.length=4", "--seed", "7")
    first, second = (asked.search(fitness, Path("/x/c.txt")) for fitness in asked.fitnesses)
    assert (first.space.options, first.fitness.options["noise"], first.seed) == ({"length": 4}, 0.5, 7)
    assert (first.strategy.name, first.strategy.options, first.data) == ("listed", {"file": "/x/c.txt"}, "noise")
    assert second.fitness.name == "random"
    assert config("--set", "data.size=16").data == "noise(size=16)"
    assert first.ahead > 0  # settled, whatever the number of workers


@pytest.mark.parametrize(
    "change",
    [["--seed", "1"], ["--rows", "A"], ["--rows-seed", "1"], ["--set", "space.length=4"], ["--data", "photos"]],
)
def test_another_request_has_another_folder(change: list[str]) -> None:
    assert config().default_folder(["a", "b"]) == config().default_folder(["a", "b"])
    assert config(*change).default_folder(["a", "b"]) != config().default_folder(["a", "b"])
    assert config().default_folder(["b", "a"]) != config().default_folder(["a", "b"])


def test_what_changes_nothing_keeps_the_folder() -> None:
    more = ["--sample", "9", "--workers", "1", "--failed", "drop", "--lower-is-better", "--quiet"]
    assert config(*more, "--metric", "loss").default_folder(["a"]) == config().default_folder(["a"])


def test_folders_have_plain_names_in_order() -> None:
    asked = config()
    assert asked.default_folder(["a"]).name.startswith("correlate-tests.toy-BitStrings-t-")
    assert asked.member_folders() == ["00-tests.toy-CountOnes-noise-0.5", "01-random"]


def test_json_tells_every_part() -> None:
    asked = config()
    values = asked.to_json()
    assert values["fitnesses"][0]["label"] == "tests.toy:CountOnes(noise=0.5)"
    assert replace(asked, seed=3).to_json() != values


@pytest.mark.parametrize("given", ["acc,acc", "acc,", ",", "a b,a-b"])
def test_metrics_that_would_share_their_files_are_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--metric"):
        config(full=[*AXES, "--table", "t.csv", "--metric", given])


def test_metrics_have_no_spaces_around_them() -> None:
    asked = config(full=[*AXES, "--table", "t.csv", "--metric", "acc, val acc"])
    assert asked.metrics == ["acc", "val acc"]


def test_the_size_of_images_is_part_of_a_correlation(tmp_path: Path) -> None:
    large = config("--image-size", "48")
    assert large.data == "noise(size=48)"
    assert large.default_folder(["a"]) != config().default_folder(["a"])
    assert config("--image-size", "64", full=[*AXES[:-2], *FULL[-4:]]).data == "photos(size=64)"
    assert config("--data", f"imagefolder:{tmp_path}", "--channels", "1").data == f"imagefolder:{tmp_path}(channels=1)"
    with pytest.raises(UsageError, match="--channels 4: noise has images of 3"):
        config("--channels", "4")


def test_candidates_are_written_as_their_space_does_and_the_first_that_is_none_is_refused() -> None:
    config = CorrelationConfig(Choice("toy"), (), "/t.csv", "acc", None, 0, "noise", None, 0)
    space = BitStrings(length=3)
    assert encoded(["010", "110"], space, config) == ["010", "110"]
    with pytest.raises(UsageError, match=r"^--table /t.csv: '01x' is no candidate of space 'toy': "):
        encoded(["010", "01x", "y"], space, config)

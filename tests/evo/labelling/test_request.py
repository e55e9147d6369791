"""Catches: two requests that share a folder, one that changes with what no label depends on, a seed that does not reach
its search, pictures without labels that are taken."""

from pathlib import Path

import pytest

from evo.commands.label_options import parser
from evo.labelling.request import Request, request_from
from tasks.foundation.errors import UsageError

FULL = ["--space", "tests.tiny:TinyNetworks", "--data", "digits", "--out", "p.parquet"]


def request(*more: str) -> Request:
    return request_from(parser().parse_args([*FULL, *more]))


def test_a_member_is_a_search_over_the_listed_candidates_with_its_own_seed() -> None:
    asked = request("--seed", "7", "--epochs", "2")
    config = asked.config(9, Path("/x/c.txt"))
    assert (asked.seed, config.seed, config.data, config.space.name) == (7, 9, "digits", "tests.tiny:TinyNetworks")
    assert (config.strategy.name, config.strategy.options) == ("listed", {"file": "/x/c.txt"})
    assert (config.fitness.name, config.fitness.options["epochs"]) == ("classification", 2)
    assert config.ahead > 0  # settled, whatever the number of workers


def test_all_test_digits_are_test_pictures() -> None:
    assert request().training.options["held_out"] == 359


@pytest.mark.parametrize("change", [["--seed", "1"], ["--epochs", "9"], ["--pictures", "80"], ["--batch", "4"]])
def test_another_request_has_another_folder(change: list[str]) -> None:
    assert request().default_folder() == request().default_folder()
    assert request(*change).default_folder() != request().default_folder()


def test_what_changes_no_label_keeps_the_folder() -> None:
    more = ["--count", "9", "--seeds", "5", "--workers", "1", "--least-agreement", "0", "--force", "--quiet"]
    assert request(*more).default_folder() == request().default_folder()
    assert request().default_folder().name.startswith("label-tests.tiny-TinyNetworks-digits-")


def test_options_of_space_and_training_arrive() -> None:
    given = ["--set", "space.cells_per_stage=2", "--set", "fitness.augment=true"]
    asked = request_from(parser().parse_args(["--space", "nasbench201", *FULL[2:], *given]))
    assert asked.space.options["cells_per_stage"] == 2
    assert asked.training.options["augment"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "photos"], "--data photos: these pictures have no labels; give digits"),
        (["--data", "noise"], "--data noise: these pictures have no labels"),
        (["--pictures", "1439"], "--pictures 1439: digits has 1438 to train on"),
        (["--set", "strategy.file=x"], "unknown axis"),
    ],
)
def test_what_cannot_be_labelled_with_is_refused(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        request(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_flat_folder_has_no_labels_and_class_folders_do(picture_folders: Path) -> None:
    flat, classes = picture_folders / "flat", picture_folders / "classes"
    with pytest.raises(UsageError, match="no labels"):
        request("--data", f"imagefolder:{flat}")
    asked = request("--data", f"imagefolder:{classes}", "--pictures", "4", "--batch", "2")
    assert asked.data == f"imagefolder:{classes}"
    assert asked.default_folder().name.startswith("label-tests.tiny-TinyNetworks-imagefolder-")

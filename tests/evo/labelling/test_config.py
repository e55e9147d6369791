"""Catches: two requests that share a folder, one that changes with what no label depends on, a seed that does not reach
its search, images without labels that are taken."""

from pathlib import Path

import pytest

from evo.commands.label_options import read_command
from evo.labelling.config import LabelConfig, resolve_labelling
from tasks.foundation.errors import UsageError

FULL = ["--space", "tests.tiny:TinyNetworks", "--data", "digits", "--out", "p.parquet"]


def config(*more: str, full: list[str] = FULL) -> LabelConfig:
    return resolve_labelling(read_command([*full, *more]).request).config


def test_a_member_is_a_search_over_the_listed_candidates_with_its_own_seed() -> None:
    asked = config("--seed", "7", "--epochs", "2")
    search = asked.search(9, Path("/x/c.txt"))
    assert (asked.seed, search.seed, search.data, search.space.name) == (7, 9, "digits", "tests.tiny:TinyNetworks")
    assert (search.strategy.name, search.strategy.options) == ("listed", {"file": "/x/c.txt"})
    assert (search.fitness.name, search.fitness.options["epochs"]) == ("classification", 2)
    assert search.ahead > 0  # settled, whatever the number of workers


def test_all_test_digits_are_test_pictures() -> None:
    assert config().training.options["held_out"] == 359


@pytest.mark.parametrize("change", [["--seed", "1"], ["--epochs", "9"], ["--pictures", "80"], ["--batch", "4"]])
def test_another_request_has_another_folder(change: list[str]) -> None:
    assert config().default_folder() == config().default_folder()
    assert config(*change).default_folder() != config().default_folder()


def test_what_changes_no_label_keeps_the_folder() -> None:
    more = ["--count", "9", "--seeds", "5", "--workers", "1", "--least-agreement", "0", "--force", "--quiet"]
    assert config(*more).default_folder() == config().default_folder()
    assert config().default_folder().name.startswith("label-tests.tiny-TinyNetworks-digits-")


def test_options_of_space_and_training_arrive() -> None:
    given = ["--set", "space.cells_per_stage=2", "--set", "fitness.augment=true"]
    asked = config(full=["--space", "nasbench201", *FULL[2:], *given])
    assert asked.space.options["cells_per_stage"] == 2
    assert asked.training.options["augment"] is True
    assert config("--set", "data.size=16").data == "digits(size=16)"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "photos"], "--data photos: these images have no labels; give digits"),
        (["--data", "noise"], "--data noise: these images have no labels"),
        (["--pictures", "1080"], "--pictures 1080: digits has 1079 to train on"),
        (["--set", "strategy.file=x"], "unknown axis"),
    ],
)
def test_what_cannot_be_labelled_with_is_refused(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        config(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_flat_folder_has_no_labels_and_class_folders_do(image_folders: Path) -> None:
    flat, classes = image_folders / "flat", image_folders / "classes"
    with pytest.raises(UsageError, match="no labels"):
        config("--data", f"imagefolder:{flat}")
    asked = config("--data", f"imagefolder:{classes}", "--pictures", "4", "--batch", "2")
    assert asked.data == f"imagefolder:{classes}"
    assert asked.default_folder().name.startswith("label-tests.tiny-TinyNetworks-imagefolder-")
    for path in classes.glob("b/*.png"):
        path.unlink()
    with pytest.raises(UsageError, match=r"^--data imagefolder:\S*: these images have one class, and one class is no"):
        config("--data", f"imagefolder:{classes}")
    (classes / "flat").mkdir()
    (image_folders / "flat" / "0.png").rename(classes / "flat" / "0.png")
    for path in classes.glob("*/[1-5].png"):
        path.unlink()
    with pytest.raises(UsageError, match=r"^--data imagefolder:\S*: there are no validation images to judge by"):
        config("--data", f"imagefolder:{classes}", "--pictures", "2", "--batch", "2")


def test_the_size_of_images_is_part_of_a_labelling(image_folders: Path) -> None:
    assert config("--image-size", "16").data == "digits(size=16)"
    assert config("--image-size", "16").default_folder() != config().default_folder()
    grey = ["--data", f"imagefolder:{image_folders / 'classes'}", "--channels", "1", "--pictures", "4", "--batch", "2"]
    assert config(*grey, full=[*FULL[:2], *FULL[4:]]).data.endswith("(channels=1)")

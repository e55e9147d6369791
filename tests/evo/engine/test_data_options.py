"""Catches: a folder of images that means another one from elsewhere, images of the caller's own that are lost, or are
looked for under their name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from evo.engine.data_options import (
    asked_data,
    check_same,
    choose_data,
    identified,
    of_one_origin,
    open_source,
    passed_again,
    settled_data,
)
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages
from tests.runs import toy_config
from tests.tiny_images import TinyLabels


@pytest.mark.parametrize(
    ("given", "kept"),
    [("imagefolder:a/b", f"imagefolder:{Path.cwd() / 'a/b'}"), ("photos", "photos"), ("mine:Own", "mine:Own")],
)
def test_a_folder_of_images_is_kept_by_its_full_path(given: str, kept: str) -> None:
    assert settled_data(choose_data(given), None) == {"data": kept, "data_root": None}


@pytest.mark.parametrize(
    ("given", "options", "kept"),
    [
        ("mine:Own", {"path": "a, b"}, 'mine:Own(path="a, b")'),
        ("mine:Own(path=a,size=8)", {"path": "a", "b": 1}, "mine:Own(path=a,size=8,b=1)"),
        ("photos", {"size": "64"}, "photos(size=64)"),
        ("imagefolder:a", {"size": 64}, f"imagefolder:{Path.cwd() / 'a'}(size=64)"),
        ("imagefolder", {"folder": "a"}, f"imagefolder:{Path.cwd() / 'a'}"),
        (TinyLabels, {"size": "9"}, "tests.tiny_images:TinyLabels(size=9)"),
    ],
)
def test_options_of_images_are_kept_in_their_text(given: object, options: dict[str, object], kept: str) -> None:
    assert settled_data(choose_data(given, options), None)["data"] == kept


def test_options_alone_are_those_of_the_default() -> None:
    assert kept(Asked(options={"data": {"size": "8"}}), "noise") == "noise(size=8)"


def test_an_object_has_its_own_options() -> None:
    with pytest.raises(UsageError, match=r"data\.size: .* is an object, with options of its own"):
        choose_data(TinyLabels(), {"size": "9"})


def test_a_folder_of_archives_is_kept_by_its_full_path() -> None:
    assert settled_data(None, "archives") == {"data": None, "data_root": str(Path.cwd() / "archives")}


def test_images_of_ones_own_are_kept_by_their_name_and_options() -> None:
    assert settled_data(choose_data(TinyLabels(size=16)), None)["data"] == "tests.tiny_images:TinyLabels(size=16)"
    assert settled_data(choose_data(TinyLabels), None)["data"] == "tests.tiny_images:TinyLabels(size=8)"


def test_an_object_is_its_callers_own_and_a_name_or_a_class_is_not() -> None:
    class Local(TinyLabels):
        """Images of this test's own."""

    images, local = TinyLabels(), Local()
    chosen = [choose_data(given) for given in (images, local, "photos", TinyLabels)]
    assert [one and (one.made, one.by_name) for one in chosen] == [
        (images, True),
        (local, False),
        (None, True),
        (None, True),
    ]
    assert choose_data(None) is None


def test_a_value_that_needs_quotes_has_them() -> None:
    class Kept(TinyLabels):
        """Images that keep a text."""

        def __init__(self, *, root: str = "a,b (c)") -> None:
            super().__init__()
            self.root = root

    chosen = choose_data(Kept())
    assert chosen is not None
    assert chosen.choice.name.endswith('Kept(root="a,b (c)")')


def test_images_are_opened_by_their_name_or_are_the_callers() -> None:
    config = replace(toy_config(), data="tests.tiny_images:TinyLabels(size=16)")
    assert open_source(config, {}).size == 16
    own = TinyLabels(size=4)
    assert open_source(config, {"data": own}).size == 4
    with pytest.raises(UsageError, match=r"data 'tests.*' was handed over as an object"):
        open_source(replace(config, objects=("data",)), {})


def test_a_configuration_says_what_its_images_say_they_are() -> None:
    config = replace(toy_config(), data="digits")
    asked = identified(config, Digits())
    assert (asked.data_identity, replace(asked, data_identity="")) == (Digits.identity, config)
    assert identified(asked, NoiseImages()) == config
    check_same(asked, Digits(), "runs/x")
    check_same(config, NoiseImages(), "runs/x")
    for then, images in ((config, Digits()), (asked, NoiseImages())):
        with pytest.raises(UsageError, match=r"^runs/x: its images \(digits\) were others, or divided otherwise: "):
            check_same(then, images, "runs/x")


def test_what_is_to_be_passed_again_is_said_in_one_line() -> None:
    assert str(passed_again("space", "__main__:Mine")) == (
        "space '__main__:Mine' was handed over as an object and cannot be made by its name; go on from Python, and "
        "pass it again: evo.search(..., space=...) or run.resume(space=...)"
    )


@dataclass(frozen=True)
class Asked:
    """What a request says of images."""

    data: Any = None
    image_size: int | None = None
    channels: int | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def kept(asked: Asked, default: str | None = None) -> Any:
    return settled_data(asked_data(asked, default), None)["data"]


def test_size_and_channels_are_part_of_the_images(tmp_path: Path) -> None:
    assert kept(Asked(), "photos") is None  # nothing is said
    assert kept(Asked(image_size=64), "photos") == "photos(size=64)"
    assert kept(Asked("mine:Own", 64, options={"data": {"path": "a"}})) == "mine:Own(path=a,size=64)"
    assert kept(Asked(f"imagefolder:{tmp_path}", 64, 1)) == f"imagefolder:{tmp_path}(size=64,channels=1)"
    assert kept(Asked(TinyLabels, 16)) == "tests.tiny_images:TinyLabels(size=16)"


def test_an_object_has_its_size_and_channels_already() -> None:
    assert kept(Asked(TinyLabels(size=16), 16, 3)) == "tests.tiny_images:TinyLabels(size=16)"
    for asked, words in (
        (Asked(TinyLabels(size=16), 32), "--image-size 32"),
        (Asked(TinyLabels(), None, 1), "--channels 1"),
    ):
        with pytest.raises(UsageError, match=f"{words}: TinyLabels.* itself"):
            kept(asked)
    with pytest.raises(UsageError, match="unknown option of data 'tests"):
        kept(Asked(TinyLabels, None, 1))


@pytest.mark.parametrize(
    ("data", "other", "one"),
    [
        ("digits", "digits(size=36)", True),
        ("imagefolder:/a", "imagefolder:/a(digest=contents,channels=1)", True),
        ("imagefolder:/a", "imagefolder:/b", False),
        ("mine:Own(path=a)", "mine:Own(path=b)", False),
        ("digits", "cifar10", False),
    ],
)
def test_images_are_of_one_origin_whatever_their_size(data: str, other: str, one: bool) -> None:
    assert of_one_origin(data, other) == of_one_origin(other, data) == one

"""Catches: a difference between a worker and its driver that is not seen or not named, a copy of images that is taken
for others, images that are read though they are the very same ones."""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evo.cluster import sameness
from evo.cluster.plugin_files import files_of, project_digest
from evo.cluster.sameness import Inquiry, difference, facts_of, inquiry_of, mark_of
from tasks import ImageSource, open_images
from tasks.images.image_folder import ImageFolder
from tests.image_files import write_images

NOISE = open_images("noise")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of a few images."""
    return write_images(tmp_path / "here", "a/1.png", "a/2.png", "b/1.png")


def copy_of(folder: Path) -> Path:
    """Return a copy of a folder whose files were written at another time."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    for path in copy.rglob("*.png"):
        os.utime(path, (1, 1))
    return copy


def test_the_facts_are_those_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sameness, "_node_id", lambda: "abc")
    monkeypatch.setattr(sameness, "version", {"torch": "2.15.0+cpu", "selfnas": "1.2"}.__getitem__)
    found = facts_of(Inquiry(("tests.toy", "plug_nowhere")), NOISE)
    toy = files_of("tests.toy")
    assert toy is not None
    assert (found.pid, found.node, found.node_id) == (os.getpid(), os.uname().nodename, "abc")
    python = ".".join(platform.python_version().split(".")[:2])
    assert found.versions == {"python": python, "torch": "2.15.0", "selfnas": "1.2"}
    assert (found.project, found.modules) == (project_digest(), {"tests.toy": toy.digest, "plug_nowhere": ""})


def test_equal_workers_do_not_differ_whatever_their_machine() -> None:
    driver = facts_of(Inquiry(("tests.toy",)), NOISE)
    assert difference(replace(driver, pid=1, node="there", node_id="abc", gpu="H200"), driver, NOISE) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"versions": {"python": "3.11", "torch": "2.14.0"}}, "has torch 2.14.0, and the driver 2.15.0; install"),
        ({"versions": {"python": "3.11"}}, "has torch none, and the driver 2.15.0"),
        ({"versions": {"python": "3.12", "torch": "2.15.0"}}, "has python 3.12, and the driver 3.11"),
        ({"project": "other"}, "files of selfnas are others"),
        ({"modules": {"mine": "2"}}, "its module mine is another one"),
        ({"modules": {"mine": ""}}, "it has no module mine"),
        ({"modules": {}}, "it has no module mine"),
        ({"images": "other"}, "its images are others"),
    ],
)
def test_what_differs_is_named(change: dict[str, object], said: str) -> None:
    versions = {"python": "3.11", "torch": "2.15.0"}
    driver = replace(facts_of(Inquiry(), NOISE), versions=versions, modules={"mine": "1"}, images="these")
    found = difference(replace(driver, **change), driver, NOISE)
    assert found is not None
    assert said in found
    assert len(found) < 300
    assert difference(driver, driver, NOISE) is None


def test_the_very_same_files_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(self: ImageFolder) -> str:
        raise AssertionError("read")

    monkeypatch.setattr(ImageFolder, "files_digest", unread)
    here, there = (open_images(f"imagefolder:{folder}", size=8) for _ in range(2))
    inquiry = inquiry_of(["tests.toy"], here)
    driver = facts_of(inquiry, here)
    assert inquiry.modules == ("tests.toy",)
    assert difference(facts_of(inquiry, there), driver, here) is None


def test_a_copy_counts_as_the_same_images_and_another_folder_does_not(folder: Path) -> None:
    here = open_images(f"imagefolder:{folder}", size=8)
    copy = copy_of(folder)
    inquiry = inquiry_of([], here)
    driver = facts_of(inquiry, here)
    there = facts_of(inquiry, open_images(f"imagefolder:{copy}", size=8))
    assert there.images != driver.images
    assert difference(there, driver, here) is None
    (copy / "b" / "1.png").unlink()
    other = facts_of(inquiry, open_images(f"imagefolder:{copy}", size=8))
    assert "images are others" in str(difference(other, driver, here))


def test_a_source_without_files_is_what_it_says_it_is() -> None:
    class Said:
        size, num_classes, identity = 8, None, "these"

        def draw(self, count: int, rng: object, *, split: object = None) -> object:
            raise NotImplementedError

    said: ImageSource = Said()  # type: ignore[assignment]
    assert (inquiry_of([], said).stamp, mark_of(said, ""), mark_of(NOISE, "x")) == ("", "these", mark_of(NOISE, ""))


def test_a_package_that_is_not_installed_has_no_version() -> None:
    assert sameness._version("no-such-distribution") == ""
    _: Callable[[str], str] = sameness._version

"""Catches: a linked folder that vanishes, a loop of links that never ends or doubles images, names in the file system's
order, something that is no file taken for an image."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.images.folder_listing import folders_in, images_below, images_in, leads_back

Make = Callable[..., Path]


def below(folder: Path) -> list[str]:
    return [file.path.relative_to(folder).as_posix() for file in images_below(folder)]


def test_files_are_sorted_and_nothing_hidden_or_foreign_is_among_them(folder_of_images: Make) -> None:
    folder = folder_of_images("b.png", "a/2.PNG", "a/1.png", ".hidden.png", ".thumbs/c.png", "a.png")
    (folder / "notes.txt").write_text("x")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    (folder / "to_pipe.png").symlink_to("pipe.png")
    assert below(folder) == ["a/1.png", "a/2.PNG", "a.png", "b.png"]
    assert [file.path.name for file in images_in(folder)] == ["a.png", "b.png"]
    assert folders_in(folder) == [folder / "a", folder / "folder.png"]


def test_a_file_is_known_by_size_and_time(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png")
    os.utime(folder / "a.png", ns=(5, 7_000_000_000))
    (found,) = images_in(folder)
    assert (found.size, found.changed_ns) == ((folder / "a.png").stat().st_size, 7_000_000_000)


def test_links_to_folders_are_followed(folder_of_images: Make, tmp_path: Path) -> None:
    elsewhere = folder_of_images("x/1.png", "x/deep/2.png")
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "link").symlink_to(elsewhere)
    (folder / "direct.png").symlink_to(elsewhere / "x" / "1.png")
    assert below(folder) == ["direct.png", "link/x/1.png", "link/x/deep/2.png"]


def test_links_in_a_circle_end_and_double_nothing(folder_of_images: Make, tmp_path: Path) -> None:
    folder = folder_of_images("cats/1.png", "cats/young/2.png", "dogs/3.png")
    cats = folder / "cats"
    for name, target in {"self": ".", "up": "..", "above": "../..", "a_again": "young", "loop": "loop"}.items():
        (cats / name).symlink_to(target)
    (cats / "young" / "back").symlink_to(cats)
    assert below(cats) == ["1.png", "young/2.png"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "back").symlink_to(tmp_path)
    (cats / "out").symlink_to(tmp_path / "other")
    assert below(cats) == ["1.png", "young/2.png"]  # though the link that leads up is not above the class itself
    (folder / "whole").symlink_to(".")
    assert [leads_back(folder / name, folder) for name in ("cats", "whole")] == [False, True]


def test_links_to_what_lies_above_are_not_followed_wherever_they_are(
    folder_of_images: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, elsewhere = folder_of_images("cats/1.png"), tmp_path_factory.mktemp("elsewhere")
    for stray in (folder.parent / "stray.png", elsewhere / "stray.png"):
        stray.write_bytes(b"")
    inner = elsewhere / "inner"
    inner.mkdir()
    (folder / "cats" / "out").symlink_to(inner)
    (inner / "up").symlink_to(elsewhere)  # above itself
    (inner / "home").symlink_to(folder.parent)  # above where the walk began
    assert below(folder / "cats") == ["1.png"]


def test_a_folder_keeps_its_own_name_where_a_link_leads_to_it_too(folder_of_images: Make) -> None:
    folder = folder_of_images("b/deep/1.png")
    (folder / "a").symlink_to("b/deep")
    assert below(folder) == ["b/deep/1.png"]


def test_a_folder_that_two_links_lead_to_counts_once(folder_of_images: Make, tmp_path: Path) -> None:
    elsewhere = folder_of_images("1.png")
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("b", "a"):
        (folder / name).symlink_to(elsewhere)
    assert below(folder) == ["a/1.png"]


def test_a_link_that_leads_nowhere_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("gone.png")
    (tmp_path / "b.png").symlink_to("b.png")
    assert [(file.path.name, file.size, file.changed_ns) for file in images_below(tmp_path)] == [
        ("a.png", 0, 0),
        ("b.png", 0, 0),
    ]


LINKS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["a", "b", "c", "."])), max_size=6)


@given(LINKS)
def test_however_folders_link_to_each_other_every_image_is_found_once(
    links: list[tuple[str, str]],
) -> None:
    with TemporaryDirectory() as name:
        root = Path(name)
        for folder in "abc":
            (root / folder).mkdir()
            (root / folder / f"{folder}.png").write_bytes(b"")
        for number, (place, target) in enumerate(links):
            (root / place / f"link{number}").symlink_to(root / target)
        assert below(root) == ["a/a.png", "b/b.png", "c/c.png"]

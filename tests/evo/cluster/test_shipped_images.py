"""Catches: images that arrive as others, an archive that writes outside its folder or makes a link, what is too large
or full of links sent all the same, what is unpacked held twice in memory."""

import io
import logging
import tarfile
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evo.cluster import lasting_folder, shipped_images
from evo.cluster.shipped_images import ImageParcel, packed, placed, send_images, unpack, unpacked
from tasks import ImageSource, UsageError, open_images
from tasks.images.folder_listing import FoundFile
from tasks.images.image_folder import ImageFolder
from tests.image_files import write_images


class Store:
    """Stands in for Ray: keeps what is put, and counts who gets it."""

    def __init__(self) -> None:
        self.got = 0

    def put(self, value: object) -> object:
        return value

    def get(self, value: object) -> object:
        self.got += 1
        return value


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """Return the stand-in; another machine's temporary folder is one of this test's."""
    store = Store()
    monkeypatch.setattr(shipped_images, "ray", store)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    yield store
    while lasting_folder._held:
        lasting_folder._held.pop().close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of images, a file that is none, and one that cannot be decoded."""
    write_images(tmp_path / "images", "train/a/1.png", "train/a/2.png", "train/b/caf\udce9.png", "val/a/3.png")
    (tmp_path / "images" / "notes.txt").write_text("private")
    (tmp_path / "images" / "train" / "b" / "gone.png").symlink_to("nowhere")
    return tmp_path / "images"


def source(folder: Path) -> ImageFolder:
    found = open_images(f"imagefolder:{folder}", size=8)
    assert isinstance(found, ImageFolder)
    return found


def sent(folder: Path) -> ImageParcel:
    parcel = send_images(source(folder))
    assert parcel is not None
    return parcel


def archive(*members: tarfile.TarInfo) -> NDArray[np.uint8]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as written:
        for member in members:
            written.addfile(member, io.BytesIO(b"x" * member.size))
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)


def test_images_that_are_missing_arrive_as_they_were(store: Store, folder: Path) -> None:
    there, parcel = source(folder), sent(folder)
    spec = placed("imagefolder:/not/here(size=8,channels=1)", parcel)
    arrived = open_images(spec)
    assert isinstance(arrived, ImageFolder)
    assert (arrived.channels, arrived.files_digest()) == (1, there.files_digest())
    for split in ("train", "validation"):
        names = [[file.path.name for file in each.sides[split]] for each in (arrived, there)]  # type: ignore[index]
        assert names[0] == names[1]
    assert not list(arrived.files.folder.rglob("notes.txt"))
    assert arrived.files.folder.parent.stat().st_mode & 0o777 == 0o700


def test_images_are_fetched_once_and_not_where_they_are(store: Store, folder: Path) -> None:
    parcel = sent(folder)
    assert [placed("imagefolder:/not/here", parcel) for _ in range(2)] == [f"imagefolder:{unpacked(parcel)}"] * 2
    assert store.got == 1
    assert placed(f"imagefolder:{folder}", parcel) == f"imagefolder:{folder}"
    assert [placed(data, None) for data in ("noise", f"imagefolder:{folder}")] == ["noise", f"imagefolder:{folder}"]
    with pytest.raises(UsageError, match="it has no folder /not/here; put the images there, or send them by --ship"):
        placed("imagefolder:/not/here(size=8)", None)
    assert store.got == 1


def test_other_images_at_the_same_path_are_not_taken(store: Store, folder: Path, tmp_path: Path) -> None:
    other = write_images(tmp_path / "other", "train/a/1.png", "train/b/2.png")
    assert placed(f"imagefolder:{other}", sent(folder)) != f"imagefolder:{other}"


def test_what_cannot_travel_is_said_in_a_line(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(images: ImageSource) -> str:
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert send_images(images) is None
        (record,) = caplog.records
        return record.getMessage()

    size = sum(file.size for file in source(folder).files.listed)
    monkeypatch.setattr(shipped_images, "MOST_BYTES", size - 1)
    assert f"{folder} is not sent, as it has 0 MiB" in refused(source(folder))
    monkeypatch.setattr(shipped_images, "MOST_BYTES", size)
    assert send_images(source(folder)) is not None
    (folder / "train" / "b" / "twin.png").symlink_to(folder / "train" / "a" / "1.png")
    monkeypatch.setattr(shipped_images, "MOST_BYTES", 2 * size)
    said = refused(source(folder))
    assert "others by a link; every machine must have it at this path" in said
    assert "imagefolder:DIR" in refused(open_images("noise"))


@pytest.mark.parametrize("name", ["../out.png", "/tmp/out.png", "a/../../out.png"])
def test_no_file_leaves_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no file of a folder of images"):
        unpack(archive(tarfile.TarInfo(name)), tmp_path / "in")
    assert [path.name for path in tmp_path.rglob("*")] == ["in"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_nothing_but_plain_files_is_made(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("a.png")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(ValueError, match=r"'a\.png' is no file"):
        unpack(archive(member), tmp_path / "in")
    assert not list((tmp_path / "in").iterdir())


def test_no_file_is_written_twice_and_no_more_than_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileExistsError):
        unpack(archive(tarfile.TarInfo("a.png"), tarfile.TarInfo("a.png")), tmp_path / "twice")
    members = [tarfile.TarInfo(name) for name in ("a.png", "b.png")]
    for member in members:
        member.size = 10
    monkeypatch.setattr(shipped_images, "MOST_BYTES", 19)
    with pytest.raises(ValueError, match=r"b\.png"):
        unpack(archive(*members), tmp_path / "large")


def test_an_archive_is_unpacked_without_a_copy_of_it(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(b"x" * 2**22)
    found = FoundFile(tmp_path / "large.png", 2**22, 0)
    content = packed(tmp_path, [found])
    content.setflags(write=False)  # as Ray hands it over
    tracemalloc.start()
    unpack(content, tmp_path / "in")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**21
    assert (tmp_path / "in" / "large.png").read_bytes() == b"x" * 2**22

"""Catches: a kind of image file turned into wrong colours or sideways, a broken file that stops a draw, a cache
that grows without bound."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.images.decoding import SUFFIXES, ImageStore, fault_of, read_image

GREY_RAMP = np.arange(0, 64, dtype=np.uint8).reshape(8, 8) * 4


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def pixels(path: Path) -> np.ndarray:
    image = read_image(path, 8)
    assert image.mode == "RGB"
    return np.asarray(image)


def test_grey_is_repeated_over_the_colours(tmp_path: Path) -> None:
    read = pixels(saved(tmp_path / "a.png", Image.fromarray(GREY_RAMP)))
    assert np.array_equal(read, np.repeat(GREY_RAMP[..., None], 3, axis=-1))


def test_sixteen_bit_grey_keeps_its_shades(tmp_path: Path) -> None:
    deep = GREY_RAMP.astype(np.uint16) * 257
    for name in ("a.png", "a.tif"):
        read = pixels(saved(tmp_path / name, Image.fromarray(deep)))
        assert np.array_equal(read[..., 0], GREY_RAMP)


def test_float_grey_is_stretched_and_constant_float_grey_stays_finite(tmp_path: Path) -> None:
    read = pixels(saved(tmp_path / "a.tif", Image.fromarray(GREY_RAMP.astype(np.float32) / 1000)))
    assert (read.min(), read.max()) == (0, 255)
    constant = pixels(saved(tmp_path / "b.tif", Image.new("F", (8, 8), 5.0)))
    assert (constant == 0).all()


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    half = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    half.paste((255, 0, 0, 255), (0, 0, 4, 8))
    for image in (half, half.convert("P")):
        read = pixels(saved(tmp_path / f"{image.mode}.png", image))
        assert read[0, 0].tolist() == [255, 0, 0]
        assert read[0, 7].tolist() == [255, 255, 255]
    grey = pixels(saved(tmp_path / "la.png", Image.new("LA", (8, 8), (10, 0))))
    assert (grey == 255).all()


def test_palettes_are_looked_up(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 12, 34, 56])
    for name in ("a.png", "a.gif"):
        assert pixels(saved(tmp_path / name, image))[0, 0].tolist() == [12, 34, 56]


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    read = pixels(saved(tmp_path / "a.jpg", Image.new("CMYK", (16, 16), (0, 255, 255, 0)), quality=95))
    np.testing.assert_allclose(read[8, 8], [255, 0, 0], atol=6)


def test_camera_orientation_is_undone(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    lying = Image.new("RGB", (60, 40), "blue")
    lying.paste("red", (0, 0, 30, 40))  # left half red: top half once upright
    upright = read_image(saved(tmp_path / "a.jpg", lying, exif=exif, quality=95), 20)
    assert upright.size == (40, 60)
    np.testing.assert_allclose(np.asarray(upright)[10, 20], (254, 0, 0), atol=8)
    np.testing.assert_allclose(np.asarray(upright)[50, 20], (0, 0, 254), atol=8)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_large_images_are_kept_small_but_not_below_twice_the_size(tmp_path: Path, name: str) -> None:
    read = read_image(saved(tmp_path / name, Image.new("RGB", (1200, 900))), 32)
    assert 64 <= min(read.size) < 128
    assert read.width / read.height == pytest.approx(4 / 3, rel=0.03)


def test_broken_files_are_counted_once_and_never_raise(tmp_path: Path) -> None:
    whole = saved(
        tmp_path / "whole.png",
        Image.fromarray(np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype=np.uint8)),
    )
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    photo = saved(tmp_path / "whole.jpg", Image.open(whole))
    (tmp_path / "cut.jpg").write_bytes(photo.read_bytes()[: photo.stat().st_size // 2])
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "empty.jpg").write_bytes(b"")
    store = ImageStore(8)
    for name in ("cut.png", "cut.jpg", "text.png", "empty.jpg", "gone.png") * 2:
        assert store.read(tmp_path / name) is None
    assert store.read(whole) is not None
    assert {path.name for path in store.unreadable} == {"cut.png", "cut.jpg", "text.png", "empty.jpg", "gone.png"}


def test_the_cache_stops_at_its_limit(tmp_path: Path) -> None:
    paths = [saved(tmp_path / f"{i}.png", Image.new("RGB", (10, 10), (i, 0, 0))) for i in range(5)]
    store = ImageStore(8, limit=650)
    read = [store.read(path) for path in paths * 2]
    assert list(store.kept) == paths[:2]
    assert store.held == 600
    assert [image.getpixel((0, 0))[0] for image in read if image] == [0, 1, 2, 3, 4] * 2  # type: ignore[index]


def test_a_header_tells_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.png", Image.new("RGB", (64, 64)))
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:60])
    (tmp_path / "text.png").write_text("no image")
    Image.new("RGB", (8, 8)).save(tmp_path / "program.png", format="EPS")  # which Pillow would start a program for
    assert [fault_of(tmp_path / f"{name}.png") for name in ("whole", "cut", "text", "program", "gone")] == [
        *(None, None),
        *["no image that can be read"] * 2,
        "No such file or directory",
    ]


def test_what_would_start_a_program_is_not_read(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "program.png", format="EPS")
    assert ImageStore(8).read(tmp_path / "program.png") is None


@pytest.mark.parametrize("name", ["a.jfif", "a.JPE", "a.avif", "a.jp2", "a.pnm", "a.dib"])
def test_less_common_suffixes_are_images(tmp_path: Path, name: str) -> None:
    kinds = {".avif": "AVIF", ".jp2": "JPEG2000", ".pnm": "PPM", ".dib": "DIB"}
    path = tmp_path / name
    Image.new("RGB", (16, 16), (200, 0, 0)).save(path, format=kinds.get(path.suffix, "JPEG"))
    assert path.suffix.lower() in SUFFIXES
    red, *others = read_image(path, 8).getpixel((4, 4))  # type: ignore[misc]
    assert red > 190
    assert max(others) < 12


def test_images_are_grey_in_colours_or_transparent_by_their_channels(tmp_path: Path) -> None:
    half = saved(tmp_path / "half.png", Image.new("RGBA", (8, 8), (255, 0, 0, 51)))
    assert [read_image(half, 8, channels).getpixel((0, 0)) for channels in (1, 3, 4)] == [
        219,  # .299 * 255 + (.587 + .114) * 204: white with a fifth of red
        (255, 204, 204),
        (255, 0, 0, 51),
    ]
    plain = saved(tmp_path / "plain.png", Image.fromarray(np.full((8, 8), 51400, dtype=np.uint16)))
    assert [read_image(plain, 8, channels).getpixel((0, 0)) for channels in (1, 3, 4)] == [
        200,
        (200,) * 3,
        (200, 200, 200, 255),
    ]
    store = ImageStore(8, 4)
    store.read(half)
    assert store.held == 4 * 64

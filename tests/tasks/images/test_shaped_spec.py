"""Catches: a size or a number of channels that is lost or said twice; the same images under two texts, so that a run is
refused on its own; images that cannot have these channels found out trial by trial."""

import pytest

from tasks.foundation.errors import UsageError
from tasks.images.shaped_spec import shaped_spec


@pytest.mark.parametrize(
    ("spec", "size", "channels", "shaped"),
    [
        ("photos", None, None, "photos"),
        ("photos", 64, None, "photos(size=64)"),
        ("photos", 32, 3, "photos"),
        ("photos(size=64)", 64, 3, "photos(size=64)"),
        ("imagefolder:a (b)", 48, 1, "imagefolder:a (b)(size=48,channels=1)"),
        ("imagefolder:a(digest=contents)", 48, 4, "imagefolder:a(digest=contents,size=48,channels=4)"),
        ("mine:Source", None, 5, "mine:Source(channels=5)"),
    ],
)
def test_size_and_channels_are_in_the_text(spec: str, size: int | None, channels: int | None, shaped: str) -> None:
    assert shaped_spec(spec, image_size=size, channels=channels) == shaped


@pytest.mark.parametrize(
    ("spec", "size", "channels", "words"),
    [
        ("photos(size=48)", 64, None, r"--image-size 64: photos\(size=48\) has size=48 itself"),
        ("photos(size=48)", 32, None, "--image-size 32: .* has size=48 itself"),
        ("imagefolder:a(channels=1)", None, 3, "--channels 3: .* has channels=1 itself"),
        ("photos", None, 1, "--channels 1: photos has images of 3; imagefolder:DIR has 1, 3 or 4"),
        ("digits", 64, 4, "--channels 4: digits has images of 3"),
    ],
)
def test_what_contradicts_itself_is_refused(spec: str, size: int | None, channels: int | None, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        shaped_spec(spec, image_size=size, channels=channels)
    assert "\n" not in str(caught.value)

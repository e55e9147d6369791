"""Catches: a role without a colour, letters too faint to be read on light or dark ground, a colour that is
none."""

import re

import pytest

from spaces.drawing.diagram import Role
from spaces.drawing.palette import DARK, FILLS, FRAMES, GROUND, INK, LINE, SMALL, SOFT, STRIDED, WIDEST

READABLE, SEEN = 4.5, 3.0
"""Contrast of letters and of lines (Web Content Accessibility Guidelines 2.1, 1.4.3 and 1.4.11)."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_role_has_its_colours() -> None:
    assert set(FILLS) == set(FRAMES) == set(Role)


@pytest.mark.parametrize("ground", [GROUND, *FILLS.values(), STRIDED[0]])
def test_letters_are_read_on_every_ground_light_and_dark(ground: str) -> None:
    for letters in (INK, SOFT):
        assert contrast(letters, ground) >= READABLE
        assert contrast(DARK[letters], DARK[ground]) >= READABLE


@pytest.mark.parametrize("colour", [LINE, *(FRAMES[role] for role in Role if role is not Role.NOTHING), STRIDED[1]])
def test_lines_are_seen_light_and_dark(colour: str) -> None:
    assert contrast(colour, GROUND) >= SEEN
    assert contrast(DARK[colour], DARK[GROUND]) >= SEEN


def test_the_smallest_letters_are_six_points_high_on_paper() -> None:
    points_per_millimetre = 72 / 25.4
    assert SMALL / WIDEST * 190 * points_per_millimetre >= 5.8


def test_every_colour_is_one_of_six_digits() -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in (*DARK, *DARK.values()))
    assert {GROUND, INK, SOFT, LINE, *STRIDED, *FILLS.values(), *FRAMES.values()} <= set(DARK)

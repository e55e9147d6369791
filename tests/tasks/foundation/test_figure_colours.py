"""Catches: a colour that is not recoloured on a dark page, or one that cannot be read there."""

from tasks.foundation import figure_colours
from tasks.foundation.figure_colours import DARK, GRID, GROUND, INK, SERIES, dark_rules, series_colour


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_has_its_own_where_a_page_is_dark() -> None:
    named = {value for name, value in vars(figure_colours).items() if name.isupper() and isinstance(value, str)}
    assert named | set(SERIES) == set(DARK)
    assert len(set(DARK.values())) == len(DARK)


def test_texts_and_what_is_told_apart_stand_out_from_either_ground() -> None:
    for colour in {INK, *SERIES}:
        least = 7 if colour == INK else 3  # WCAG's for texts and for graphics
        assert contrast(colour, GROUND) >= least, colour
        assert contrast(DARK[colour], DARK[GROUND]) >= least, colour
    assert contrast(GRID, GROUND) < 1.5
    assert contrast(DARK[GRID], DARK[GROUND]) < 1.5


def test_a_page_recolours_what_is_filled_and_what_is_a_line() -> None:
    rules = dark_rules().splitlines()
    assert f'svg [fill="{INK}"], svg[fill="{INK}"] {{ fill: {DARK[INK]} }}' in rules
    assert f'svg [stroke="{GRID}"], svg[stroke="{GRID}"] {{ stroke: {DARK[GRID]} }}' in rules
    assert len(rules) == 2 * len(DARK)


def test_colours_begin_again_where_they_are_used_up() -> None:
    assert [series_colour(n) for n in (0, 7, 8)] == [SERIES[0], SERIES[7], SERIES[0]]

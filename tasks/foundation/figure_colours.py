"""The colours of figures: they stand in a figure as they are on white paper, and a dark page recolours them."""

from collections.abc import Mapping

INK, GROUND, GRID, MARK = "#333333", "#ffffff", "#e6e6e6", "#999999"
"""Texts, what is behind everything, lines that guide the eye, and lines that stand out from these."""
GREY, BLUE, RED = "#8a8f98", "#1f6fb4", "#c0392b"
SERIES = (BLUE, "#d9730d", "#2e8b57", "#8e44ad", RED, "#0e8f9c", "#b8860b", GREY)
"""What is told apart by colour, in this order; the ninth has the first again."""
DARK: Mapping[str, str] = {
    INK: "#dddddd",
    GROUND: "#15171b",
    GRID: "#2c2f36",
    MARK: "#6b7079",
    GREY: "#9aa0aa",
    BLUE: "#6cb2f5",
    RED: "#f0796b",
    "#d9730d": "#f5a55a",
    "#2e8b57": "#6fcf97",
    "#8e44ad": "#c792e8",
    "#0e8f9c": "#56cfdb",
    "#b8860b": "#e3bd52",
}
"""What each is where a page is dark."""


def series_colour(place: int) -> str:
    """Return the colour of what comes at a place, counted from 0."""
    return SERIES[place % len(SERIES)]


def dark_rules(dark: Mapping[str, str] = DARK) -> str:
    """Return the rules of a style sheet that recolour figures within a page, one line each.

    dark: what each colour is where a page is dark
    """
    return "\n".join(
        f'svg [{name}="{light}"], svg[{name}="{light}"] {{ {name}: {instead} }}'
        for light, instead in dark.items()
        for name in ("fill", "stroke")
    )

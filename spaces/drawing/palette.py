"""Colours and letters of diagrams. Colours are said where they stand and fit for white: a figure has no style sheet.

A page that is dark recolours them: ``DARK`` says to what. Lengths are pixels.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spaces.drawing.diagram import Role

GROUND, INK, SOFT, LINE = "#ffffff", "#222222", "#5a6069", "#6b727c"
"""What everything stands on; letters; smaller letters; arrows and frames."""
FAINT = "#b9bec6"
"""Arrows that carry nothing."""

FILLS: Mapping[Role, str] = MappingProxyType(
    {
        Role.INPUT: "#eceef1",
        Role.OUTPUT: "#eceef1",
        Role.NODE: "#fdfdfd",
        Role.WEIGHTED: "#dbe9f8",
        Role.FREE: "#e0f1dd",
        Role.SKIP: "#fbf1cf",
        Role.NOTHING: "#fefefe",
    }
)
FRAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.INPUT: "#858c96",
        Role.OUTPUT: "#858c96",
        Role.NODE: "#6b727c",
        Role.WEIGHTED: "#2f6fb3",
        Role.FREE: "#43893a",
        Role.SKIP: "#a5821b",
        Role.NOTHING: "#b9bec6",
    }
)
STRIDED = ("#fbdfc9", "#bf6a2c")
"""Within and around the bar of a block that halves maps."""

DARK: Mapping[str, str] = MappingProxyType(
    {
        GROUND: "#15171b",
        INK: "#e4e6ea",
        SOFT: "#a7adb7",
        LINE: "#8d94a0",
        FAINT: "#4b515b",
        "#eceef1": "#2b2f36",
        "#fdfdfd": "#1c1f24",
        "#fefefe": "#15171c",
        "#dbe9f8": "#1d3350",
        "#e0f1dd": "#1f3a1c",
        "#fbf1cf": "#40360f",
        "#858c96": "#7b828d",
        "#2f6fb3": "#6cb2f5",
        "#43893a": "#7cc46f",
        "#a5821b": "#d9b84a",
        "#fbdfc9": "#4a2d17",
        "#bf6a2c": "#e8955a",
    }
)
"""Every colour of a diagram but those of images -> what it is on a dark page."""

FAMILY = "system-ui, sans-serif"
TITLE, HEADING, TEXT, SMALL = 15.0, 13.0, 12.0, 10.5
"""Sizes of letters: of the title, of a part's heading, in boxes, of what is said beside them."""
WIDEST = 960.0
"""Of a page: on A4 paper, 190 mm wide, the smallest letters are then 6 points high."""

"""What sections of a report have beside the blocks of any page: images, families, and small print.

All texts are as they were found; the page spells out what would be markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.display.page import PageBlock, Tables, markup
from evo.display.text_table import Table
from evo.reporting.text_difference import Piece

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class SmallPrint:
    """Notes, one below the other."""

    lines: Sequence[str]
    kind: ClassVar[str] = "small print"


@dataclass(frozen=True)
class PngImage:
    """A PNG image, in base64; rows: what its rows of images are, the first on top."""

    png: str
    caption: str
    rows: Sequence[str] = ()
    kind: ClassVar[str] = "png"

    @property
    def source(self) -> "Markup":
        """The image as a page holds it."""
        return markup(f"data:image/png;base64,{self.png}")


@dataclass(frozen=True)
class FamilyStep:
    """One of a family: what it is, and what it changed of its parent; no pieces where it has none or is equal."""

    title: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Family:
    """Ancestors and descendant, the oldest first."""

    caption: str
    steps: Sequence[FamilyStep]
    kind: ClassVar[str] = "family"


@dataclass(frozen=True)
class Section:
    """A part of a report below its heading. One that has nothing to show says so in one line, as ``absent``.

    run: the name of the run that it is about; empty for all of them
    """

    heading: str
    blocks: Sequence[PageBlock] = ()
    absent: str = ""
    run: str = ""


def absent(heading: str, why: str) -> Section:
    """Return the section of what a run does not have."""
    return Section(heading, absent=why)


def one_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Tables:
    """Return a table of texts."""
    return Tables([Table(title, tuple(header), tuple(map(tuple, rows)))])

"""A page of HTML that needs nothing from elsewhere: light and dark, for paper, on narrow and on wide screens.

Every text is escaped as ``tasks.foundation.markup`` does, whatever it is of; figures are this project's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.display.inline_svg import inline, size_of
from evo.display.notebook_table import html_table
from evo.display.text_table import Table
from tasks.foundation.figure_colours import DARK, dark_rules
from tasks.foundation.markup import escaped, preformatted

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
BASE = "page.html"
"""The template of every page: others extend it, with blocks ``style`` and ``body``."""
WIDE = 600
"""Pixels from which a figure is not made narrower than can be read: it is scrolled instead."""


@dataclass(frozen=True)
class TextLines:
    """Sentences, one below the other."""

    lines: Sequence[str]
    kind: ClassVar[str] = "lines"


@dataclass(frozen=True)
class TextList:
    """Sentences as a list."""

    lines: Sequence[str]
    kind: ClassVar[str] = "list"


@dataclass(frozen=True)
class FixedWidth:
    """Lines in letters of one width."""

    lines: Sequence[str]
    kind: ClassVar[str] = "fixed"

    @property
    def html(self) -> "Markup":
        """The lines as they stand in a page."""
        return markup(preformatted(self.lines))


@dataclass(frozen=True)
class Tables:
    """Tables, one below the other."""

    tables: Sequence[Table]
    kind: ClassVar[str] = "tables"

    @property
    def html(self) -> "list[Markup]":
        """Each as it stands in a page."""
        return [markup(html_table(table.title, table.header, table.rows)) for table in self.tables]


@dataclass(frozen=True)
class Figures:
    """Figures as SVG, side by side where there is room."""

    svgs: Sequence[str]
    kind: ClassVar[str] = "figures"

    @property
    def html(self) -> "list[Markup]":
        """Each as it stands in a page."""
        return [markup(inline(svg)) for svg in self.svgs]

    def wide(self, place: int) -> bool:
        """Return whether the figure at a place is too wide to be made as narrow as a telephone."""
        return size_of(self.svgs[place])[0] > WIDE


class PageBlock(Protocol):
    """Anything that a page shows below a heading; a template knows how, by its kind."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class PagePart:
    """A part of a page below its heading, which may be empty."""

    heading: str
    blocks: Sequence[PageBlock]


@dataclass(frozen=True)
class WebPage:
    """A whole page; lead: sentences below its title."""

    title: str
    lead: Sequence[str]
    parts: Sequence[PagePart]


def render(page: WebPage, *, template: str = BASE, folder: Path = TEMPLATES, dark: Mapping[str, str] = DARK) -> str:
    """Return a page as HTML.

    template: one that extends the base, in its folder; dark: what each colour of a figure is where the page is dark
    """
    return templates(folder).get_template(template).render(page=page, recoloured=markup(dark_rules(dark))) + "\n"


def templates(*folders: Path) -> "Environment":
    """Return what makes pages of the templates in the folders, and of this one's base: every text is escaped."""
    import jinja2

    loader = jinja2.FileSystemLoader([*folders, TEMPLATES])
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, finalize=_finalized, trim_blocks=True
    )


def _finalized(value: object) -> object:
    """Return a value as it may stand in a page: markup of our own as it is, everything else as escaped text."""
    from markupsafe import Markup

    return value if isinstance(value, Markup) else Markup(escaped(str(value)))


def markup(html: str) -> "Markup":
    """Return HTML of this project's own making as what a page takes as it is."""
    from markupsafe import Markup

    return Markup(html)

"""Catches: a text of others that becomes markup anywhere in a page, a page that needs something from elsewhere, a block
that is left out, a figure that is told as wide or narrow when it is not."""

from pathlib import Path

import pytest

from evo.display.page import (
    Figures,
    FixedWidth,
    PagePart,
    Tables,
    TextLines,
    TextList,
    WebPage,
    render,
    templates,
)
from evo.display.text_table import Table
from tasks.foundation.figure_colours import DARK
from tasks.foundation.markup import LONGEST, escaped
from tests.html_pages import read_page

EVIL = "</style></svg><script>alert('x')</script>\"&{{ 7 * 7 }}\x1b"


def svg(width: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="{width}" height="9"><g/></svg>'


def page(text: str) -> str:
    blocks = [
        TextLines([f"lines {text}"]),
        TextList([f"list {text}"]),
        FixedWidth([f"fixed  {text}"]),
        Tables([Table(f"caption {text}", (f"head {text}",), ((f"cell {text}",),))]),
        Figures([svg(460), svg(920)]),
    ]
    return render(WebPage(f"title {text}", [f"lead {text}"], [PagePart(f"heading {text}", blocks), PagePart("", [])]))


def test_every_text_is_shown_and_none_is_markup() -> None:
    found = read_page(page(EVIL))
    assert "script" not in found.tags
    names = ("title", "lead", "heading", "lines", "list", "fixed ", "caption", "head", "cell")
    assert all(f"{name} {EVIL}".replace("\x1b", "\\x1b") in found.texts for name in names)
    assert found.tags.count("style") == 1
    assert "49" not in page(EVIL)


def test_a_page_needs_nothing_from_elsewhere_and_is_whole() -> None:
    found = read_page(page("plain"))
    assert not {"href", "src", "srcset", "action"} & found.attributes
    assert not {"link", "script", "iframe", "object", "embed"} & set(found.tags)
    assert "http" not in page("plain")
    assert "@import" not in page("plain")
    assert "url(" not in page("plain")


def test_figures_are_recoloured_where_it_is_dark_and_on_paper_they_are_not() -> None:
    style = page("plain").partition("<style>")[2].partition("</style>")[0]
    dark = style.partition("@media screen and (prefers-color-scheme: dark) {\n/* figures */")[2]
    assert all(colour in dark for colour in DARK.values())
    assert "prefers-color-scheme" not in style.replace("@media screen and (prefers-color-scheme", "")


def test_only_a_wide_figure_is_scrolled() -> None:
    figures = Figures([svg(460), svg(920)])
    assert [figures.wide(place) for place in (0, 1)] == [False, True]
    assert page("plain").count('<figure class="wide">') == 1
    assert page("plain").count("<figure>") == 1


def test_a_text_without_end_is_cut_and_a_mistaken_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text("{% extends 'page.html' %}{% block body %}{{ page.title }}{% endblock %}")
    (tmp_path / "wrong.html").write_text("{{ pages }}")
    made = templates(tmp_path)
    shown = made.get_template("own.html").render(page=WebPage("<" * 10**5, (), ()), recoloured="")
    assert escaped("<" * 10**5) in shown
    assert shown.count("&lt;") < 2 * LONGEST
    with pytest.raises(Exception, match="'pages' is undefined"):
        made.get_template("wrong.html").render()

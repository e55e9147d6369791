"""Catches: a figure that is thought of another size than it says, a page that names an address."""

import pytest

from evo.display.inline_svg import inline, size_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="460" height="340.5"><g/>'


def test_the_size_is_that_of_the_figure_itself() -> None:
    assert size_of(SVG) == (460.0, 340.5)
    with pytest.raises(ValueError, match="no size in"):
        size_of('<svg viewBox="0 0 9 9"><rect width="1" height="2"/></svg>')


def test_within_a_page_a_figure_names_no_language() -> None:
    assert inline(SVG + SVG) == 2 * SVG.replace(' xmlns="http://www.w3.org/2000/svg"', "")

"""Catches: a section that is absent and says nothing, an image whose content is changed on its way into a page."""

from markupsafe import Markup

from evo.reporting.section import PngImage, absent, one_table


def test_an_absent_section_has_a_line_and_no_blocks() -> None:
    found = absent("Members", "There are none.")
    assert (found.heading, found.blocks, found.absent) == ("Members", (), "There are none.")


def test_a_table_has_its_texts() -> None:
    (table,) = one_table("t", ["a", "b"], [["1", "2"]]).tables
    assert (table.title, table.header, table.rows) == ("t", ("a", "b"), (("1", "2"),))


def test_an_image_stands_whole_in_a_page() -> None:
    long = "A" * 5_000
    assert PngImage(long, "c").source == Markup(f"data:image/png;base64,{long}")

"""Catches: an image upside down or mirrored, a sign that is lost, an image that is not square where its pixels are."""

import re

from spaces.drawing.diagram import Diagram, ImageRow, ImagesPart
from spaces.drawing.images_drawing import draw_images
from spaces.drawing.page import draw_page
from spaces.drawing.palette import DARK
from tests.spaces.drawing.geometry import check_page

BLUE, ORANGE = "#215aa0", "#cd5c14"


def pixels(*images: tuple[tuple[float, ...], ...]) -> list[tuple[str, str, str]]:
    """Return the place, the steps in pixels and the colour of each path of pixels."""
    drawn = draw_images(ImagesPart("", (ImageRow("", images),))).elements
    return re.findall(r'class="pixels" transform="([^"]*)" d="([^"]*)" fill="([^"]*)"', "\n".join(drawn))


def test_rows_run_downwards_and_signs_have_their_colours() -> None:
    place = "translate(16 0) scale(24)"  # beside no words; 48 pixels for two
    assert pixels(((0.0, -3.0), (3.0, 3.0))) == [(place, "M1 0h1v1h-1z", BLUE), (place, "M0 1h2v1h-2z", ORANGE)]


def test_the_largest_magnitude_of_a_row_has_full_colour() -> None:
    colours = [colour for *_, colour in pixels(((1.0,),), ((-4.0,),), ((0.1,),))]
    assert colours == ["#f2d6c4", BLUE]  # a quarter of the way from white; too little to be seen is white


def test_images_of_zeros_are_white_also_on_a_dark_page() -> None:
    drawn = draw_images(ImagesPart("", (ImageRow("", (((0.0, 0.0),),)),))).elements
    assert pixels(((0.0, 0.0),)) == []
    assert 'fill="#fffffe"' in "".join(drawn)
    assert not {"#fffffe", BLUE, ORANGE} & set(DARK)


def test_wide_images_are_as_wide_as_they_may_be_and_words_stand_beside_them() -> None:
    rows = (ImageRow("wide", ((((1.0,) * 96,) * 8),) * 2, "a note " * 20), ImageRow("no image", ()))
    page = check_page(draw_page(Diagram("d", (ImagesPart("images", rows),))))
    assert [(round(one.right - one.left), round(one.bottom - one.top)) for one in page.named("image")] == [
        (240, 20)
    ] * 2
    assert {"wide", "no image"} <= set(page.said())


def test_images_of_all_parts_begin_at_one_line() -> None:
    image = ((1.0,),)
    parts = (
        ImagesPart("a", (ImageRow("x", (image,) * 9),)),
        ImagesPart("b", (ImageRow("longer words", (image,) * 9),)),
    )
    images = check_page(draw_page(Diagram("d", parts))).named("image")
    assert images[0].left == images[9].left
    assert images[0].bottom < images[9].top


def test_a_part_without_rows_is_its_title() -> None:
    assert check_page(draw_page(Diagram("d", (ImagesPart("images", ()),)))).said() == ["d", "images"]

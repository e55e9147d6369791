"""Catches: a text that leaves its frame."""

from spaces.drawing.diagram import Diagram, TextPart
from spaces.drawing.page import draw_page
from tests.spaces.drawing.geometry import check_page


def test_a_text_is_wrapped_within_its_frame() -> None:
    page = check_page(draw_page(Diagram("d", (TextPart("title", "word " * 100, "note"),))))
    (frame,) = page.named("frame")
    within = [text for text in page.texts if frame.holds(text)]
    assert " ".join(text.text for text in within) == ("word " * 100).strip()
    assert len(within) > 3
    assert {"title", "note"} <= set(page.said())

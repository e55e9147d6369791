"""What a figure shows, for tests: its parts by their plain names, and where its texts stand."""

import re
import xml.etree.ElementTree as ET

from evo.plotting.words import width_of

NAMESPACE = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def parsed(svg: str) -> ET.Element:
    """Return the root of a figure that stands alone, its parts named without their namespace."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.startswith(NAMESPACE)
        element.tag = element.tag.removeprefix(NAMESPACE)
    return root


def texts(root: ET.Element) -> list[str]:
    """Return the texts of a figure in their order."""
    return [text.text or "" for text in root.iter("text")]


def titles(root: ET.Element) -> list[str]:
    """Return what its parts tell where they are pointed at."""
    return [title.text or "" for title in root.iter("title")]


def check_texts(root: ET.Element) -> None:
    """Raise AssertionError where a text of a figure, or of its parts, is cut off at its edge, or stands on another."""
    for part in root.findall("svg"):
        check_texts(part)
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    boxes = [(box, text.text) for text in root.findall("text") if (box := _box(text)) is not None]
    for place, ((x, y, right, bottom), text) in enumerate(boxes):
        assert x >= -0.5, text
        assert y >= -0.5, text
        assert right <= width + 0.5, text
        assert bottom <= height + 0.5, text
        for (ox, oy, oright, obottom), other in boxes[:place]:
            assert not (x < oright and ox < right and y < obottom and oy < bottom), (text, other)


def _box(text: ET.Element) -> Box | None:
    size = float(text.get("font-size", "11"))
    wide, x, y = width_of(text.text or "", size), float(text.attrib["x"]), float(text.attrib["y"])
    left = x - wide * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
    if turned := re.match(r"translate\((\S+) (\S+)\) rotate\(-90\)", text.get("transform", "")):
        across, down = map(float, turned.groups())
        return across - 0.75 * size, down - wide / 2, across + 0.2 * size, down + wide / 2
    return left, y - 0.75 * size, left + wide, y + 0.2 * size

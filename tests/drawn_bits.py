"""Bit strings that say what they look like, as a plug-in of somebody's own: a row of boxes, their title markup."""

from spaces import Arrow, Diagram, GraphPart, Vertex
from tests.toy import Bits, BitStrings

TITLE = "<script>bits</script>"


class DrawnBits(BitStrings):
    """Bit strings with a diagram."""

    def diagram(self, candidate: Bits) -> Diagram:
        vertices = tuple(Vertex(f"{place}", f"bit {bit}") for place, bit in enumerate(candidate))
        arrows = tuple(Arrow(str(place), str(place + 1)) for place in range(len(candidate) - 1))
        return Diagram(TITLE, (GraphPart("bits", "bits", vertices, arrows),))

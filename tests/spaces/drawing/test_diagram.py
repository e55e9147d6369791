"""Catches: a diagram that cannot be drawn is made all the same, or one that can is refused."""

import pytest

from spaces.drawing.diagram import (
    MOST_ARROWS,
    MOST_IMAGES,
    MOST_PIXELS,
    MOST_VERTICES,
    Arrow,
    Blocks,
    Diagram,
    GraphPart,
    ImageRow,
    ImagesPart,
    TextPart,
    Vertex,
)

A, B = Vertex("a"), Vertex("b")


def graph(vertices: tuple[Vertex, ...], arrows: tuple[Arrow, ...]) -> GraphPart:
    return GraphPart("g", "a graph", vertices, arrows)


@pytest.mark.parametrize(
    ("vertices", "arrows", "complaint"),
    [
        ((), (), "'g' has 0 vertices and 0 arrows; 1 to 200"),
        (tuple(Vertex(str(i)) for i in range(MOST_VERTICES + 1)), (), "has 201 vertices"),
        ((A, B), (Arrow("a", "b"),) * (MOST_ARROWS + 1), "and 401 arrows; .* at most 400"),
        ((A, A), (), "two vertices of the graph 'g' are called 'a'"),
        ((A,), (Arrow("a", "c"),), "has the end 'c', which is no vertex"),
        ((A,), (Arrow("c", "a"),), "has the end 'c', which is no vertex"),
        ((A, B), (Arrow("a", "b"), Arrow("b", "a")), "'g' has a cycle: "),
        ((A,), (Arrow("a", "a"),), "'g' has a cycle: a -> a"),
    ],
)
def test_what_is_no_graph_that_can_be_looked_at_is_refused(
    vertices: tuple[Vertex, ...], arrows: tuple[Arrow, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        graph(vertices, arrows)


def test_the_largest_graph_is_made() -> None:
    vertices = tuple(Vertex(str(number)) for number in range(MOST_VERTICES))
    assert len(graph(vertices, (Arrow("0", "1", "x"),) * MOST_ARROWS).arrows) == MOST_ARROWS


@pytest.mark.parametrize("strength", [-0.01, 1.01, float("nan")])
def test_a_strength_out_of_range_is_refused(strength: float) -> None:
    with pytest.raises(ValueError, match=r"a->b has strength .*0 to 1"):
        Arrow("a", "b", strength=strength)


def test_strengths_at_the_ends_of_the_range_are_none_to_refuse() -> None:
    assert [Arrow("a", "b", strength=value).strength for value in (0, 1, None)] == [0, 1, None]


@pytest.mark.parametrize(("count", "stride"), [(0, 1), (1, 0)])
def test_blocks_are_at_least_one(count: int, stride: int) -> None:
    with pytest.raises(ValueError, match=f"{count} blocks of stride {stride}"):
        Blocks("block", count, stride)


@pytest.mark.parametrize(
    "image", [(), ((),), ((1.0,), (1.0, 2.0)), ((0.0,) * (MOST_PIXELS + 1),), ((0.0,),) * (MOST_PIXELS + 1)]
)
def test_an_image_that_is_empty_ragged_or_too_large_is_refused(image: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(ValueError, match=f"an image has {len(image)} rows"):
        ImagesPart("images", (ImageRow("row", (image,)),))


def test_images_are_as_many_as_can_be_looked_at() -> None:
    row = ImageRow("row", (((0.0,) * MOST_PIXELS,) * MOST_PIXELS,))
    assert ImagesPart("images", (row,) * MOST_IMAGES)
    with pytest.raises(ValueError, match="'images' has 401 images; at most 400"):
        ImagesPart("images", (row,) * (MOST_IMAGES + 1))


def test_its_graphs_are_those_among_its_parts() -> None:
    first, second = graph((A,), ()), graph((B,), ())
    assert Diagram("d", (first, TextPart("t", "text"), second)).graphs == (first, second)

"""Catches: an operand that is left out or at the wrong place of a blend, a state that is not told, layers of other
widths than are built."""

from spaces.drawing.diagram import Arrow, Blocks, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nasbench_nlp.diagram import nasbench_nlp_diagram
from spaces.nasbench_nlp.network import RecurrentSettings
from spaces.nasbench_nlp.recipe import from_text

TEXT = "f=linear(x,h_prev_0);g=activation_sigm(f);h_new_0=blend(g,f,h_prev_0)"


def test_operations_stand_at_vertices_and_a_blend_names_its_operands() -> None:
    cell, _ = nasbench_nlp_diagram(from_text(TEXT), RecurrentSettings()).parts
    assert isinstance(cell, GraphPart)
    assert cell.vertices == (
        Vertex("x", "x", Role.INPUT),
        Vertex("h_prev_0", "h_prev_0", Role.INPUT),
        Vertex("f", "linear", Role.WEIGHTED),
        Vertex("g", "sigmoid", Role.FREE),
        Vertex("h_new_0", "h_new_0: blend", Role.OUTPUT),
    )
    assert cell.arrows == (
        *(Arrow(source, "f", "", Role.NODE) for source in ("x", "h_prev_0")),
        Arrow("f", "g", "", Role.NODE),
        *(
            Arrow(source, "h_new_0", label, Role.NODE)
            for source, label in zip(("g", "f", "h_prev_0"), "abc", strict=True)
        ),
    )
    assert "a b + (1 - a) c" in cell.note


def test_a_cell_without_a_blend_says_nothing_of_it() -> None:
    cell, _ = nasbench_nlp_diagram(from_text("h_new_0=linear(x,h_prev_0)"), RecurrentSettings()).parts
    assert isinstance(cell, GraphPart)
    assert "blend" not in cell.note


def test_the_network_has_three_layers_the_inner_ones_wider() -> None:
    _, network = nasbench_nlp_diagram(from_text(TEXT), RecurrentSettings(emsize=4, nhid=6)).parts
    assert isinstance(network, SkeletonPart)
    cell, unit = (Blocks("recurrent cell"),), "values per step"
    assert network.rows == (
        SkeletonRow("encoder", (Blocks("linear map"),), 4, unit=unit),
        SkeletonRow("layer 1", cell, 6, unit=unit),
        SkeletonRow("layer 2", cell, 6, unit=unit),
        SkeletonRow("layer 3", cell, 4, unit=unit),
        SkeletonRow("decoder", (Blocks("linear map of every step"),)),
    )

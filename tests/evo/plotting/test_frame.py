"""Catches: numbers of an axis that stand on each other or are cut off, a long title, legend or note that covers the
plot, a name of an axis in the wrong place, a figure that needs the page around it."""

import numpy as np
import pytest

from evo.plotting.axis import AxisScale, PlotAxis
from evo.plotting.frame import HEIGHT, WIDTH, Frame, Words, layout, opened, placed, stacked
from evo.plotting.words import width_of
from tests.drawn_figures import check_texts, parsed, texts

LONG = "a rather long text that says everything about what is to be seen here, " * 4
LEGEND = [(f"series {n} of a longer name", "#1f6fb4") for n in range(7)]


def drawn(words: Words, legend: list[tuple[str, str]], across: np.ndarray, scale: AxisScale) -> str:
    up = PlotAxis.over(np.array([-1.25e-7, 3.5e-7]), 1, 0)
    plan = layout(words, [up.shown(tick) for tick in up.ticks()], legend)
    frame = plan.frame
    x = PlotAxis.over(across, frame.left, frame.right, scale)
    y = PlotAxis.over(np.array([-1.25e-7, 3.5e-7]), frame.floor, frame.top)
    return plan.drawn([*frame.grid(x, y), *frame.names(words.x_name, words.y_name)])


@pytest.mark.parametrize("words", [Words("", "x", "y"), Words("t", "x", "y", "n"), Words(LONG, LONG, LONG, LONG)])
@pytest.mark.parametrize("legend", [[], LEGEND])
@pytest.mark.parametrize(
    ("across", "scale"),
    [
        (np.linspace(0, 1234567.0, 50), AxisScale.LINEAR),
        (np.array([1e-9, 1e9]), AxisScale.LOGARITHMIC),
        (np.array([*np.full(500, 0.123456), *np.linspace(1, 2, 40), 1e22]), AxisScale.RANKS),
    ],
)
def test_no_text_stands_on_another_or_is_cut_off(
    words: Words, legend: list[tuple[str, str]], across: np.ndarray, scale: AxisScale
) -> None:
    root = parsed(drawn(words, legend, across, scale))
    check_texts(root)
    assert {text for text, _ in legend} <= set(texts(root))
    if words.x_name == LONG:
        assert "".join(LONG.split()) == "".join("".join(texts(root)[:10]).split())[: len("".join(LONG.split()))]


def test_a_figure_grows_with_what_is_said_so_that_the_plot_does_not_shrink() -> None:
    plain = layout(Words("", "x", "y"), ["1"]).frame
    full = layout(Words(LONG, "x", "y", LONG), ["1"], LEGEND).frame
    assert (plain.width, plain.height, full.width) == (WIDTH, HEIGHT, WIDTH)
    titled = layout(Words("t", "x", "y"), ["1"]).frame
    assert full.floor - full.top == titled.floor - titled.top
    assert full.height > HEIGHT


def test_the_left_has_room_for_the_numbers() -> None:
    narrow, wide = (layout(Words(), [number]).frame.left for number in ("1", "-1.25e-07"))
    assert wide - narrow == pytest.approx(width_of("-1.25e-07") - width_of("1"))


def test_lines_of_the_grid_are_where_the_axes_say() -> None:
    frame = Frame(200, 100, 20, 180, 10, 80)
    x, y = PlotAxis.between(0, 1, 20, 180), PlotAxis.between(0, 1, 80, 10)
    root = parsed("\n".join([opened(200, 100), *frame.grid(x, y), "</svg>"]))
    lines = [tuple(float(line.attrib[name]) for name in ("x1", "y1", "x2", "y2")) for line in root.iter("line")]
    assert (20.0, 10.0, 20.0, 80.0) in lines  # at 0 across
    assert (20.0, 80.0, 180.0, 80.0) in lines  # at 0 up
    assert (20.0, 10.0, 180.0, 10.0) in lines  # at 1 up


def test_a_figure_stands_alone_on_white_and_is_placed_in_another() -> None:
    root = parsed(f"{opened(200, 100)}</svg>")
    (ground,) = root
    assert (ground.get("fill"), ground.get("width"), ground.get("height")) == ("#ffffff", "200", "100")
    inner = parsed(placed(f"{opened(200, 100)}</svg>", 3, 4))
    assert (inner.get("x"), inner.get("y"), inner.get("width")) == ("3", "4", "200")


def test_figures_are_stacked_below_each_other() -> None:
    root = parsed(stacked([f"{opened(200, 100)}</svg>", f"{opened(300, 50.5)}</svg>"]))
    assert (root.get("width"), root.get("height")) == ("300", "150.5")
    assert [(part.get("x"), part.get("y")) for part in root.iter("svg")][1:] == [("0", "0"), ("0", "100")]


def test_a_long_name_of_an_axis_takes_two_lines_and_is_told_whole_where_these_are_too_few() -> None:
    frame = Frame(200, 140, 20, 180, 10, 80)
    name = "minus the loss after so many steps: rho .8"
    head, tail = texts(parsed("\n".join([opened(200, 140), *frame.names(name, ""), "</svg>"])))
    assert f"{head} {tail}" == name
    root = parsed("\n".join([opened(200, 140), *frame.names(LONG, ""), "</svg>"]))
    assert [title.text for title in root.iter("title")] == [LONG, LONG]
    assert len(texts(root)) == 2
    check_texts(root)

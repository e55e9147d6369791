"""Catches: a point that is not where its seconds and its rho are, names that lie on each other, on points or outside,
a text that is markup."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from evo.boards.board import Board
from evo.boards.cost_plot import BOTTOM, LEAST_HEIGHT, LEFT, LINE, NAMES, PLOTTED, TOP, draw_costs
from evo.boards.standings import standings_of
from tests.evo.boards.small_boards import BOARD, GOOD, LABELS, column

SVG = "{http://www.w3.org/2000/svg}"


def drawn(board: Board) -> ET.Element:
    text = draw_costs(standings_of(board, board.labels[0]))
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def crowd(count: int) -> Board:
    """Return a board of fitnesses that are all alike in what they cost and say."""
    columns = [column(f"alike {n}", GOOD + n * 1e-6, 1.0 + n * 1e-3) for n in range(count)]
    return replace(BOARD, columns=tuple(columns))


def test_a_point_stands_at_its_seconds_and_its_rho() -> None:
    board = replace(BOARD, columns=(column("a", LABELS, 1.0), column("b", GOOD, 100.0), column("c", -LABELS, 10.0)))
    figure = drawn(board)
    places = {
        circle[0].text.partition("\n")[0]: (float(circle.attrib["cx"]), float(circle.attrib["cy"]))  # type: ignore[union-attr]
        for circle in figure.iter(f"{SVG}circle")
    }
    assert places["c"][0] == pytest.approx((places["a"][0] + places["b"][0]) / 2, abs=0.1)  # 10 lies halfway in logs
    assert places["a"][1] == pytest.approx(TOP, abs=0.1)  # rho of 1
    assert places["c"][1] > places["b"][1] > places["a"][1]
    assert all(LEFT < x < PLOTTED for x, _ in places.values())


@pytest.mark.parametrize("count", [2, 20])
def test_names_stand_apart_within_the_figure(count: int) -> None:
    figure = drawn(crowd(count))
    height = float(figure.attrib["height"])
    assert height >= LEAST_HEIGHT
    names = [float(text.attrib["y"]) for text in figure.iter(f"{SVG}text") if text.get("x") == str(NAMES)]
    assert len(names) == count
    assert min(np.diff(sorted(names)), default=LINE) >= LINE - 0.11
    assert min(names) > TOP
    assert max(names) <= height - BOTTOM + 4.1


def test_what_nobody_timed_is_left_out_and_without_a_time_there_is_no_plot() -> None:
    names = [text.text for text in drawn(BOARD).iter(f"{SVG}text") if text.get("x") == str(NAMES)]
    assert sorted(filter(None, names)) == ["fair", "good<b>", "holed"]
    bare = replace(BOARD, columns=(column("good", GOOD),))
    assert draw_costs(standings_of(bare, bare.labels[0])) == ""


def test_counting_is_a_dashed_line_at_its_rho_where_there_is_any() -> None:
    board = replace(BOARD, columns=(column("a", LABELS, 1.0), column("params", LABELS)))
    (line,) = [line.attrib for line in drawn(board).iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert (float(line["y1"]), float(line["y2"])) == pytest.approx((TOP, TOP), abs=0.1)  # rho of 1
    titles = [text.text for text in drawn(board).iter(f"{SVG}text")]
    assert titles[0] == "nasbench201, acc: what a score costs, and what it is worth; dashed: counting params"
    bare = drawn(replace(BOARD, columns=(column("a", LABELS, 1.0),)))
    assert not [line for line in bare.iter(f"{SVG}line") if line.get("stroke-dasharray")]


def test_axes_say_what_they_are_and_in_which_unit() -> None:
    texts = [text.text for text in drawn(BOARD).iter(f"{SVG}text")]
    assert "seconds a candidate, logarithmic" in texts
    assert "rho in the better half" in texts

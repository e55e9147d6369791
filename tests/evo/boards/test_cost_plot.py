"""Catches: a point that is not where its seconds and its rho are, numbers or names that lie on each other or outside, a
number that is another's, a text that is markup."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from evo.boards.board import Board
from evo.boards.cost_plot import LINE, draw_costs
from evo.boards.standings import standings_of
from evo.plotting.frame import HEIGHT, WIDTH
from tests.drawn_figures import check_texts, parsed, texts
from tests.evo.boards.small_boards import BOARD, GOOD, LABELS, column


def drawn(board: Board) -> ET.Element:
    return parsed(draw_costs(standings_of(board, board.labels[0])))


def crowd(count: int) -> Board:
    """Return a board of fitnesses that are all alike in what they cost and say."""
    columns = [column(f"alike {n}", GOOD + n * 1e-6, 1.0 + n * 1e-3) for n in range(count)]
    return replace(BOARD, columns=tuple(columns))


def places(figure: ET.Element) -> dict[str, tuple[float, float]]:
    """Return where the points of the fitnesses are."""
    return {
        (circle.findtext("title") or "").partition("\n")[0]: (float(circle.attrib["cx"]), float(circle.attrib["cy"]))
        for circle in figure.iter("circle")
    }


def test_a_point_stands_at_its_seconds_and_its_rho() -> None:
    board = replace(BOARD, columns=(column("a", LABELS, 1.0), column("b", GOOD, 100.0), column("c", -LABELS, 10.0)))
    figure = drawn(board)
    found = places(figure)
    assert found["c"][0] == pytest.approx((found["a"][0] + found["b"][0]) / 2, abs=0.1)  # 10 lies halfway in logs
    top = min(float(line.attrib["y1"]) for line in figure.iter("line"))
    assert found["a"][1] == pytest.approx(top, abs=0.1)  # rho of 1
    assert found["c"][1] > found["b"][1] > found["a"][1]
    assert all(0 < x < WIDTH for x, _ in found.values())


def test_a_number_leads_from_a_point_to_its_name() -> None:
    figure = drawn(replace(BOARD, columns=(column("a", LABELS, 1.0), column("<b>", GOOD, 100.0))))
    words = texts(figure)
    assert (words[words.index("a") - 1], words[words.index("<b>") - 1]) == ("1", "2")  # the highest rho first
    assert words[words.index("a") + 1] == "1 s, 1.00"
    leads = [line.attrib for line in figure.iter("line") if line.get("stroke-width")]
    ends = {(float(line["x1"]), float(line["y1"])): float(line["y2"]) for line in leads}
    for number, name in (("1", "a"), ("2", "<b>")):
        at = next(t for t in figure.iter("text") if t.text == number and not t.get("text-anchor"))
        assert float(at.attrib["y"]) == pytest.approx(ends[places(figure)[name]] + 4, abs=0.11)


@pytest.mark.parametrize("count", [2, 20])
def test_numbers_and_names_stand_apart_within_the_figure(count: int) -> None:
    figure = drawn(crowd(count))
    check_texts(figure)
    assert float(figure.attrib["height"]) >= HEIGHT + LINE * count
    assert {f"alike {n}" for n in range(count)} <= set(texts(figure))


def test_what_nobody_timed_is_left_out_and_without_a_time_there_is_no_plot() -> None:
    assert sorted(places(drawn(BOARD))) == ["fair", "good<b>", "holed"]
    bare = replace(BOARD, columns=(column("good", GOOD),))
    assert draw_costs(standings_of(bare, bare.labels[0])) == ""


def test_counting_is_a_dashed_line_at_its_rho_where_there_is_any() -> None:
    board = replace(BOARD, columns=(column("a", LABELS, 1.0), column("params", LABELS)))
    (line,) = [line.attrib for line in drawn(board).iter("line") if line.get("stroke-dasharray")]
    at = places(drawn(board))["a"][1]
    assert (float(line["y1"]), float(line["y2"])) == (at, at)  # rho of 1
    title = " ".join(texts(drawn(board))[:2])
    assert title.startswith("nasbench201, acc: what a score costs, and what it is worth; dashed: counting params")
    bare = drawn(replace(BOARD, columns=(column("a", LABELS, 1.0),)))
    assert not [line for line in bare.iter("line") if line.get("stroke-dasharray")]


def test_axes_say_what_they_are_and_in_which_unit() -> None:
    assert {"seconds a candidate, logarithmic", "rho in the better half"} <= set(texts(drawn(BOARD)))

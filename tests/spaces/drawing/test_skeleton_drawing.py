"""Catches: a stage whose blocks, channels or strides are miscounted or unsaid, a row that lies on the next one."""

from itertools import pairwise

import pytest

from spaces.drawing.diagram import Blocks, Diagram, Role, SkeletonPart, SkeletonRow
from spaces.drawing.page import draw_page
from spaces.drawing.palette import FRAMES, STRIDED
from spaces.drawing.skeleton_drawing import bars_note
from tests.spaces.drawing.geometry import Page, check_page


def page(*rows: SkeletonRow) -> Page:
    return check_page(draw_page(Diagram("d", (SkeletonPart("network", rows),))))


def test_a_row_says_its_blocks_its_channels_and_more() -> None:
    row = SkeletonRow("stage 2", (Blocks("cell", 1, 2), Blocks("cell", 5)), 32, "a note")
    said = page(row).said()
    assert {"stage 2", "cell of stride 2, then 5 x cell", "32 channels; a note"} <= set(said)
    assert "3 values per step" in page(SkeletonRow("layer", (Blocks("cell"),), 3, unit="values per step")).said()
    assert not any(
        "channels" in line for line in page(SkeletonRow("end", (Blocks("map"),))).said() if "bar" not in line
    )


def test_every_block_is_a_bar_and_wider_ones_have_more_channels() -> None:
    few, many = SkeletonRow("a", (Blocks("b", 2),), 16), SkeletonRow("b", (Blocks("b", 3),), 64)
    bars = page(few, many).named("bar")
    assert len(bars) == 5
    assert [round(bar.right - bar.left) for bar in bars] == [65, 65, 130, 130, 130]  # half as wide: the root of 1/4
    assert {bar.left + bar.right for bar in bars} == {bars[0].left + bars[0].right}
    assert [bar.top for bar in bars] == sorted(bar.top for bar in bars)


def test_very_narrow_and_very_many_are_still_seen() -> None:
    bars = page(SkeletonRow("a", (Blocks("b"),), 1), SkeletonRow("b", (Blocks("b", 500),), 100_000)).named("bar")
    assert len(bars) == 31
    assert round(bars[0].right - bars[0].left) == 26


def test_what_halves_maps_is_orange() -> None:
    svg = draw_page(Diagram("d", (SkeletonPart("n", (SkeletonRow("a", (Blocks("b", 2), Blocks("b", 3, 2)), 8),)),)))
    assert svg.count(f'stroke="{STRIDED[1]}"') == 3
    assert svg.count(f'stroke="{FRAMES[Role.WEIGHTED]}"') == 2


def test_rows_are_joined_by_arrows() -> None:
    rows = [SkeletonRow(str(number), (Blocks("b"),), 8) for number in range(4)]
    assert len(page(*rows).lines) == 3
    assert len(page(*rows[:1]).lines) == 0


def test_arrows_lead_from_bars_to_bars_where_words_are_higher_than_either() -> None:
    shown = page(*(SkeletonRow(name, (Blocks("b"),), 8, "a note") for name in "abc"))
    pairs = pairwise(shown.named("bar"))
    gaps = [
        (line[0][1] - above.bottom, below.top - line[-1][1])
        for line, (above, below) in zip(shown.lines, pairs, strict=True)
    ]
    assert gaps == [pytest.approx((2, 7))] * 2  # the head is before the second


def test_what_bars_mean_is_said() -> None:
    plain, halving = (SkeletonRow("a", (Blocks("b", 1, stride),), 8) for stride in (1, 2))
    recurrent = SkeletonRow("a", (Blocks("b"),), 8, unit="values per step")
    notes = [bars_note(SkeletonPart("n", (row,))) for row in (plain, halving, recurrent)]
    assert notes == [
        "a bar is a block, wider for more channels",
        "a bar is a block, wider for more channels; orange ones make maps smaller",
        "a bar is a block, wider for more values per step",
    ]
    assert notes[1] in " ".join(page(halving).said())

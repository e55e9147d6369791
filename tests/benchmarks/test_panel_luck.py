"""Catches: luck the wrong way round, other rows among the panels, sizes of other texts, panels of another draw than
those that are searched on.
"""

from pathlib import Path

import pytest

from tasks import Panel
from tests.benchmarks.panel_luck import luck_of, main

SIZES = {name: float(size) for size, name in enumerate("abcdefgh")}


def text_of(operations: list[str]) -> str:
    return "|{}~0|+|{}~0|{}~1|+|{}~0|{}~1|{}~2|".format(*operations)


def test_luck_is_rho_on_the_panels_less_that_elsewhere() -> None:
    rows = Panel("some", tuple("abcde"), (1.0, 2.0, 3.0, 5.0, 4.0))  # differences 1 and 1: 1 - 6 * 2 / (5 * 24) = .9
    panels = [
        Panel("some", tuple("defgh"), (1.0, 2.0, 3.0, 4.0, 5.0)),
        Panel("some", tuple("hgfed"), (1.0, 2.0, 3.0, 5.0, 4.0)),
    ]
    on_panels, elsewhere, ahead = luck_of(rows, panels, SIZES)
    assert (on_panels, elsewhere) == ("0.050", "0.900")  # 1 and -.9
    assert ahead.startswith("-.850 [")


def test_the_panels_are_drawn_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = [["nor_conv_3x3"] * count + ["skip_connect"] * (6 - count) for count in range(7)]
    more = [["nor_conv_3x3"] * count + ["nor_conv_1x1"] + ["skip_connect"] * (5 - count) for count in range(3)]
    labels = [10 * cell.count("nor_conv_3x3") + cell.count("nor_conv_1x1") for cell in wide + more]  # as sizes have it
    lines = [f'"{text_of(cell)}",{label}' for cell, label in zip(wide + more, labels, strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(["candidate,label", *lines]) + "\n")
    asked = ["--space", "nasbench201(cells_per_stage=1,stem_channels=4)", "--table", str(tmp_path / "t.csv")]
    drawn = ["--metric", "label", "--panels", "1", "--size", "5", "--rows", "5", "--image-size", "8"]
    assert main([*asked, *drawn]) == 0
    out = capsys.readouterr().out
    assert "|on 1 panels of 5|on 5 other rows|more on the panels|" in out
    assert "|1.000|1.000|.000 [.000, .000]|" in out

"""Catches: a text that a notebook would run or that breaks its table, a number without end, a cell as wide as a
network's text."""

import pytest

from evo.display.notebook_table import WIDEST, html_table

EVIL = "<script>alert('x')</script>\"&"
SAFE = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;"


def test_every_text_is_escaped_wherever_it_stands() -> None:
    assert html_table(EVIL, [EVIL], [[EVIL]]) == (
        f"<table><caption>{SAFE}</caption><thead><tr><th>{SAFE}</th></tr></thead>"
        f"<tbody><tr><td>{SAFE}</td></tr></tbody></table>"
    )


def test_a_long_text_is_cut_and_escaped_in_its_title_too() -> None:
    shown = html_table("", [], [[EVIL + "a" * WIDEST]])
    assert "<script" not in shown
    assert f'title="{SAFE}{"a" * WIDEST}"' in shown
    assert f">{SAFE}{'a' * (WIDEST - len(EVIL))}…</td>" in shown


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0.123456789, "0.12346"), (7, "7"), (True, "True")])
def test_numbers_are_short_and_nothing_is_shown_as_nothing(value: object, text: str) -> None:
    assert f"<td>{text}</td>" in html_table("", ["x"], [[value]])

"""Catches: a figure that is refused only after hours of scoring, one that replaces a file unasked, and a traceback
where a library is missing."""

import sys
import types
from pathlib import Path

import pytest

from tasks.foundation import figure
from tasks.foundation.errors import UsageError
from tasks.foundation.figure import Figure, check_figure

DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>'


def test_svg_needs_nothing_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "f.svg"
    assert Figure(DRAWN).save(str(path)) == path
    assert path.read_text() == DRAWN
    with pytest.raises(UsageError, match=r"exists already; --force replaces it"):
        Figure("other").save(path)
    assert path.read_text() == DRAWN
    assert Figure("other").save(path, force=True).read_text() == "other"


def test_a_notebook_shows_it_as_it_is() -> None:
    assert Figure(DRAWN)._repr_svg_() == DRAWN


def test_another_kind_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.svg, \.pdf, \.png"):
        check_figure(tmp_path / "README.md", force=True)
    with pytest.raises(UsageError, match=r"does not exist"):
        check_figure(tmp_path / "none" / "f.svg", force=False)


@pytest.mark.parametrize("kind", [".pdf", ".PNG"])
def test_without_the_library_the_extra_is_named(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r'needs cairosvg: pip install "selfnas\[figures\]"; \.svg needs nothing'):
        Figure(DRAWN).save(tmp_path / f"f{kind}")


@pytest.mark.parametrize(("kind", "function", "scale"), [(".pdf", "svg2pdf", 1), (".png", "svg2png", 2)])
def test_the_library_makes_the_other_kinds(
    tmp_path: Path, kind: str, function: str, scale: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = types.ModuleType("cairosvg")
    setattr(library, function, lambda *, bytestring, scale: b"%d " % scale + bytestring)
    monkeypatch.setattr(figure, "find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "cairosvg", library)
    Figure(DRAWN).save(tmp_path / f"f{kind}")
    assert (tmp_path / f"f{kind}").read_bytes() == b"%d " % scale + DRAWN.encode()


def test_a_library_without_that_of_the_system_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure, "find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    with pytest.raises(UsageError, match=r"cairosvg cannot be imported .*; try \.svg"):
        Figure(DRAWN).save(tmp_path / "f.pdf")
    assert list(tmp_path.iterdir()) == []

"""Catches: a plug-in that cannot be found, an option accepted with a wrong name or type, an exception of a user's
module that reaches the user as a traceback."""

import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tasks import plugins
from tasks.errors import UsageError
from tasks.plugins import PluginTable, option_parameters


@dataclass(frozen=True)
class Tool:
    """A plug-in with one option that has a default and one that has none."""

    width: int
    label: str = "x"

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ValueError("negative width")


TABLE = PluginTable(kind="tool", group="selfnas.tests.none", builtin={"tool": f"{__name__}:Tool"})


@pytest.fixture
def module_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    return tmp_path


def test_options_are_converted_and_defaults_filled_in() -> None:
    assert TABLE.resolve("tool", {"width": "3"}) == {"width": 3, "label": "x"}
    assert TABLE.build("tool", {"width": "3"}) == Tool(3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widht": "3"}, "did you mean 'width'"),
        ({"width": "three"}, "tool.width='three'"),
        ({"width": -1}, "negative width"),
        ({}, "missing 1 required"),
    ],
)
def test_a_bad_option_is_one_line_that_names_it(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        TABLE.build("tool", options)
    assert "\n" not in str(caught.value)


def test_an_unknown_plug_in_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown tool 'tol'; did you mean 'tool'\?"):
        TABLE.load("tol")


def test_a_module_beside_the_command_can_be_named(module_folder: Path) -> None:
    (module_folder / "beside_the_command.py").write_text("def make(): return 7\n")
    assert TABLE.build("beside_the_command:make", {}) == 7


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("1 / 0", "raises_on_import:make"),
        ("def make(:", "has_a_syntax_error:make"),
        ("make = 3", "is_not_callable:make"),
        ("", "has_no_attribute:make"),
        ("", "has_no_attribute:"),
        ("", ":make"),
    ],
)
def test_a_broken_module_is_a_usage_error(module_folder: Path, source: str, name: str) -> None:
    (module_folder / f"{name.partition(':')[0] or 'empty'}.py").write_text(source)
    with pytest.raises(UsageError):
        TABLE.load(name)


def test_installed_entry_points_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("installed", f"{__name__}:Tool", TABLE.group)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point] if group == TABLE.group else [])
    assert TABLE.names() == ["installed", "tool"]
    assert TABLE.build("installed", {"width": 1}) == Tool(1)


def test_option_parameters_leave_out_what_cannot_be_named() -> None:
    def factory(first: int, *rest: int, last: int = 0, **others: int) -> None: ...

    assert list(option_parameters(factory)) == ["first", "last"]

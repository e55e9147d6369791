"""Catches: something called that makes no plug-in, and a class or an annotated function that is refused."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import pytest

from tasks.foundation.errors import UsageError
from tasks.foundation.named_attributes import check_makes_plugin, has_methods, import_attribute

if TYPE_CHECKING:
    from tests.tasks.foundation.test_plugins import Tool

Kind = TypeVar("Kind")


class Drawer:
    """A class of the kind: its objects draw."""

    def draw(self) -> int:
        return 1


class Caller:
    """A class whose objects can be called, as every class can."""

    def __call__(self) -> int:
        return 1


class Draws(Protocol[Kind]):
    """The kind as a contract."""

    def draw(self) -> Kind: ...


class Heir(Drawer, Generic[Kind]):
    """Draws as its base does."""


def made() -> Drawer:
    return Drawer()


def kept() -> "Draws[int]":
    return Drawer()


def silent():  # type: ignore[no-untyped-def]
    return Drawer()


def other() -> Caller:
    return Caller()


def hidden() -> "Tool":
    raise AssertionError("called")


class Unset:
    """Says that it does not draw."""

    draw = None


def draws(made_by: type) -> bool:
    return has_methods(made_by, ("draw",))


@pytest.mark.parametrize("factory", [Drawer, Heir, made, kept])
def test_a_class_of_the_kind_and_a_function_that_returns_one_make_plugins(factory: Callable[..., Any]) -> None:
    check_makes_plugin("tool", f"{__name__}:x", factory, draws)


@pytest.mark.parametrize(
    "factory", [silent, other, hidden, Unset, Caller, print, functools.partial(made), Drawer().draw, lambda: Drawer()]
)
def test_nothing_else_does(factory: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match=r"^tool 'tests.*:x': "):
        check_makes_plugin("tool", f"{__name__}:x", factory, draws)


def test_a_function_of_another_module_does_not() -> None:
    with pytest.raises(UsageError, match="a function of that module"):
        check_makes_plugin("tool", "elsewhere:made", made, draws)


def test_a_class_that_can_be_called_as_all_can_has_no_call_of_its_own() -> None:
    assert has_methods(Caller, ("__call__",))
    assert not has_methods(Drawer, ("__call__",))
    assert not has_methods(Unset, ("draw",))


def test_what_is_named_is_imported() -> None:
    assert import_attribute("tool", f"{__name__}:Drawer") is Drawer
    with pytest.raises(UsageError, match="has nothing callable named 'Absent'"):
        import_attribute("tool", f"{__name__}:Absent")


@pytest.mark.parametrize("path", ["odd: X", "odd:1", "odd:", ":X", "o-d:X", "a/odd:X", '"odd":X', "odd:X()", "odd :X"])
def test_what_is_no_name_of_python_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("odd", "o-d", '"odd"', "odd "):
        (tmp_path / f"{name}.py").write_text("raise AssertionError('imported')")
    with pytest.raises(UsageError, match="is no module:attribute, as in mine:Mine; nothing is imported"):
        import_attribute("tool", path)

"""Catches: a plug-in that cannot be found, an option accepted with a wrong name or type, an exception of a user's
module that reaches the user as a traceback."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

import pytest

from tasks.foundation import plugins
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText
from tasks.foundation.plugins import Factory, PluginTable, Variant, option_parameters


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


def test_a_variant_fixes_parameters_that_are_then_no_options() -> None:
    target = f"{__name__}:Tool"
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin={"wide": Variant(target, {"width": 9})})
    assert table.resolve("wide", {}) == {"label": "x"}
    assert table.build("wide", {"label": "y"}) == Tool(9, "y")
    with pytest.raises(UsageError, match="unknown option"):
        table.resolve("wide", {"width": "3"})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widht": "3"}, "did you mean 'width'"),
        ({"width": "three"}, "tool.width='three'"),
        ({"width": -1}, "negative width"),
        ({}, "needs tool.width"),
    ],
)
def test_a_bad_option_is_one_line_that_names_it(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        TABLE.build("tool", options)
    assert "\n" not in str(caught.value)


def paint(*, fill: Literal["zero"] | float = 0.0) -> object:
    return fill


def test_a_value_of_none_of_several_types_is_told_them_all() -> None:
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin={"paint": f"{__name__}:paint"})
    assert [table.build("paint", {"fill": value}) for value in ("zero", "1.5")] == ["zero", 1.5]
    with pytest.raises(UsageError, match=r"tool.fill='bla': input should be 'zero', or input should be a valid number"):
        table.build("paint", {"fill": "bla"})


def test_an_unknown_plug_in_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown tool 'tol'; did you mean 'tool'\?"):
        TABLE.load("tol")


def test_a_module_beside_the_command_can_be_named(module_folder: Path) -> None:
    (module_folder / "beside_the_command.py").write_text("def make() -> int: return 7\n")
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


class Settled:
    """A plug-in that puts what an option names in its place."""

    def __init__(self, *, file: str = "a") -> None:
        self.file = file

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        return {"file": f"content of {options['file']}"}


MORE = PluginTable(
    kind="tool", group="selfnas.tests.none", builtin={"untyped": "untyped:make", "settled": f"{__name__}:Settled"}
)


@pytest.fixture
def untyped(module_folder: Path) -> None:
    """A user's plug-in whose options say nothing of their types but by their defaults."""
    (module_folder / "untyped.py").write_text("def make(*, size=4, path=None):\n    return size, path\n")


@pytest.mark.usefixtures("untyped")
def test_an_option_without_annotation_takes_the_type_of_its_default() -> None:
    assert MORE.resolve("untyped", {"size": "12"}) == {"size": 12, "path": None}


@pytest.mark.usefixtures("untyped")
def test_resolved_options_may_be_resolved_again_even_none() -> None:
    once = MORE.resolve("untyped", {})
    assert MORE.resolve("untyped", once) == once
    assert MORE.build("untyped", once) == (4, None)


def test_what_an_option_names_is_put_in_its_place_when_it_is_resolved() -> None:
    assert MORE.resolve("settled", {"file": "b"}) == {"file": "content of b"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise KeyError('gone')", "refuses its options: KeyError: 'gone'"),
        ("import sys; sys.exit(3)", "refuses its options: SystemExit: 3"),
    ],
)
def test_whatever_a_plug_in_raises_while_it_is_made_is_one_line(module_folder: Path, body: str, words: str) -> None:
    name = f"made_{body[:5]}"
    (module_folder / f"{name}.py").write_text(f"class Bad:\n    def __init__(self):\n        {body}\n")
    with pytest.raises(UsageError, match=words):
        TABLE.build(f"{name}:Bad", {})


def test_a_module_that_exits_is_one_line(module_folder: Path) -> None:
    (module_folder / "exits.py").write_text("import sys\nsys.exit(9)\n")
    with pytest.raises(UsageError, match="cannot be imported: SystemExit: 9"):
        TABLE.load("exits:X")


def test_a_plug_in_without_a_method_of_its_kind_is_named() -> None:
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin=TABLE.builtin, methods=("turn",))
    with pytest.raises(UsageError, match=r"tool 'tool' makes Tool\(.*\), which has no turn\(\)"):
        table.build("tool", {"width": 1})


def test_what_does_not_say_its_options_is_one_line() -> None:
    with pytest.raises(UsageError, match="does not say which options it takes"):
        TABLE.build("builtins:dict", {})


class Box:
    """A plug-in around another one that ``inside`` names."""

    def __init__(self, *, inside: str, depth: int = 1, **options: object) -> None:
        self.made = (inside, depth, options)

    @classmethod
    def parts(cls, options: Mapping[str, object]) -> list[Factory]:
        return [TABLE.load(str(options["inside"]))] if "inside" in options else []


BOXES = PluginTable(
    kind="box",
    group="selfnas.tests.none",
    builtin={"box": f"{__name__}:Box", "full": Variant(f"{__name__}:Box", {"inside": "tool"})},
    supplied=("label",),
)


@pytest.mark.parametrize(("name", "named"), [("box", {"inside": "tool"}), ("full", {})])
def test_a_plug_in_around_another_takes_its_options_too(name: str, named: dict[str, object]) -> None:
    assert BOXES.resolve(name, {**named, "width": "3"}) == {"width": 3, "depth": 1, **named}
    assert BOXES.build(name, {**named, "width": "3"}).made == ("tool", 1, {"width": 3})
    with pytest.raises(UsageError, match="unknown option"):
        BOXES.resolve(name, {**named, "colour": "3"})
    with pytest.raises(UsageError, match=r"needs box\.width"):
        BOXES.resolve(name, named)


MEMBERS = [PluginText("tool", {"width": "3"}), PluginText("box", {}, (PluginText("tool"),))]


class Bag:
    """A plug-in around several others, as its ``settle`` reads them."""

    def __init__(self, *, members: Sequence[Any] | str = (), weights: str = "own") -> None:
        self.members = members

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        return {**options, "members": ["settled", options["members"]]}


def bag(*, members: Sequence[Any] | str = ()) -> tuple[object, ...]:
    """Take members and settle none of them."""
    return ("bag", members)


def count(*, members: int = 0) -> int:
    return members


BAGS = PluginTable(
    kind="bag",
    group="selfnas.tests.none",
    builtin={
        name: f"{__name__}:{target}" for name, target in {"settling": "Bag", "plain": "bag", "count": "count"}.items()
    },
)


def test_members_reach_settle_as_they_were_written() -> None:
    options = BAGS.resolve("settling", {"members": MEMBERS})
    assert options == {"members": ["settled", MEMBERS], "weights": "own"}
    assert all(one is given for one, given in zip(options["members"][1], MEMBERS, strict=True))  # type: ignore[index]
    assert BAGS.resolve("settling", {"members": "tool,box"})["members"] == ["settled", "tool,box"]
    listed = [{"label": "tool", "name": "tool", "options": {}}]
    assert BAGS.resolve("settling", {"members": listed})["members"] == ["settled", listed]
    assert BAGS.resolve("settling", {})["members"] == ["settled", ()]


def test_members_of_what_settles_none_are_texts() -> None:
    assert BAGS.resolve("plain", {"members": MEMBERS}) == {"members": ["tool(width=3)", "box(tool)"]}
    assert BAGS.resolve("plain", {"members": ["a", 1]}) == {"members": ["a", 1]}
    assert BAGS.build("plain", {"members": MEMBERS}) == ("bag", ["tool(width=3)", "box(tool)"])


@pytest.mark.parametrize(
    ("table", "name", "members", "words"),
    [
        (TABLE, "tool", MEMBERS, "tool 'tool' takes no members (tool(width=3),box(tool)); write option=value"),
        (TABLE, "tool", "box", "unknown option of tool 'tool': 'members'"),
        (TABLE, "tool", [PluginText("x" * 900)], "write option=value"),
        (BAGS, "count", MEMBERS, "bag.members='tool(width=3),box(tool)': input should be a valid integer"),
    ],
)
def test_what_takes_no_members_says_so(table: PluginTable, name: str, members: object, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        table.resolve(name, {"members": members})
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


class Grown:
    """A plug-in whose last two options its first version did not have."""

    later_options = ("smooth", "depth")

    def __init__(self, *, width: int = 1, smooth: float = 0.5, depth: int | None = None) -> None: ...

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        return {**options, "seen": sorted(options)}


def test_a_later_option_is_left_out_at_its_default_alone() -> None:
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin={"grown": f"{__name__}:Grown"})
    seen = ["depth", "smooth", "width"]  # all are there to be settled
    assert table.resolve("grown", {"smooth": "0.5", "depth": None}) == {"width": 1, "seen": seen}
    assert table.resolve("grown", {"smooth": "0"}) == {"width": 1, "smooth": 0.0, "seen": seen}
    assert table.resolve("grown", {"width": 1, "depth": 0}) == {"width": 1, "depth": 0, "seen": seen}


class Around:
    """A plug-in that is made around the one above."""

    def __init__(self, *, height: int = 3, **inside: object) -> None: ...

    @staticmethod
    def parts(options: Mapping[str, object]) -> list[type]:
        return [Grown]


def test_a_later_option_of_what_a_plug_in_is_made_around_is_left_out_as_well() -> None:
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin={"around": f"{__name__}:Around"})
    assert table.resolve("around", {}) == {"width": 1, "height": 3}
    assert table.resolve("around", {"smooth": "1"}) == {"width": 1, "smooth": 1.0, "height": 3}


def test_what_the_engine_supplies_goes_to_those_that_take_it() -> None:
    table = PluginTable(kind="tool", group="selfnas.tests.none", builtin=TABLE.builtin, supplied=("label", "colour"))
    assert table.build("tool", {"width": 1}, label="supplied", colour="red") == Tool(1, "supplied")


class Turning:
    """The defaults of a kind of plug-in."""

    fast = False

    @classmethod
    def of(cls, plain: object) -> object:
        return plain if isinstance(plain, Turning) else ("adapted", plain)

    def turn(self) -> None: ...

    def stop_turning(self) -> None: ...


class Derived(Turning):
    """Derived from them."""


class Slip(Derived):
    """With a method that nobody would ever call."""

    def stop_turnig(self) -> None: ...


TURNING = PluginTable(
    kind="tool",
    group="selfnas.tests.none",
    builtin={"slip": f"{__name__}:Slip"},
    methods=("turn",),
    base=f"{__name__}:Turning",
)


def test_an_object_of_the_callers_own_is_accepted_or_adapted() -> None:
    derived, plain = Derived(), type("Plain", (), {"turn": Derived.turn})()
    assert TURNING.accept(derived, "x") is derived
    assert TURNING.accept(plain, "x") == ("adapted", plain)
    with pytest.raises(UsageError, match=r"has no turn\(\)"):
        TURNING.accept(3, "x")


def test_a_method_that_is_almost_one_of_the_kind_is_one_line() -> None:
    words = "tool 'slip' has 'stop_turnig', which is almost 'stop_turning'; did you mean 'stop_turning'"
    with pytest.raises(UsageError, match=words):
        TURNING.build("slip", {})
    listed = PluginTable("tool", "selfnas.tests.none", TABLE.builtin, abilities=("label_all",), traits=("widths",))
    with pytest.raises(UsageError, match="has 'width', which is almost 'widths'"):
        listed.build("tool", {"width": 1})


def test_a_misspelt_ability_of_any_kind_is_one_line() -> None:
    class Forgetful(Tool):
        def setle(self) -> None: ...

    with pytest.raises(UsageError, match="has 'setle', which is almost 'settle'"):
        TABLE.accept(Forgetful(1), "mine")


def test_a_class_of_the_callers_own_is_made_as_a_named_one() -> None:
    assert TABLE.make(Tool, "mine", {"width": "3"}) == Tool(3)
    with pytest.raises(UsageError, match="unknown option of tool 'mine'"):
        TABLE.make(Tool, "mine", {"widht": "3"})

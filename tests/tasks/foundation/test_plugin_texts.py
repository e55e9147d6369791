"""Catches: a comma inside a value that splits it, an option that reaches another plug-in, a complaint that does not say
what was given and where it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, parse_plugin, parse_plugins

NAMES = st.text("abcxyz_:.0189", min_size=1)
VALUES = st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]))


def parse(text: str) -> list[PluginText]:
    return parse_plugins(text, option="--what", example="'a(b=1)'")


def test_plug_ins_have_the_options_beside_them() -> None:
    assert parse(" a(b=1, c = x) ,d:e,f()") == [
        PluginText("a", {"b": "1", "c": "x"}),
        PluginText("d:e"),
        PluginText("f"),
    ]
    assert [str(plugin) for plugin in parse("a( b = '1' ,c=x), d")] == ["a(b=1,c=x)", "d"]


@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, VALUES, max_size=3)), min_size=1, max_size=3))
def test_what_is_quoted_comes_back_as_it_was(plugins: list[tuple[str, dict[str, str]]]) -> None:
    texts = []
    for name, options in plugins:
        inside = ", ".join(f'{key}="{value}"' for key, value in options.items())
        texts.append(f"{name}({inside})")
    assert parse(",".join(texts)) == [PluginText(name, options) for name, options in plugins]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "--what '': a name is needed at its end, e.g. 'a(b=1)'"),
        ("a,", "a name is needed at its end"),
        ("a b", "write options as name(option=value,...) at 'b'"),
        ("a(b)", "write option=value at 'b)'"),
        ("a(b=1,b=2)", "b is given twice at 'b=2)'"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert words in str(caught.value)


def parse_one(text: str) -> PluginText:
    return parse_plugin(text, option="--what", example="'a(b=1)'")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a", PluginText("a")),
        (" a( b=1, c='x, (y)' ) ", PluginText("a", {"b": "1", "c": "x, (y)"})),
        ("my.module:Class", PluginText("my.module:Class")),
        ("my.module:Class(b=1)", PluginText("my.module:Class", {"b": "1"})),
        ("imagefolder:my (old) photos", PluginText("imagefolder:my (old) photos")),
        ("imagefolder:/a(b=1)/c", PluginText("imagefolder:/a(b=1)/c")),
        ("imagefolder:/it's (old), x(2)", PluginText("imagefolder:/it's (old), x(2)")),
        ("imagefolder:my (old) photos(size=16)", PluginText("imagefolder:my (old) photos", {"size": "16"})),
        ("imagefolder:a (b=1, c)", PluginText("imagefolder:a (b=1, c)")),
    ],
)
def test_one_plug_in_may_have_any_characters_after_a_colon(text: str, parsed: PluginText) -> None:
    assert parse_one(text) == parsed


@given(st.dictionaries(NAMES, st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"])), max_size=3))
def test_what_is_quoted_is_read_as_it_was(options: dict[str, str]) -> None:
    plugin = PluginText("a:b", options)
    assert parse_one(plugin.quoted()) == plugin


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a(b=1),c", "one is needed, e.g. 'a(b=1)'"),
        ("a(b)", "write option=value at 'b)'"),
        ("a(b=1,b=2)", "b is given twice"),
        ("a:b(c=1,c=2)", "c is given twice"),
    ],
)
def test_options_of_another_form_are_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_one(text)
    assert words in str(caught.value)

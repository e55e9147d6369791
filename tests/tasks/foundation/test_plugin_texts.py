"""Catches: a comma inside a value that splits it, an option that reaches another plug-in, a complaint that does not say
what was given and where it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, parse_plugins

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

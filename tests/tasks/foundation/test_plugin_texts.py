"""Catches: a comma inside a value that splits it, an option that reaches another plug-in, a complaint that does not say
what was given and where it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, joined, parse_plugin, parse_plugins

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
        ("a(b=1,b=2)", "b is given twice at 'b=2)'"),
        ("a(b=x(1))", "write option=value, a value with parentheses in quotes, at 'b=x(1))'"),
        ("a(b=c=d)", "write option=value, a value with parentheses in quotes, at 'b=c=d)'"),
        ("a(b,c(d=1,d=2))", "d is given twice at 'd=2))'"),
        ("a(b,c(,))", "write option=value at ',))'"),
        ("a(b,'c')", "write option=value at \"'c')\""),
        ("a(b c)", "write option=value, a value with parentheses in quotes, at 'b c)'"),
        ("a(b(c=1)=2)", "at 'b(c=1)=2)'"),
        ("a(b,members=c)", "members is given twice at 'members=c)'"),
        ("a(members=c,b)", "members is given twice at 'b)'"),
        ("a(b", "a parenthesis is not closed at its end"),
        ("a(b(c=1)", "a parenthesis is not closed at its end"),
        ("a(b=1", "a parenthesis is not closed at its end"),
        ("a)", "write options as name(option=value,...) at ')'"),
        ("a(b))", "write options as name(option=value,...) at ')'"),
        (f"{'a(' * 8}b{')' * 8},c({'a(' * 8}", "more than 8 parentheses within one another at"),
        (f"a(b={'x' * 20_000})", "is 20,005 characters long, at most 20,000 are read"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


REGRESSION = PluginText("regression", {"task": "N"})


def test_what_has_no_equals_sign_is_a_plug_in_within_the_one_around_it() -> None:
    assert parse("a(regression(task=N), b),b") == [PluginText("a", {}, (REGRESSION, PluginText("b"))), PluginText("b")]
    mixed = parse("a(weights=equal, b( c( d = 'x(y' ), e:f ) ,seed=1, regression(task=N) ,)")
    inner = PluginText("b", {}, (PluginText("c", {"d": "x(y"}), PluginText("e:f")))
    assert mixed == [PluginText("a", {"weights": "equal", "seed": "1"}, (inner, REGRESSION))]
    assert str(mixed[0]) == "a(b(c(d=x(y),e:f),regression(task=N),weights=equal,seed=1)"
    assert mixed[0].quoted() == 'a(b(c(d="x(y"),e:f),regression(task=N),weights=equal,seed=1)'
    assert parse(f"{'a(' * 8}b{')' * 8}")[0].members[0].name == "a"


def test_members_are_handed_on_as_an_option_where_there_are_any() -> None:
    both = PluginText("a", {"b": "1"}, (REGRESSION,))
    assert both.given() == {"b": "1", "members": [REGRESSION]}
    assert PluginText("a", {"b": "1"}).given() == {"b": "1"}


TEXTS = st.recursive(
    st.builds(PluginText, NAMES, st.dictionaries(NAMES, VALUES, max_size=2)),
    lambda inner: st.builds(
        PluginText, NAMES, st.dictionaries(NAMES, VALUES, max_size=1), st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=4,
)


@given(st.lists(TEXTS, min_size=1, max_size=2))
def test_plug_ins_within_others_come_back_as_they_were_written(plugins: list[PluginText]) -> None:
    assert parse(",".join(plugin.quoted() for plugin in plugins)) == plugins
    assert parse_one(plugins[0].quoted()) == plugins[0]


@pytest.mark.parametrize(
    ("one", "other"), [("1", 1), ("1", "1.0"), ("1e-3", 0.001), ("True", True), ("none", None), ("a,b", ["a", "b"])]
)
def test_an_option_may_be_said_twice_in_other_words(one: str, other: object) -> None:
    assert joined("space", {"x": one, "a": "1"}, {"x": other, "b": 2}) == {"x": other, "a": "1", "b": 2}


@pytest.mark.parametrize(("one", "other"), [("1", 2), ("a", "A"), ("nan", "x"), ("", "0"), ("True", 1)])
def test_an_option_that_is_two_things_is_refused(one: str, other: object) -> None:
    with pytest.raises(UsageError, match=f"^space.x is {one!r} in the text of the space and '{other}' beside it; say"):
        joined("space", {"x": one}, {"x": other})
    with pytest.raises(UsageError) as caught:
        joined("space", {"x": one * 9999}, {"x": "z" * 9999})
    assert len(str(caught.value)) < 300


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
        ("a(b(c=1),d:e)", PluginText("a", {}, (PluginText("b", {"c": "1"}), PluginText("d:e")))),
        ("a:b(c:d(x=1), y=2)", PluginText("a:b", {"y": "2"}, (PluginText("c:d", {"x": "1"}),))),
        ("imagefolder:/photos(old)", PluginText("imagefolder:/photos(old)")),
        (f"imagefolder:/{'(a=1' * 5000})", PluginText(f"imagefolder:/{'(a=1' * 5000})")),
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
        ("a(b),c", "one is needed, e.g. 'a(b=1)'"),
        ("a(b=1,b=2)", "b is given twice"),
        ("a:b(c=1,c=2)", "c is given twice"),
        ("a:b(c,d", "a parenthesis is not closed at its end"),
    ],
)
def test_options_of_another_form_are_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_one(text)
    assert words in str(caught.value)


def test_what_takes_no_members_has_parentheses_in_its_name_or_none() -> None:
    def read(text: str) -> PluginText:
        return parse_plugin(text, option="--data", example="'photos(size=64)'", members=False)

    assert read("imagefolder:photos(old)") == PluginText("imagefolder:photos(old)")
    assert read("mine:Images(size=3)") == PluginText("mine:Images", {"size": "3"})
    with pytest.raises(UsageError, match=r"write option=value at 'old\)'"):
        read("photos(old)")

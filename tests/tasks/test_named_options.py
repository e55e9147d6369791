"""Catches: a comma inside a value that splits it, a swallowed typing error, complaints that do not say where."""

import pytest

from tasks.named_options import ListFormError, split_names


def test_names_with_and_without_options() -> None:
    assert list(split_names("a:B(c=0.5, d = 1) , e,a:B()")) == [("a:B", {"c": "0.5", "d": "1"}), ("e", {}), ("a:B", {})]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quoted_value_may_hold_anything_but_its_quote(quote: str) -> None:
    assert list(split_names(f"a(b={quote}c,(d)=e {quote},f=g)")) == [("a", {"b": "c,(d)=e ", "f": "g"})]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a name is needed at its end"),
        ("a,", "a name is needed at its end"),
        (",a", "a name is needed at ',a'"),
        ("a a", "write options as name(option=value,...) at 'a'"),
        ("a(", "write options as name(option=value,...) at '('"),
        ("a)", "write options as name(option=value,...) at ')'"),
        ("a(b", "write options as name(option=value,...) at '(b'"),
        ("a(b)", "write option=value at 'b)'"),
        ("a(b=3,b=4)", "b is given twice at 'b=4)'"),
        ("a(b=3=4)", "write option=value at 'b=3=4)'"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ListFormError) as caught:
        list(split_names(text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)

"""Catches: two words for one cell, a word that means another cell, a refusal that blames the wrong part."""

import pytest

from spaces.cells.text import check_operation, decode_nodes, decode_number, encode_nodes, split_fields

WORD = "sep_conv_3x3~0,none~1/skip_connect~2,max_pool_3x3~0"
NODES = ((("sep_conv_3x3", 0), ("none", 1)), (("skip_connect", 2), ("max_pool_3x3", 0)))


def test_a_cell_and_its_word() -> None:
    assert encode_nodes(NODES) == WORD
    assert decode_nodes(WORD, 2) == NODES


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/", ",", "1 nodes instead of 2"),
        ("/", "//", "3 nodes instead of 2"),
        (",none~1", "", "node 2 is 'sep_conv_3x3~0'; it needs two"),
        ("none~1", "none~01", "'none~01' of node 2"),
        ("none~1", "none~1\n", "of node 2"),
        ("none~1", "none~\u0661", "of node 2"),
        ("none~1", "none~1_0", "of node 2"),
        ("none~1", "none ~1", "of node 2"),
        ("none~1", "none~99999", "of node 2"),
        ("max_pool_3x3~0", "~0", "'~0' of node 3"),
        ("max_pool_3x3~0", "max_pool_3x3", "of node 3"),
    ],
)
def test_a_bad_word_is_refused_with_the_part_that_is_wrong(old: str, new: str, message: str) -> None:
    assert old in WORD
    with pytest.raises(ValueError, match=message) as refusal:
        decode_nodes(WORD.replace(old, new), 2)
    assert len(str(refusal.value).splitlines()) == 1


def test_fields_are_split_by_name_and_order() -> None:
    assert split_fields("a=1:b=x~2", ("a", "b")) == ["1", "x~2"]


@pytest.mark.parametrize("text", ["a=1", "b=1:a=2", "a=1:b=2:c=3", "a=1: b=2", ""])
def test_other_fields_are_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"form a=\.\.\.:b=\.\.\."):
        split_fields(text, ("a", "b"))


@pytest.mark.parametrize("text", ["", "01", "+1", "1_0", " 1", "1\n", "\u0661", "99999", "1.0"])
def test_a_number_has_one_text(text: str) -> None:
    assert decode_number("width", "16") == 16
    with pytest.raises(ValueError, match="width is"):
        decode_number("width", text)


def test_an_operation_outside_the_space_is_named_with_its_place() -> None:
    check_operation("none", ("none", "noise"), "here")
    with pytest.raises(ValueError, match=r"unknown operation of the normal cell 'nose'; did you mean 'noise'"):
        check_operation("nose", ("none", "noise"), "of the normal cell")

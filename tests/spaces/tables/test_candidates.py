"""Catches: an architecture handed to a space in another form than agreed, copies of one cell that stay two
rows or cells that become one, a space without the method not named."""

import pytest

from spaces.tables.candidates import (
    nasbench101_encoder,
    nasbench101_json_encoder,
    nasbench201_encoder,
    nasbench_nlp_encoder,
    nds_encoder,
)
from tasks.foundation.errors import UsageError
from tests.published_files import CELL, SPACE, nds_record


def test_architectures_become_the_texts_of_their_space() -> None:
    assert nds_encoder(SPACE)(nds_record(7, [5.0])["net"]) == "ds=1,7,2,3"
    assert nasbench_nlp_encoder(SPACE)('{"f": 1, "h_new_0": 2}') == "f+h_new_0"
    assert nasbench201_encoder("nasbench201")(CELL) == CELL


def test_a_matrix_is_given_row_by_row() -> None:
    encode = nasbench101_encoder(SPACE)
    assert encode("011001000", "input,maxpool3x3,output") == "011/001/000:input,maxpool3x3,output"


@pytest.mark.parametrize("adjacency", ["01", "0121", "0x00", "\u0660\u0661\u0660\u0660"])
def test_what_is_no_matrix_is_outside(adjacency: str) -> None:
    with pytest.raises(ValueError, match="is not a square of 0 and 1"):
        nasbench101_encoder(SPACE)(adjacency, "input,output")


DIAMOND = "[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]]"


def test_a_matrix_and_operations_may_be_json() -> None:
    encode = nasbench101_json_encoder("nasbench101")
    assert encode("[[0, 1], [0, 0]]", '["input", "output"]') == "output~0"
    operations = '["input","conv1x1-bn-relu","maxpool3x3","output"]'
    assert encode(DIAMOND, operations) == "conv1x1~0+maxpool3x3~0+output~12"


def test_copies_of_one_cell_have_the_text_of_the_first() -> None:
    encode = nasbench101_json_encoder("nasbench101")
    one = encode(DIAMOND, '["input","conv1x1-bn-relu","maxpool3x3","output"]')
    assert encode(DIAMOND, '["input","maxpool3x3","conv1x1-bn-relu","output"]') == one
    assert encode(DIAMOND, '["input","maxpool3x3","maxpool3x3","output"]') != one
    recipe = '{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}'
    encode = nasbench_nlp_encoder("nasbench_nlp")
    first = "f=linear(x,h_prev_0);h_new_0=activation_tanh(f)"
    assert [encode(recipe), encode(recipe.replace("f", "g"))] == [first, first]
    assert encode(recipe.replace("tanh", "sigm")) == first.replace("tanh", "sigm")


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ("[[0,1],", r"'\[\[0,1\],' is no JSON: "),
        ("[" * 100_000, "is no JSON: "),
        ("3", "not of the published form"),
        ("[[0,2],[0,0]]", "is 2, neither 0 nor 1"),
        ("[[0,1,0],[0]]", "need a matrix of 2 x 2 entries"),
    ],
)
def test_json_that_is_no_cell_is_outside(matrix: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nasbench101_json_encoder("nasbench101")(matrix, '["input","output"]')


def test_a_damaged_architecture_is_outside() -> None:
    for net in ({}, {"genotype": 3}, {"ds": None}, {"ds": []}):
        with pytest.raises(ValueError, match=r"not of the published form \((KeyError|TypeError|IndexError): "):
            nds_encoder(SPACE)(net)


def test_a_space_that_cannot_is_named() -> None:
    with pytest.raises(UsageError, match=r"space 'nasbench201' cannot read published .*: it has no from_recipe\(\)"):
        nasbench_nlp_encoder("nasbench201")
    with pytest.raises(UsageError, match="unknown space 'nasbench_202'; did you mean 'nasbench201'"):
        nasbench201_encoder("nasbench_202")

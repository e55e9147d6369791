"""Catches: an architecture handed to a space in another form than agreed, a space without the method not named."""

import pytest

from spaces.tables.candidates import nasbench101_encoder, nasbench201_encoder, nasbench_nlp_encoder, nds_encoder
from tasks.errors import UsageError
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


def test_a_damaged_architecture_is_outside() -> None:
    for net in ({}, {"genotype": 3}, {"ds": None}, {"ds": []}):
        with pytest.raises(ValueError, match=r"not of the published form \((KeyError|TypeError|IndexError): "):
            nds_encoder(SPACE)(net)


def test_a_space_that_cannot_is_named() -> None:
    with pytest.raises(UsageError, match=r"space 'nasbench201' cannot read published .*: it has no from_recipe\(\)"):
        nasbench_nlp_encoder("nasbench201")
    with pytest.raises(UsageError, match="unknown space 'nasbench_202'; did you mean 'nasbench201'"):
        nasbench201_encoder("nasbench_202")

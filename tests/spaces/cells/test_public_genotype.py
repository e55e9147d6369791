"""Catches: a published form that is not read, read as another cell, or evaluated; a refusal without what is wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.cells.genotype import CellGenotype, Concatenation, Genotype
from spaces.cells.notation import read_genotype, write_genotype
from spaces.cells.public_genotype import COMPACT_OPERATIONS, read_public
from tests.published_genotypes import DARTS_V2
from tests.refusals import refusal

PAIRS = {
    "normal": [["a", 0], ["b", 1], ["a", 0], ["c", 2]],
    "reduce": [["c", 1], ["d", 1], ["a", 1], ["a", 0]],
}
NORMAL = ((("a", 0), ("b", 1)), (("a", 0), ("c", 2)))
REDUCTION = ((("c", 1), ("d", 1)), (("a", 1), ("a", 0)))
# DARTS_V2 as NASLib writes it, worked by hand: sources, and numbers of max, avg, skip, sep 3, sep 5, dil 3, dil 5
COMPACT = (
    ((0, 3), (1, 3), (0, 3), (1, 3), (1, 3), (0, 2), (0, 2), (2, 5)),
    ((0, 0), (1, 0), (2, 2), (1, 0), (0, 0), (2, 2), (2, 2), (1, 0)),
)


def read(text: str, rule: Concatenation = Concatenation.ALL) -> Genotype | None:
    return read_public(text, "darts", rule)


@pytest.mark.parametrize(
    "text",
    [
        "DARTS_V2",
        DARTS_V2,
        f"DARTS_V2 = {DARTS_V2}",
        f"genotype={DARTS_V2}",
        str(COMPACT),
        json.dumps(COMPACT),
        f" {COMPACT}\n",
    ],
)
def test_all_forms_of_a_cell_are_the_same_cell(text: str) -> None:
    assert read(text) == read_genotype(DARTS_V2)


@pytest.mark.parametrize("write", [json.dumps, str], ids=["json", "python"])
def test_fields_are_read_and_what_they_do_not_say_follows_the_rule(write: type[str]) -> None:
    every, loose = CellGenotype(NORMAL, (2, 3)), CellGenotype(NORMAL, (3,))
    reduction = CellGenotype(REDUCTION, (2, 3))
    assert read(write(PAIRS)) == Genotype(every, reduction)
    assert read(write(PAIRS), Concatenation.LOOSE_ENDS) == Genotype(loose, reduction)
    assert read(write({**PAIRS, "normal_concat": [3], "note": 0})) == Genotype(loose, reduction)


def test_pairs_may_stand_node_by_node() -> None:
    nodes = {"normal": NORMAL, "reduce": REDUCTION}
    assert read(str(nodes)) == read(json.dumps(PAIRS))
    text = f"Genotype(normal={NORMAL}, normal_concat=[2, 3], reduce={list(REDUCTION)}, reduce_concat=[2, 3])"
    assert read(text) == read(json.dumps(PAIRS))


@pytest.mark.parametrize("text", ["", "a b", "normal=a~0", "1", "Genotypes", "_x=Genotype", "-", "eval('1')"])
def test_a_text_of_no_form_is_none_or_no_name(text: str) -> None:
    if text == "Genotypes":
        with pytest.raises(ValueError, match="unknown published cell"):
            read(text)
    else:
        assert read(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", r"\[\] is not the normal and the reduction cell"),
        ("[[], [], []]", "is not the normal and the reduction cell"),
        ("[[], 1]", "is not the normal and the reduction cell"),
        ("{1, 2}", "is not the normal and the reduction cell"),
        ("[[], []]", "at least one node"),
        ("[[(0, 1)], []]", "do not pair up"),
        ("[[(0, 1), (1, 7)], []]", "operation 7 is none of 0 max_pool_3x3, 1 avg_pool_3x3, .*6 dil_conv_5x5"),
        ("[[(0, 1), (1, -1)], []]", "operation -1 is none of"),
        ("[[(0, 1), (1, True)], []]", "operation True is none of"),
        ("[[(0, 1), ('a', 1)], []]", r"pairs \(SOURCE, NUMBER of an operation\), got \('a', 1\)"),
        ("[[(0, 1), (0, 1, 2)], []]", "pairs"),
        ("[[(0, 1), 5], []]", "pairs"),
        ("[[(0, 1), (5, 1)], [(0, 1), (1, 1)]]", "of node 2 reads state 5"),
        ("{}", "normal of a genotype must be a list, got NoneType"),
        ('{"normal": 1, "reduce": []}', "normal of a genotype must be a list, got int"),
        ('{"normal": [["a", 0]], "reduce": []}', "do not pair up"),
        ("Genotype(normal=__import__('os').system('true'), normal_concat=[2], reduce=[], reduce_concat=[])", "a list"),
        ("Genotype(" * 1_000, "not a genotype"),
        ("Genotype (", "not a genotype"),
        ("(" * 3_000, "neither JSON"),
        ("DARTS_V9", "known: DARTS_V1"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read(text)
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 450


choices = st.tuples(st.integers(0, 1), st.integers(0, len(COMPACT_OPERATIONS) - 1))
cells = st.lists(choices, min_size=2, max_size=8).filter(lambda cell: len(cell) % 2 == 0)


@settings(max_examples=40)
@given(cells=st.tuples(cells, cells), text=st.sampled_from([str, json.dumps]))
def test_a_compact_form_and_the_notation_lead_to_the_same_cell(cells: object, text: type[str]) -> None:
    found = read(text(cells))
    assert found is not None
    assert read(write_genotype(found)) == found


@settings(max_examples=30)
@given(text=st.text(max_size=20))
def test_any_text_is_a_cell_none_or_one_line(text: str) -> None:
    for hostile in (text, f"Genotype({text})", f"[{text}]", f"{{{text}}}"):
        assert len(refusal(read, hostile).splitlines()) <= 1

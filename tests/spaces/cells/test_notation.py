"""Catches: a published genotype misread, a notation that does not lead back, text that is evaluated or ends in more
than one line.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spaces.cells.genotype import CellGenotype, Genotype, choices
from spaces.cells.notation import genotype_of_fields, read_genotype, write_genotype
from tests.published_genotypes import DARTS_V2, P_DARTS, PC_DARTS_IMAGENET

SMALL = (
    "Genotype(normal=[('a', 0), ('b', 1)], normal_concat=range(2, 3), reduce=[('c', 1), ('d', 1)], reduce_concat=[2])"
)
FIELDS = {"normal": [["a", 0], ["b", 1]], "normal_concat": [2], "reduce": [["c", 1], ["d", 1]], "reduce_concat": [2]}


def test_a_small_genotype_is_read_field_by_field() -> None:
    normal, reduction = ((("a", 0), ("b", 1)),), ((("c", 1), ("d", 1)),)
    expected = Genotype(CellGenotype(normal, (2,)), CellGenotype(reduction, (2,)))
    assert read_genotype(SMALL) == expected
    assert genotype_of_fields(FIELDS) == expected


@pytest.mark.parametrize("text", [DARTS_V2, P_DARTS, PC_DARTS_IMAGENET])
def test_published_notation_leads_back(text: str) -> None:
    genotype = read_genotype(text)
    assert read_genotype(write_genotype(genotype)) == genotype
    same = "".join(text.split()).replace("[2,3,4,5]", "range(2,6)")
    assert "".join(write_genotype(genotype).split()) == same


def test_a_range_and_a_list_mean_the_same() -> None:
    assert read_genotype(DARTS_V2) == read_genotype(DARTS_V2.replace("[2, 3, 4, 5]", "range(2, 6)"))


def test_what_is_no_range_is_written_as_a_list() -> None:
    text = DARTS_V2.replace("normal_concat=[2, 3, 4, 5]", "normal_concat=[4, 2, 5]")
    genotype = read_genotype(text)
    assert genotype.normal.concat == (2, 4, 5)
    assert "normal_concat=[2, 4, 5]" in write_genotype(genotype)
    assert list(choices(genotype.reduction.nodes))[1] == ("max_pool_3x3", 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Genotype(", "print(", "not a genotype"),
        ("Genotype(", "Genotype(1, ", "names normal, normal_concat, reduce, reduce_concat"),
        ("normal_concat=range(2, 3), ", "", "names normal"),
        ("reduce=", "more=", "names normal"),
        ("range(2, 3)", "range(3)", "two small numbers"),
        ("range(2, 3)", "range(2, 10**9)", "two small numbers"),
        ("range(2, 3)", "range(2, 99999999)", "two small numbers"),
        ("range(2, 3)", "range(2, 3, step=1)", "two small numbers"),
        ("range(2, 3)", "open('x')", "a list or a range"),
        ("range(2, 3)", "[True]", "numbers states from 0, got True"),
        ("range(2, 3)", "2", "must be a list, got int"),
        ("range(2, 3)", "range(2, 4)", "some of the nodes 2 to 2"),
        ("('a', 0)", "('a', -1)", "reads state -1"),
        ("('a', 0)", "('a', 0.0)", "numbers states from 0, got 0.0"),
        ("('a', 0)", "('a', 0, 1)", "pairs"),
        ("('a', 0)", "(0, 'a')", "pairs"),
        ("('a', 0)", "'a'", "pairs"),
        ("('a', 0), ", "", "1 operations do not pair up"),
        ("[('a', 0), ('b', 1)]", "[]", "at least one node"),
        ("])", "]", "not a genotype"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(old: str, new: str, message: str) -> None:
    assert old in SMALL
    with pytest.raises(ValueError, match=message) as refusal:
        read_genotype(SMALL.replace(old, new))
    assert len(str(refusal.value).splitlines()) == 1


@given(text=st.text())
@example(text="(" * 9_000)
@example(text="-" * 9_000 + "1")
@example(text="Genotype(normal=" + "[" * 150 + "]" * 150)
@example(text="[" * 11_000)
@example(text="\0")
def test_other_texts_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as refusal:
        read_genotype(text)
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} of a genotype must be a list"):
        genotype_of_fields({name: value for name, value in FIELDS.items() if name != field})

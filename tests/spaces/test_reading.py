"""Catches: a published form that is not read where a person gives a candidate, that takes the place of the space's own
text, or whose refusal does not say which forms there are."""

import pytest

from spaces import SPACES, published_form, read_candidate
from tests.toy import BitStrings, PublishedBits


def test_a_spaces_own_text_comes_first_and_then_published_forms() -> None:
    space = PublishedBits()
    assert read_candidate(space, "0111111111") == (0, *[1] * 9)
    assert read_candidate(space, "bits 0111111111") == (0, *[1] * 9)
    with pytest.raises(ValueError, match=r"10 characters of 0 and 1 are needed$"):
        read_candidate(space, "bits 012")


def test_a_text_of_no_form_is_refused_with_all_of_them() -> None:
    with pytest.raises(ValueError, match=r"10 characters of 0 and 1.*; published forms are read, too: bits OF-ZEROS"):
        read_candidate(PublishedBits(), "012")
    with pytest.raises(ValueError, match="10 characters of 0 and 1") as refused:
        read_candidate(BitStrings(), "012")
    assert "published" not in str(refused.value)


@pytest.mark.parametrize("name", ["darts", "nds_nasnet", "nasbench101", "nasbench201", "darts_layered"])
def test_a_text_without_end_is_refused_in_a_line_that_names_the_forms(name: str) -> None:
    space = SPACES.build(name, {})
    with pytest.raises(ValueError, match="published forms are read, too") as refused:
        read_candidate(space, "no such " * 10_000)
    assert space.published_forms in str(refused.value)
    assert len(str(refused.value)) < 600
    assert len(str(refused.value).splitlines()) == 1


def test_a_candidate_has_a_published_form_where_its_space_knows_one() -> None:
    assert published_form(PublishedBits(), "1" * 10) == "bits 1111111111"
    assert published_form(PublishedBits(), "0" * 10) is None
    assert published_form(BitStrings(), "1" * 10) is None

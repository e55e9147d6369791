"""Catches: a published form that is read as another candidate, or damaged is taken for one."""

from collections.abc import Callable
from typing import Any

import pytest

from spaces.conformance import published_forms
from spaces.conformance.case import NotApplicable, SpaceCase
from tests.toy import BitStrings, PublishedBits


class Lost(PublishedBits):
    """Publishes every string as the same one."""

    def to_published(self, candidate: Any) -> str:
        return "bits 1111111111"


class Guesses(PublishedBits):
    def from_published(self, text: str) -> Any:
        return self.decode(text.split(" ")[1])


@pytest.mark.parametrize(
    ("space", "words"), [(Lost, "its published form is read as"), (Guesses, "from_published(")], ids=["lost", "guesses"]
)
def test_a_published_form_that_does_not_lead_back_is_noticed(
    complaint: Callable[..., str], space: type, words: str
) -> None:
    assert words in complaint(published_forms.published_form_leads_back, space())


def test_published_forms_are_counted_and_are_no_duty() -> None:
    case = SpaceCase(PublishedBits(), PublishedBits(), members=20)
    written = sum(candidate[0] for candidate in case.sampled())
    assert published_forms.published_form_leads_back(case) == f"{written} published forms"
    with pytest.raises(NotApplicable, match="the space has no from_published"):
        published_forms.published_form_leads_back(SpaceCase(BitStrings(), BitStrings()))

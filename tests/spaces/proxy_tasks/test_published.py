"""Catches: a shipped task that a space knows and that is not found, or found of the wrong kind; a space of networks
that is taken for one of tasks."""

from typing import Any

import pytest

from spaces import SPACES, published_tasks
from tasks import load_any_task, preset_names, sequence_preset_names
from tests.tiny_tasks import Tasks
from tests.toy import BitStrings


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("proxy_tasks", preset_names()),
        ("proxy_task_sets", preset_names()),
        ("proxy_tasks_nlp", sequence_preset_names()),
        ("proxy_task_sets_nlp", sequence_preset_names()),
    ],
)
def test_spaces_of_tasks_know_all_that_are_shipped_for_their_networks(name: str, shipped: list[str]) -> None:
    space = SPACES.build(name, {})
    found = published_tasks(space)
    assert list(found) == shipped
    assert [space.encode(candidate) for candidate in found.values()] == [f"preset={each}" for each in shipped]


class KnowsOne(BitStrings):
    """A space that knows a single shipped task."""

    def decode(self, text: str) -> Any:
        return (1,) if text == "preset=N" else super().decode(text)

    def to_task(self, candidate: Any) -> Any:
        return load_any_task("N")


def test_what_a_space_does_not_know_is_left_out() -> None:
    assert published_tasks(KnowsOne()) == {"N": (1,)}


def test_a_space_that_decodes_any_text_knows_what_it_makes_a_task_of() -> None:
    assert published_tasks(Tasks()) == {}


def test_a_space_of_networks_knows_none() -> None:
    assert published_tasks(SPACES.build("nasbench201", {})) == {}

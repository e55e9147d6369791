"""Catches: an option that reaches another fitness, a label that is not what was asked for, a name or a form that is not
right and ends in a traceback."""

import pytest

from evo.correlation.config import named_fitnesses
from tasks.foundation.errors import UsageError


def options(text: str) -> list[tuple[str, dict[str, object]]]:
    return [(chosen.choice.name, dict(chosen.choice.options)) for _, chosen in named_fitnesses(text)]


def test_names_with_and_without_options() -> None:
    found = options("tests.toy:CountOnes(noise=0.5, sleep_s = 1) , random,tests.toy:CountOnes()")
    assert found == [
        ("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 1.0}),
        ("random", {}),
        ("tests.toy:CountOnes", {"noise": 0.01, "sleep_s": 0.0}),
    ]


def test_a_label_is_what_was_asked_for_without_blanks() -> None:
    labels = [label for label, _ in named_fitnesses("random , tests.toy:CountOnes( noise = '0.5' )")]
    assert labels == ["random", "tests.toy:CountOnes(noise=0.5)"]


def test_commas_within_a_fitness_are_between_its_members() -> None:
    text = "tests.toy:Joined(tests.toy:CountOnes(noise=0.5),random, scale=2), random"
    (label, joined), (other, _) = named_fitnesses(text)
    assert (label, other) == ("tests.toy:Joined(tests.toy:CountOnes(noise=0.5),random,scale=2)", "random")
    ones = {"label": "tests.toy:CountOnes(noise=0.5)", "name": "tests.toy:CountOnes"}
    assert joined.choice.options == {
        "members": [
            {**ones, "options": {"noise": 0.5, "sleep_s": 0.0}},
            {"label": "random", "name": "random", "options": {}},
        ],
        "scale": 2.0,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a name is needed at its end"),
        ("vote(panel)", "fitness 'vote' takes no members (panel); write option=value"),
        ("random,vote(panel=8,random(seed=1))", "fitness 'vote' takes no members (random(seed=1)); write option=value"),
        ("tests.toy:Joined(random(seeed=1))", "unknown option of fitness 'random': 'seeed'"),
        ("tests.toy:Joined(random,(x))", "write option=value at '(x))'"),
        ("random, random", "--fitness: random is listed twice"),
        ("vote, vote(panel=32)", "--fitness: vote(panel=32) is listed twice"),
        ("rndom", "did you mean 'random'?"),
        ("vote(pannel=3)", "did you mean 'panel'?"),
        ("vote(panel=many)", "fitness.panel='many': "),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        named_fitnesses(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)

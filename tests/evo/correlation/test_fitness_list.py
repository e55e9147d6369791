"""Catches: a comma inside a value that splits it, an option that reaches another fitness, a typing error that is
swallowed, and complaints that do not say where."""

import pytest

from evo.correlation.fitness_list import parse_fitnesses
from tasks.errors import UsageError

HANGS = "tests.toy:KillsWorker"


def options(text: str) -> list[tuple[str, dict[str, object]]]:
    return [(fitness.choice.name, dict(fitness.choice.options)) for fitness in parse_fitnesses(text)]


def test_names_with_and_without_options() -> None:
    found = options("tests.toy:CountOnes(noise=0.5, sleep_s = 1) , random,tests.toy:CountOnes()")
    assert found == [
        ("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 1.0}),
        ("random", {}),
        ("tests.toy:CountOnes", {"noise": 0.01, "sleep_s": 0.0}),
    ]


def test_a_label_is_what_was_asked_for_without_blanks() -> None:
    labels = [fitness.label for fitness in parse_fitnesses("random , tests.toy:CountOnes( noise = '0.5' )")]
    assert labels == ["random", "tests.toy:CountOnes(noise=0.5)"]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quoted_value_may_hold_anything_but_its_quote(quote: str) -> None:
    assert options(f"{HANGS}(folder={quote}a,(b)=c {quote},always=true)")[0][1] == {
        "folder": "a,(b)=c ",
        "always": True,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a name is needed at its end"),
        ("random,", "a name is needed at its end"),
        (",random", "a name is needed at ',random'"),
        ("random random", "write options as name(option=value,...) at 'random'"),
        ("random(", "write options as name(option=value,...) at '('"),
        ("random)", "write options as name(option=value,...) at ')'"),
        ("vote(panel", "write options as name(option=value,...) at '(panel'"),
        ("vote(panel)", "write option=value at 'panel)'"),
        ("vote(panel=3,panel=4)", "panel is given twice at 'panel=4)'"),
        ("vote(panel=3=4)", "write option=value at 'panel=3=4)'"),
        ("random, random", "--fitness: random is listed twice"),
        ("vote, vote(panel=32)", "--fitness: vote(panel=32) is listed twice"),
        ("rndom", "did you mean 'random'?"),
        ("vote(pannel=3)", "did you mean 'panel'?"),
        ("vote(panel=many)", "fitness.panel='many': "),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fitnesses(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)

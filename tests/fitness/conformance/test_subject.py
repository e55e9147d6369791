"""Catches: a case of another fitness, space or data than was named, options that do not travel, an answer from another
process that is not what this one gives, a space that is not prepared or breaks there."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fitness.conformance.broken_networks import Broken
from fitness.conformance.other_process import OtherProcess
from fitness.conformance.repetition import another_process_agrees
from fitness.conformance.subject import Subject, answer
from spaces.conformance.case import Nonconformance
from tasks.foundation.errors import UsageError
from tests.tiny import TinyNetworks
from tests.tiny_fitness import Brightness

SUBJECT = Subject("tests.tiny_fitness:Brightness", {"steps": 4}, "tests.tiny:TinyNetworks", {}, folder="", data="noise")


class Salted(Brightness):
    """Depends on what Python makes of a text in this process."""

    def __call__(self, candidate, context):  # type: ignore[no-untyped-def]
        score = super().__call__(candidate, context)
        return replace(score, value=score.value + hash(str(candidate)) % 97)


class Breaks(TinyNetworks):
    def prepare(self, folder: Path) -> None:
        raise OSError("the disk\nis full")


def test_names_and_options_lead_to_the_case() -> None:
    case = replace(SUBJECT, members=3, seed=5).open()
    made = case.make()
    assert isinstance(made, Brightness)
    assert (made.steps, made.batch, case.make(steps=2).steps) == (4, 8, 2)
    assert isinstance(case.space, TinyNetworks)
    assert (case.images.source.size, case.members, case.seed) == (32, 3, 5)
    assert case.options == {"steps": 4, "batch": 8}
    assert case.elsewhere is None


def test_a_fitness_is_made_for_the_pictures_that_it_draws() -> None:
    class Watches(Brightness):
        def __init__(self, *, source: object = None) -> None:
            super().__init__()
            self.source = source

    sys.modules[__name__].Watches = Watches  # type: ignore[attr-defined]
    case = replace(SUBJECT, fitness=f"{__name__}:Watches", fitness_options={}).open()
    assert case.make().source is case.images.source is case.context(1).images


def test_a_prepared_space_is_prepared_in_its_folder(tmp_path: Path) -> None:
    replace(SUBJECT, space="tests.toy:CountedBitStrings", folder=str(tmp_path)).open()
    assert (tmp_path / "prepared.txt").read_text() == "once\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fitness": "regresion"}, "did you mean 'regression'"),
        ({"fitness_options": {"steps": 0}}, "steps=0: must be at least 1"),
        ({"space_options": {"width": 3}}, "unknown option of space"),
        ({"data": "noize"}, "did you mean 'noise'"),
        ({"space": f"{__name__}:Breaks"}, "cannot be prepared: OSError: the disk; see python -m spaces.check"),
    ],
)
def test_what_is_refused_is_one_error(change: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        replace(SUBJECT, **change).open()  # type: ignore[arg-type]


def test_an_answer_is_that_of_the_case() -> None:
    (made, broken) = answer(SUBJECT.to_json(), ["7", Broken.DEAD.value])
    assert made.said == SUBJECT.open().score(7).said
    assert (broken.built, broken.result) == (True, None)


def test_another_process_gives_the_same_and_one_with_other_hashes_of_texts_is_noticed() -> None:
    with OtherProcess() as process:
        assert another_process_agrees(SUBJECT.open(process)) == "2 members, equal to the bit"
        salted = replace(SUBJECT, fitness=f"{__name__}:Salted")
        with pytest.raises(Nonconformance, match="in another process; for"):
            another_process_agrees(salted.open(process))

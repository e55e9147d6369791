"""Catches: members that are not a function of the seed, mutations that are never built, a message that does not say
which candidate, a preparation that is forgotten or not shared."""

from pathlib import Path

import pytest

from spaces.conformance.case import Nonconformance, NotApplicable, SpaceCase, require
from tests.toy import BitStrings


class Prepared(BitStrings):
    """Remembers where it was prepared."""

    folder: Path | None = None

    def prepare(self, folder: Path) -> None:
        self.folder = folder


def make(**numbers: int) -> SpaceCase:
    return SpaceCase(BitStrings(), BitStrings(), **numbers)


def test_members_are_a_function_of_the_seed() -> None:
    assert make(seed=1).sampled() == make(seed=1).sampled()
    assert make(seed=1).sampled() != make(seed=2).sampled()
    assert len(make(members=7).sampled()) == 7


def test_generators_differ_by_purpose_and_number() -> None:
    case = make()
    drawn = [case.rng(*name).integers(2**62) for name in (("a", 0), ("a", 1), ("b", 0), ("a", 0))]
    assert drawn[0] == drawn[3]
    assert len(set(drawn)) == 3


def test_every_second_network_is_that_of_a_mutation() -> None:
    mutated: list[object] = []

    class Watched(BitStrings):
        def mutate(self, candidate, rng):  # type: ignore[no-untyped-def]
            mutated.append(super().mutate(candidate, rng))
            return mutated[-1]

    built = SpaceCase(Watched(), Watched(), networks=4).to_build()
    assert len(built) == 4
    assert built[1::2] == mutated


def test_both_spaces_are_prepared_in_one_folder(tmp_path: Path) -> None:
    case = SpaceCase(Prepared(), Prepared())
    assert case.prepare(tmp_path) == "prepared twice in one folder"
    assert (case.space.folder, case.twin.folder) == (tmp_path, tmp_path)


def test_a_space_that_needs_no_preparation_gets_none(tmp_path: Path) -> None:
    with pytest.raises(NotApplicable, match="nothing to prepare"):
        make().prepare(tmp_path)


def test_a_complaint_names_its_candidate() -> None:
    with pytest.raises(Nonconformance, match=r"^it is empty; for 0000000000$"), make().about((0,) * 10):
        require([], "it is empty")


def test_a_candidate_without_text_is_shown_as_python_does() -> None:
    class Mute(BitStrings):
        def encode(self, candidate: object) -> str:
            raise OSError

    assert SpaceCase(Mute(), Mute()).describe((1, 0)) == "(1, 0)"

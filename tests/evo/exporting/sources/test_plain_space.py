"""Catches: an option of a space that is lost, a space or a candidate that cannot be written down and is."""

from dataclasses import dataclass
from functools import partial

import pytest

from evo.exporting.sources.plain_space import MadeSpace, plain_source
from spaces import InputSpec, SequenceSpec
from tasks.foundation.errors import UsageError
from tests.tiny import TinyNetworks


class Sized(TinyNetworks):
    def __init__(self, *, depth: int = 2, name: str = "a") -> None:
        self.depth, self.name = depth, name


@dataclass(frozen=True)
class Record:
    """A part of a candidate."""

    number: int


MADE = MadeSpace(Sized, {"depth": 3, "name": "a"})


def test_options_that_differ_from_their_defaults_are_written() -> None:
    found = plain_source(MADE, (1, "b"), InputSpec(1, 8), 4)
    assert 'SPACE = Sized(depth=3)\n\nCANDIDATE = (1, "b")' in found.text
    assert f"from {__name__} import Sized" in found.text
    assert "num_classes: int = 4, in_channels: int = 1, image_size: int = 8" in found.text
    assert found.reads == "images [B, C, H, W]"
    assert MADE.package == __name__.partition(".")[0]


def test_records_of_a_candidate_are_imported_in_the_order_in_which_they_stand_there() -> None:
    kinds = (InputSpec(1, 8), Record(2), InputSpec(2, 8), SequenceSpec(), Record(3))
    lines = [line for line in plain_source(MADE, kinds, InputSpec(1, 8), 4).text.splitlines() if "import" in line]
    assert [line.rpartition(" ")[2] for line in lines[-3:]] == ["InputSpec", "Record", "SequenceSpec"]


def test_sequences_have_their_own_arguments() -> None:
    found = plain_source(MADE, 1, SequenceSpec(width=3, length=2), 4)
    assert "num_outputs: int = 4, width: int = 3, length: int = 2" in found.text
    assert "SPACE.build(CANDIDATE, SequenceSpec(width, length), num_outputs)" in found.text


def test_a_class_with_some_options_given_is_of_its_own_package_and_cannot_be_written_down() -> None:
    made = MadeSpace(partial(partial(Sized, depth=3), name="b"), {})
    assert made.package == MADE.package == "tests"  # functools would be copied into the source as if it were ours
    with pytest.raises(UsageError, match=r"space functools:<partial> is no class at the top level of a module"):
        plain_source(made, 1, InputSpec(), 4)


def test_what_cannot_be_written_down_is_named() -> None:
    with pytest.raises(UsageError, match=r"or its candidate is no constant: a object cannot be written"):
        plain_source(MADE, object(), InputSpec(), 4)

    class Inner(TinyNetworks):
        pass

    with pytest.raises(UsageError, match="is no class at the top level of a module; move it there"):
        plain_source(MadeSpace(Inner, {}), 1, InputSpec(), 4)

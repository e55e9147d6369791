"""Catches: a misspelt method that passes for one that a plug-in does without, a right name taken for a misspelt one."""

from dataclasses import dataclass

import pytest

from tasks.foundation.abilities import abilities_of, misspelling


class Base:
    """What may be overridden."""

    held_out = True

    def after_step(self) -> None: ...

    def decode(self) -> None: ...


KNOWN = {"after_step": True, "decode": True, "held_out": False, "draw": True}


def kind(base: type = object, **attributes: object) -> object:
    return type("Made", (base,), attributes)()


def method(self: object) -> None: ...


@dataclass(frozen=True)
class Record:
    """A plug-in whose fields are options."""

    heldout: bool = False


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (kind(after_steps=method), ("after_steps", "after_step")),
        (kind(Base, after_steps=method), ("after_steps", "after_step")),
        (kind(type("Heir", (Base,), {"afterstep": method})), ("afterstep", "after_step")),
        (kind(drwa=staticmethod(method)), None),  # three letters of four are too few
        (kind(darw=method, hold_out=False), ("hold_out", "held_out")),
        (kind(Base, heldout=False), ("heldout", "held_out")),
        (Record(), ("heldout", "held_out")),
        (kind(Base, after_step=method, after_steps=method), None),
        (kind(type("Heir", (Base,), {"decode": method}), decoder=method), None),
        (kind(Base, after_steps=3), None),  # a number is no method
        (kind(Base, held_outs=method), None),
        (kind(Base, _after_steps=method), None),
        (kind(Base, before_step=method, out=False), None),
        (kind(Base), None),
        (method, None),
    ],
)
def test_what_is_almost_a_known_name_is_found(made: object, found: tuple[str, str] | None) -> None:
    assert misspelling(made, KNOWN, Base) == found


def test_classes_are_judged_as_their_objects() -> None:
    assert misspelling(type(kind(Base, after_steps=method)), KNOWN, Base) == ("after_steps", "after_step")


def test_an_attribute_set_by_the_object_itself_counts() -> None:
    made = kind()
    vars(made)["heldout"] = True
    assert misspelling(made, KNOWN) == ("heldout", "held_out")


def test_what_is_given_is_handed_on() -> None:
    assert abilities_of(kind(held_out=False, other=1), Base) == {"held_out": False}

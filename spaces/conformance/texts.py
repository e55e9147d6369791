"""Checks of the text of a candidate: the form in which it is logged, shown, compared and sent to workers."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from spaces.conformance.case import Nonconformance, SpaceCase, require, shorten

_FORBIDDEN = " \"'\\"
_DAMAGED_MEMBERS = 10
REFUSED = object()
_PLACES = 12  # in each text that are damaged in every way
_INSERTED = tuple("01-+_.,:|~(]x' \n\x00\u0661\u00e9")
_NONSENSE = ("", " ", "0", "-1", "9" * 5_000, "(" * 3_000, "[" * 3_000, "[]", "{}", "None", "\n", "\u0663")


def text_leads_back(case: SpaceCase) -> str:
    """A text decodes to an equal candidate of equal hash, which has that same text."""
    longest = 0
    for candidate in case.sampled():
        with case.about(candidate):
            text = case.space.encode(candidate)
            found = case.twin.decode(text)
            require(found == candidate, f"its text decodes to {found!r}, not to {candidate!r}")
            require(hash(found) == hash(candidate), "its text decodes to an equal candidate of another hash")
            again = case.twin.encode(found)
            require(again == text, f"its text decodes to the candidate of {shorten(str(again))}")
            longest = max(longest, len(text))
    return f"{case.members} texts of up to {longest} characters"


def text_is_one_word(case: SpaceCase) -> str:
    """A text is one word of printable ASCII without quotes or backslash, so that shells and tables keep it whole."""
    for candidate in case.sampled():
        text = case.space.encode(candidate)
        require(isinstance(text, str) and text, f"{candidate!r} has the text {text!r}; a word is needed")
        wrong = [letter for letter in text if not (letter.isascii() and letter.isprintable()) or letter in _FORBIDDEN]
        require(not wrong, f"{shorten(text)!r} contains {wrong[:1]}; a word of printable ASCII, unquoted, is needed")
    return "printable ASCII"


def damaged_text_is_refused(case: SpaceCase) -> str:
    """Whatever is no text of a candidate raises a ValueError of one line."""
    tried = accepted = 0
    for number, candidate in enumerate(case.sampled()[:_DAMAGED_MEMBERS]):
        for text in damages(case.space.encode(candidate), case.rng("damage", number)):
            accepted += _accepts(case, text)
            tried += 1
    return f"{tried} damaged texts, of which {accepted} mean another member"


def damages(text: str, rng: np.random.Generator) -> Iterator[str]:
    """Yield texts that resemble ``text``, the same for equal generators, and some that do not."""
    yield from (*_NONSENSE, text + "\n", " " + text, text + text, text[::-1], text.swapcase())
    for place in rng.permutation(len(text))[:_PLACES]:
        before, letter, after = text[:place], text[place], text[place + 1 :]
        yield from (before, before + after, before + 2 * letter + after)
        for inserted in (_INSERTED[rng.integers(len(_INSERTED))], text[rng.integers(len(text))]):
            yield from (before + inserted + letter + after, before + inserted + after)
    digits = [place for place, letter in enumerate(text) if letter.isdecimal()]
    for place in rng.permutation(digits)[:_PLACES].astype(int) if digits else ():
        yield from _other_spellings(text[:place], text[place], text[place + 1 :])


def _other_spellings(before: str, digit: str, after: str) -> Iterator[str]:
    """Yield texts in which a digit is spelt as int() also takes it, or is a number beyond all bounds."""
    for spelling in ("0" + digit, "+" + digit, digit + "_0", " " + digit, chr(0x660 + int(digit)), "9" * 5_000):
        yield before + spelling + after


def _accepts(case: SpaceCase, text: str) -> bool:
    """Return whether decode takes a text; raises Nonconformance where it neither refuses nor means it."""
    read = read_text(case.space.decode, text)
    if read is REFUSED:
        return False
    with case.about(read):
        again = case.space.encode(read)
    require(again == text, f"decode({shorten(text)!r}) is accepted, and means {shorten(again)!r}")
    return True


def read_text(method: Callable[[str], Any], text: str) -> Any:
    """Return what a method makes of a text, ``REFUSED`` for a ValueError of one line; raises Nonconformance."""
    name = method.__name__
    try:
        return method(text)
    except ValueError as error:
        said = str(error)
        if len(said.splitlines()) != 1:
            raise Nonconformance(
                f"{name}({shorten(text)!r}) raises a ValueError of other than one line: {said!r}"
            ) from error
        return REFUSED
    except Exception as error:
        raise Nonconformance(
            f"{name}({shorten(text)!r}) raises {type(error).__name__} instead of ValueError"
        ) from error

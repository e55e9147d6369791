"""Reads the records of a JSON list one after the other, without ever holding the list."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

_WHITE_SPACE = (" ", "\t", "\r", "\n")
_DELIMITERS = (*_WHITE_SPACE, ",", ":", "]", "}")
_CHUNK = 1 << 16  # characters; at least one record is held


def json_records(stream: TextIO) -> Iterator[Any]:
    """Yield the entries of a list, or of the lists that are the values of an object, in the order of the text.

    Raises ValueError where the text is neither, damaged, or ends early.
    """
    text = _Window(stream)
    opening = text.take("[{")
    if opening == "[":
        yield from _entries(text)
    else:
        yield from _entries_of_lists(text)
    text.expect_end()


def _entries_of_lists(text: "_Window") -> Iterator[Any]:
    separator = ","
    while separator == ",":
        if not isinstance(text.value(), str):
            raise ValueError("not a list of records, nor an object of such lists")
        text.take(":")
        text.take("[")
        yield from _entries(text)
        separator = text.take(",}")


def _entries(text: "_Window") -> Iterator[Any]:
    if text.peek() == "]":
        text.take("]")
        return
    separator = ","
    while separator == ",":
        yield text.value()
        separator = text.take(",]")


class _Window:
    """The part of a text that has been read and not yet used."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._start = 0

    def peek(self) -> str:
        """Return the next character that is no white space, or nothing at the end."""
        while True:
            while self._start < len(self._text) and self._text[self._start] in _WHITE_SPACE:
                self._start += 1
            if self._start < len(self._text) or not self._read(_CHUNK):
                return self._text[self._start : self._start + 1]

    def take(self, allowed: str) -> str:
        """Return the next character and go on behind it; raises ValueError for one that is not allowed."""
        found = self.peek()
        if not found or found not in allowed:
            raise ValueError(f"expected {' or '.join(allowed)}, found {found or 'the end'}")
        self._start += 1
        return found

    def value(self) -> Any:
        """Return the next JSON value; raises ValueError where there is none."""
        self.peek()
        while True:
            found, end, problem = self._decoded()
            if self._text[end : end + 1] in _DELIMITERS:  # else a number may go on in what is not read yet
                self._start = end
                return found
            if not self._read(max(_CHUNK, len(self._text))):  # doubled, so that a long value stays linear
                raise ValueError(f"a record is no JSON: {problem}")

    def _decoded(self) -> tuple[Any, int, str]:
        """Return the next value, where it ends, and what is wrong if that is not its end.

        One that cannot be decoded ends with the text.
        """
        try:
            found, end = self._decoder.raw_decode(self._text, self._start)
        except RecursionError:
            raise ValueError("a value is nested too deeply") from None
        except json.JSONDecodeError as error:
            return None, len(self._text), error.msg
        return found, end, "a value is followed by something else"

    def expect_end(self) -> None:
        """Raise ValueError where anything but white space follows."""
        if self.peek():
            raise ValueError(f"goes on with {self.peek()} after its end")

    def _read(self, count: int) -> bool:
        more = self._stream.read(count)
        self._text = self._text[self._start :] + more
        self._start = 0
        return bool(more)


def number_of(name: str, value: Any) -> float:
    """Return a value of a record as a number; raises ValueError naming it where it is none, or too large."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name!r} is {str(value)[:40]!r}, not a number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name!r} is too large a number") from None

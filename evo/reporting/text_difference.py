"""What one candidate's text changes of another's, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile

CONTEXT = 4
"""Words that are kept on either side of a change."""
MOST_WORDS = 600
"""Words within which changes are told apart; a longer stretch is one change."""
_WORD = re.compile(r"\w+(?:\.\w+)*|\s+|[^\w\s]")


class PieceKind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Piece:
    """A stretch of text; one that was left out as it is the same in both has none."""

    kind: PieceKind
    text: str = ""


def text_difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces that lead from one text to another; empty where they are the same."""
    if before == after:
        return ()
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    least = min(len(old), len(new)) - head
    backwards = zip(reversed(old), reversed(new), strict=False)
    tail = min(least, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)))
    changed = _changed(old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [*_kept(old[:head]), *changed, *_kept(old[len(old) - tail :])]
    return tuple(_cut(pieces))


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MOST_WORDS:
        yield from (*_piece(PieceKind.GONE, old), *_piece(PieceKind.NEW, new))
        return
    for _, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i:j] == new[k:m]:
            yield from _kept(old[i:j])
        else:
            yield from (*_piece(PieceKind.GONE, old[i:j]), *_piece(PieceKind.NEW, new[k:m]))


def _kept(words: Sequence[str]) -> list[Piece]:
    return _piece(PieceKind.KEPT, words)


def _piece(kind: PieceKind, words: Sequence[str]) -> list[Piece]:
    return [Piece(kind, "".join(words))] if words else []


def _cut(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces with the middle of what is the same left out, at the ends of the text its beginning or end."""
    for place, piece in enumerate(pieces):
        words = _WORD.findall(piece.text)
        before, after = CONTEXT * (place > 0), CONTEXT * (place < len(pieces) - 1)
        if piece.kind is not PieceKind.KEPT or len(words) <= before + after + 1:
            yield piece
            continue
        yield from _kept(words[:before])
        yield Piece(PieceKind.LEFT_OUT)
        yield from _kept(words[len(words) - after :])

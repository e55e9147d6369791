"""Catches: a change that is told as none, a change of the wrong words, words that get lost, a comparison that takes
forever."""

from hypothesis import given
from hypothesis import strategies as st

from evo.reporting.text_difference import CONTEXT, Piece, PieceKind, text_difference

CELL = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|skip_connect~1|nor_conv_1x1~2|"


def joined(pieces: tuple[Piece, ...], *kinds: PieceKind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


def test_the_operation_that_changed_is_told_in_its_surroundings() -> None:
    found = text_difference(CELL, CELL.replace("skip_connect~1|+", "avg_pool_3x3~1|+"))
    assert [piece for piece in found if piece.kind in (PieceKind.GONE, PieceKind.NEW)] == [
        Piece(PieceKind.GONE, "skip_connect"),
        Piece(PieceKind.NEW, "avg_pool_3x3"),
    ]
    assert joined(found, PieceKind.KEPT) == "none~0|" + "~1|+"  # CONTEXT words on either side
    assert found[0].kind is PieceKind.LEFT_OUT
    assert found[-1].kind is PieceKind.LEFT_OUT
    assert CONTEXT == 4


def test_equal_texts_have_no_difference() -> None:
    assert text_difference(CELL, CELL) == ()


def test_texts_without_a_common_word_are_whole_changes() -> None:
    assert text_difference("a", "b") == (Piece(PieceKind.GONE, "a"), Piece(PieceKind.NEW, "b"))
    assert text_difference("", "b") == (Piece(PieceKind.NEW, "b"),)


def test_long_texts_that_differ_throughout_are_one_change() -> None:
    before, after = " ".join("ab" * 4_000), " ".join("ba" * 4_000)
    assert [piece.kind for piece in text_difference(before, after)].count(PieceKind.GONE) == 1


@given(st.text("ab|~0 .", max_size=30), st.text("ab|~0 .", max_size=30))
def test_the_pieces_hold_all_that_changed(before: str, after: str) -> None:
    found = text_difference(before, after)
    whole = not any(piece.kind is PieceKind.LEFT_OUT for piece in found)
    if before != after and whole:
        assert joined(found, PieceKind.KEPT, PieceKind.GONE) == before
        assert joined(found, PieceKind.KEPT, PieceKind.NEW) == after
    assert (found == ()) == (before == after)

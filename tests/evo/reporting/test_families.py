"""Catches: a family with a stranger in it, in the wrong order, or without end; a gain of the wrong sign."""

from pathlib import Path

from evo.reporting.families import MOST_STEPS, ancestors, family_of
from evo.reporting.text_difference import PieceKind
from tests.run_folders import done, files_of


def test_a_family_goes_from_the_oldest_to_the_candidate(tmp_path: Path) -> None:
    trials = [
        done(0, 1.0, text="a-b"),
        done(1, None, text="z"),
        done(2, 0.5, parent=0, text="a-c"),
        done(3, 2.0, parent=2, text="a-c"),
    ]
    family = family_of(files_of(tmp_path, trials).rows, 3)
    assert family is not None
    assert [step.title for step in family.steps] == [
        "trial 0, fitness 1",
        "trial 2, fitness 0.5 (-0.5)",
        "trial 3, fitness 2 (+1.5)",
    ]
    assert [(piece.kind, piece.text) for piece in family.steps[1].pieces][-2:] == [
        (PieceKind.GONE, "b"),
        (PieceKind.NEW, "c"),
    ]
    assert family.steps[2].pieces == ()


def test_a_candidate_without_a_parent_in_the_log_has_no_family(tmp_path: Path) -> None:
    rows = files_of(tmp_path, [done(0, 1.0), done(1, 1.0, parent=77)]).rows
    assert family_of(rows, 0) is None
    assert family_of(rows, 1) is None


def test_parents_in_a_circle_are_left(tmp_path: Path) -> None:
    rows = files_of(tmp_path, [done(0, 1.0, parent=1), done(1, 1.0, parent=0)]).rows
    assert ancestors(rows, 0) == [1, 0]


def test_of_a_long_family_the_last_are_shown(tmp_path: Path) -> None:
    trials = [done(n, None if n == 18 else float(n), parent=n - 1 if n else None, text=f"t{n}") for n in range(20)]
    family = family_of(files_of(tmp_path, trials).rows, 19)
    assert family is not None
    assert len(family.steps) == MOST_STEPS
    assert family.caption.endswith("; 8 older generations left out")
    assert family.steps[-2].title == "trial 18, failed"

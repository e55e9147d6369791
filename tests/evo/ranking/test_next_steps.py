"""Catches: a command to paste that lacks what it needs, or that cannot work."""

from pathlib import Path

from evo.ranking.next_steps import next_steps
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import FitRankerRequest
from evo.records.config import Choice

SPACE, RIDGE = Choice("nasbench201", {"cells_per_stage": 1}), Choice("ridge", {})


def test_a_built_in_predictor_is_a_fitness_too() -> None:
    notes = RankerNotes("-loss", "t.csv", 9, space=SPACE, predictor=RIDGE)
    asked = FitRankerRequest(table=Path("my t.csv"), metric="loss", lower_is_better=True)
    assert next_steps(Path("my r.safetensors"), notes, asked) == [
        "python -m evo.rank evaluate 'my r.safetensors' --table 'my t.csv' --metric loss --lower-is-better",
        "python -m evo.rank predict 'my r.safetensors' --random 1000 --top 10",
        "python -m evo.run --space 'nasbench201(cells_per_stage=1)' --fitness 'ranker(file=\"my r.safetensors\")'",
    ]


def test_scores_that_the_file_does_not_bring_back_are_given_again_and_no_search_takes_them() -> None:
    scores = {"scores": "meco,regression(task=N)", "scores_file": "/a b/s.csv"}
    ridge = Choice("ridge", {"reach": 1, **scores, "label": "loss"})
    again = """ --predictor 'ridge(scores="meco,regression(task=N)",scores_file="/a b/s.csv")'"""
    asked = FitRankerRequest(table=Path("t.csv"), metric="loss")
    assert next_steps(Path("r"), RankerNotes("loss", "t.csv", 9, space=SPACE, predictor=ridge), asked) == [
        f"python -m evo.rank evaluate r{again} --table t.csv --metric loss",
        f"python -m evo.rank predict r{again} --random 1000 --top 10",
    ]
    without = Choice("ridge", {"reach": 1, "scores": "", "scores_file": None})
    assert len(next_steps(Path("r"), RankerNotes("loss", "t.csv", 9, space=SPACE, predictor=without), asked)) == 3


def test_what_the_file_cannot_make_has_to_be_named() -> None:
    notes = RankerNotes("value", "digits", 9)
    assert next_steps(Path("r"), notes, FitRankerRequest(panel="digits")) == [
        "python -m evo.rank evaluate r --space SPACE --predictor PREDICTOR --panel digits",
        "python -m evo.rank predict r --space SPACE --predictor PREDICTOR --random 1000 --top 10",
    ]
    mine = RankerNotes("value", "digits", 9, space=SPACE, predictor=Choice("mine:Own"))
    assert len(next_steps(Path("r"), mine, FitRankerRequest(run=Path("x")))) == 2

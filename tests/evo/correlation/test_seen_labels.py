"""Catches: a consensus that is held against the very labels it was weighed by, without a word."""

from pathlib import Path
from typing import Any

from evo.boards.leaderboard import leaderboard
from evo.boards.request import MARKDOWN, PAGE
from evo.correlation.correlation import correlate
from evo.correlation.seen_labels import seen_notes
from fitness.predictors.base import Labelled
from fitness.predictors.learnt_members import with_members
from fitness.predictors.ridge import RidgePredictor
from fitness.predictors.state_file import write_state
from spaces import SPACES, CandidateTable
from tasks import derive_rng

SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"


def written(path: Path, first: int, last: int) -> Path:
    """Write a table of some of twelve labelled cells."""
    space, rng = SPACES.build("nasbench201", {}), derive_rng(0)
    texts = list(dict.fromkeys(space.encode(space.sample(rng)) for _ in range(12)))
    rows = [f"{text},{number}" for number, text in enumerate(texts)][first:last]
    path.write_text("\n".join(["candidate,value", *rows]))
    return path


def test_rows_whose_labels_a_fitness_has_seen_are_told(tmp_path: Path) -> None:
    table, panel = written(tmp_path / "t.csv", 0, 6), written(tmp_path / "p.csv", 4, 12)
    weighed = f'consensus(synflow,num_layers,reference_size=8,panel="{panel}")'
    unseen = "consensus(synflow,num_layers,reference_size=8)"
    found = correlate(
        space=SPACE,
        data="noise",
        fitness=f"{weighed},{unseen}",
        table=table,
        metric="value",
        sample=6,
        workers=0,
        run_dir=tmp_path / "run",
    )
    told = [note for note in found.results[0].notes if "knows labels of" in note]
    assert len(told) == 1
    assert told[0].startswith("consensus(synflow,num_layers,reference_size=8,panel=")
    assert told[0].endswith("knows labels of 2 rows that it ranks here: its figures are too high.")


def test_the_sentence_counts_rows_and_is_none_for_none() -> None:
    knows = "m knows labels of 1 row that it ranks here: its figures are too high."
    doubt = "m: it is not known which rows it has learnt from; if from these, its figures are too high."
    assert seen_notes("m", 1) == [knows]
    assert seen_notes("m", 0) == []
    assert seen_notes("m", 1, unsure=True) == [knows, doubt]
    assert seen_notes("m", 0, unsure=True) == [doubt]


def test_a_ranker_whose_file_does_not_say_whom_it_learnt_from_is_told_everywhere(tmp_path: Path) -> None:
    table, space = written(tmp_path / "t.csv", 0, 12), SPACES.build("nasbench201", {})
    rows = CandidateTable(table)
    labelled = Labelled(tuple(rows.candidates()), tuple(rows.column("value").tolist()))
    state = RidgePredictor().fit(space, labelled, 0)
    write_state(tmp_path / "a", state)
    write_state(tmp_path / "b", with_members(state, space, labelled.texts[:3]))
    fitness = f'ranker(file="{tmp_path}/a"),ranker(file="{tmp_path}/b")'
    asked: dict[str, Any] = {"space": "nasbench201", "data": "noise", "fitness": fitness, "table": table, "sample": 6}
    where: dict[str, Any] = {"metric": "value", "workers": 0, "trust": True}
    found = correlate(**asked, **where, run_dir=tmp_path / "run").results[0].notes
    board = leaderboard(**asked, **where, run_dir=tmp_path / "lb").advice()
    for lines in (found, board, leaderboard(workers=0, trust=True, run_dir=tmp_path / "lb").advice()):
        (doubt,) = [line for line in lines if "it is not known which rows" in line]
        assert f"{tmp_path}/a" in doubt
        (seen,) = [line for line in lines if "knows labels of" in line]
        assert f"{tmp_path}/b" in seen


def test_a_leaderboard_tells_it_too_and_whenever_it_is_shown(tmp_path: Path) -> None:
    table, panel = written(tmp_path / "t.csv", 0, 6), written(tmp_path / "p.csv", 4, 12)
    weighed = f'consensus(synflow,num_layers,reference_size=8,panel="{panel}")'
    asked: dict[str, Any] = {"run_dir": tmp_path / "lb", "workers": 0, "trust": True}
    of_table: dict[str, Any] = {"space": SPACE, "data": "noise", "table": table, "metric": "value", "sample": 6}
    leaderboard(**asked, **of_table, fitness=weighed)
    shown = leaderboard(**asked)
    told = [line for line in shown.advice() if " knows labels of 2 rows that it ranks here: " in line]
    assert len(told) == 1
    for page in (MARKDOWN, PAGE):
        assert (tmp_path / "lb" / page).read_text().count("knows labels of 2 rows") == 1

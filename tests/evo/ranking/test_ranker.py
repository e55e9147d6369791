"""Catches: what the command line can and a Python caller cannot, a ranker that is another once it was saved, a fitness
of a ranker that scores otherwise than it predicts or that is held against what it has learnt without a word."""

from pathlib import Path
from typing import Any

import pytest

import evo
from evo.ranking.ranker import Ranker
from spaces import SPACES
from tasks import UsageError, derive_rng
from tests.evo.ranking.ones import ONES, SPACE, TEXTS, TIERED, ranker

SMALL = "nasbench201(stem_channels=4,cells_per_stage=1)"


def test_it_is_fitted_saved_read_and_judged(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv")
    path = one.save(tmp_path / "r.safetensors")
    again = evo.Ranker.load(path, trust=True)
    assert again.predict(TEXTS).scores.tolist() == one.predict(TEXTS).scores.tolist()
    assert (again.notes, repr(again)) == (one.notes, repr(one))
    assert again.evaluate(table=tmp_path / "t.csv").left_out == 12
    assert repr(one).startswith(f"Ranker: {TIERED} on {SPACE}, label ones, 12 members")
    with pytest.raises(UsageError, match="--force replaces it"):
        one.save(path)
    assert one.save(path, force=True).read_bytes() == path.read_bytes()


def test_candidates_are_texts_or_the_space_s_own(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv", predictor=ONES)
    assert one.predict([(1,) * 10, TEXTS[3]]).scores.tolist() == [10, 2]
    assert len(one.predict(random=5, seed=1, top=2).texts) == 2
    with pytest.raises(UsageError, match="a list of candidates is needed"):
        one.predict("0" * 10)
    with pytest.raises(UsageError, match=r"unknown argument 'tabel'; did you mean 'table'"):
        one.evaluate(tabel="t.csv")
    with pytest.raises(UsageError, match="unknown argument 'sede'"):
        Ranker.fit(sede=1)


def test_options_that_no_file_holds_are_told(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv", predictor=f"{ONES}(boost=inf)")
    with pytest.raises(UsageError, match="what was learnt cannot be written"):
        one.save(tmp_path / "r.safetensors")
    assert not (tmp_path / "r.safetensors").exists()


def test_a_run_s_fitnesses_are_learnt_and_the_ranker_is_a_fitness(tmp_path: Path) -> None:
    run = evo.search(
        space=SMALL,
        fitness="params",
        data="noise",
        evaluations=30,
        workers=0,
        run_dir=tmp_path / "run",
        strategy="random_search",
    )
    one = Ranker.fit(run=run.path, predictor="ridge(reach=1)", sample=20)
    assert (one.notes.label, one.learnt.named, one.notes.members) == ("fitness params on noise", "nasbench201", 20)
    path = one.save(tmp_path / "r.safetensors")
    told = one.evaluate(run=run.path, sample=5)
    assert (told.rows, told.label) == (5, "fitness params on noise")
    text = f'ranker(file="{path}")'
    assert evo.score(CELL, space=SMALL, fitness=text).value == one.predict([CELL]).scores[0]  # its reach is kept
    table = tmp_path / "t.csv"
    kept = {record.candidate: record.fitness for record in run.best(30)}
    table.write_text("\n".join(["candidate,params", *(f"{cell},{fitness}" for cell, fitness in kept.items())]))
    found = evo.correlate(
        space=SMALL,
        fitness=text,
        data="noise",
        table=table,
        metric="params",
        sample=len(kept),
        workers=0,
        run_dir=tmp_path / "c",
    )
    seen = [note for note in found.results[0].notes if note.endswith("that it ranks here: its figures are too high.")]
    assert [note.split(" knows ")[1][:18] for note in seen] == ["labels of 20 rows "]
    board: dict[str, Any] = {"space": SMALL, "data": "noise", "workers": 0, "table": table, "metric": "params"}
    shown = evo.leaderboard(**board, fitness=text, sample=len(kept), run_dir=tmp_path / "lb")
    assert [line for line in shown.advice() if " knows labels of 20 rows that it ranks here: " in line]


CELL = SPACES.build("nasbench201", {}).encode(SPACES.build("nasbench201", {}).sample(derive_rng(9)))

"""Catches: a study that does not screen, one that scores a candidate twice after it was closed."""

import json
from pathlib import Path
from typing import Any

import evo
from evo.engine.screens import SCREENS

SPACE = "nasbench201(stem_channels=2,cells_per_stage=1)"
STRATEGY = "screened_evolution(population=4,tournament=2,children=3,first=2)"


def test_a_study_screens_and_goes_on_where_it_was(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"space": SPACE, "strategy": STRATEGY, "run_dir": tmp_path / "study"}
    found = []
    for _ in range(2):
        with evo.Study(**asked) as study:
            for _ in range(4):
                trial = study.ask()
                assert trial is not None
                found.append(dict(trial.notes)["screened"])
                study.tell(trial, float(len(found)))
    assert found[:4] == [8.0] * 4
    assert all(1 <= compared <= 3 for compared in found[4:])
    keys = [json.loads(line)[1] for line in (tmp_path / "study" / SCREENS).read_text().splitlines()]
    assert len(set(keys)) == len(keys)

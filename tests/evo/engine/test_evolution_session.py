"""Catches: a search without a reference that is told otherwise than before, one whose settled size gets lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from evo.engine.configuring import resolve_request
from evo.engine.evolution_session import EvolutionSession
from evo.records.requests import Placement, SearchRequest
from evo.storage.run_folder import BEST, REFERENCE
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting

ASKED: dict[str, Any] = {
    "space": "tests.toy:BitStrings",
    "data": "noise",
    "evaluations": 2,
    "placement": Placement(workers=0),
}


def session(run_dir: Path, fitness: str, **more: Any) -> EvolutionSession:
    with trusting():
        return EvolutionSession(resolve_request(SearchRequest(**ASKED | more, fitness=fitness, run_dir=run_dir)), [])


def test_a_search_without_a_reference_leaves_nothing_of_one(tmp_path: Path) -> None:
    with trusting():
        assert session(tmp_path / "run", "tests.toy:CountOnes").run() == "finished"
    assert not (tmp_path / "run" / REFERENCE).exists()
    assert not (tmp_path / "references").exists()
    assert "reference_size" not in json.loads((tmp_path / "run" / "config.json").read_text())["search"]
    names = ["space", "candidate", "key", "fitness", "params", "macs", "trial_id", "seed"]
    assert list(json.loads((tmp_path / "run" / BEST).read_text())) == names


def test_the_size_is_settled_before_anything_starts(tmp_path: Path) -> None:
    fitness = "tests.tiny_reference:Standardised"
    assert session(tmp_path / "run", fitness).config.reference_size == 64
    assert session(tmp_path / "run", fitness, evaluations=2_000).config.reference_size == 128
    assert session(tmp_path / "run", "tests.tiny_reference:Standardised(size=9)").config.reference_size == 9
    assert session(tmp_path / "run", "tests.toy:CountOnes").config.reference_size == 0


def test_several_seeds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--seeds 2: only a differentiable search has several"):
        session(tmp_path / "run", "tests.toy:CountOnes", seeds=2)

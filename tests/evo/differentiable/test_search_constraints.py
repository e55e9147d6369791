"""Whole differentiable searches within constraints. Catches: an architecture outside that is scored or among the best,
an epoch's architecture that ignores the bounds, a row without the size asked for, rows that a resumption changes."""

from pathlib import Path
from typing import Any

import pytest

from evo.differentiable.sized_derivation import SizedDerivation
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from evo.storage.epoch_log import read_epochs
from evo.storage.run_log import read_table
from tasks.foundation.errors import UsageError

SMALL = {"stem_channels": 4, "cells_per_stage": 1}
TRAINING = {"epochs": 2, "pictures": 16, "batch": 4, "held_out": 4, "architecture_rate": 0.1, "threads": 1}
BOUND = 9_000


def search(run_dir: Path, **given: Any) -> list[dict[str, Any]]:
    plain: dict[str, Any] = {
        "space": "nasbench201",
        "strategy": "darts",
        "fitness": "masked_autoencoding",
        "data": "tests.tiny_images:tiny_noise",
        "options": {"space": SMALL, "strategy": TRAINING},
        "constraints": (f"params<{BOUND}",),
        "placement": Placement(workers=0),
        "trust": True,
    }
    run_request(SearchRequest(**plain | given, run_dir=run_dir))
    names = ["candidate", "status", "fitness", "metrics", "params", "error"]
    found: list[dict[str, Any]] = read_table(run_dir).select(names).to_pylist()
    return found


def test_every_architecture_is_within_and_rows_have_the_size_that_was_asked_for(tmp_path: Path) -> None:
    (plain,) = search(tmp_path / "plain", constraints=None)
    assert plain["params"] >= BOUND
    (row,) = search(tmp_path / "run")
    assert row["params"] < BOUND
    assert row["fitness"] is not None
    assert plain["candidate"] not in read_epochs(tmp_path / "run")["derived"].to_pylist()
    assert search(tmp_path / "finalists", strategy="setn(finalists=50)")[0]["params"] < BOUND
    size = {"constraint_size": "cells_per_stage=2", "constraints": (f"params<{2 * BOUND}",)}
    (deep,) = search(tmp_path / "deep", **size)
    assert dict(deep["metrics"])["constraint.params"] < 2 * BOUND
    with pytest.raises(UsageError, match="holds another search"):
        search(tmp_path / "run", constraints=None)


def test_what_could_not_be_brought_within_has_no_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a variant has left too few candidates on its edges by the time that it derives."""
    monkeypatch.setattr(SizedDerivation, "derive", lambda self, variant, supernet: variant.derive(supernet))
    monkeypatch.setattr("evo.differentiable.search.check_derivable", lambda config, plugins: None)
    (row,) = search(tmp_path / "run")
    assert (row["status"], row["fitness"]) == ("failed", None)
    assert row["params"] >= BOUND
    assert row["error"].startswith(f"the architecture nearest to the constraints is outside params<{BOUND}: ")

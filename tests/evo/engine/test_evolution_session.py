"""Catches: a search without a reference that is told otherwise than before, one whose settled size gets lost."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from evo.engine.configuring import resolve_request
from evo.engine.evolution_session import EvolutionSession
from evo.engine.summary import Summary
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.tell_order import TellOrder
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


def test_gpus_that_stay_idle_are_told_where_the_fitness_gains_from_them(tmp_path: Path) -> None:
    cluster, resources = Cluster(None, 8, 2.0), Resources(8, 0.0)
    training = session(tmp_path, "regression(task=N)", space="tests.tiny:TinyNetworks").announce(cluster, resources)
    assert [line for line in training if "2 GPUs" in line and line.startswith("note: fitness regression gains")]
    counting = session(tmp_path, "tests.toy:CountOnes").announce(cluster, resources)
    assert not [line for line in counting if "GPUs" in line]


def test_several_seeds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--seeds 2: only a differentiable search has several"):
        session(tmp_path / "run", "tests.toy:CountOnes", seeds=2)


def test_the_next_command_repeats_the_address(tmp_path: Path) -> None:
    elsewhere = session(tmp_path, "tests.toy:CountOnes", placement=Placement(address="10.0.0.1:6379"))
    lines = elsewhere.report(Summary(Counter(), 0, [], []), "interrupted")
    assert f"  python -m evo.run --resume {tmp_path} --trust-plugins --address 10.0.0.1:6379" in lines


def test_the_order_of_telling_is_settled_by_what_is_searched_unless_it_is_said(tmp_path: Path) -> None:
    networks = {"space": "tests.tiny:TinyNetworks"}
    assert session(tmp_path, "regression(task=N)", **networks).config.tell_order is TellOrder.EXPECTED
    assert session(tmp_path, "regression(task=N)", **networks, tell_order="trial").config.tell_order is TellOrder.TRIAL
    assert session(tmp_path, "params", **networks).config.tell_order is TellOrder.TRIAL
    asked = session(tmp_path, "tests.toy:CountOnes", tell_order="completion")
    said = asked.announce(Cluster(None, 2, 0.0), asked.settle(Cluster(None, 2, 0.0), Resources(2, 0.0)))
    assert "2 workers, 0 GPU each, look-ahead 4, told as they finish" in said
    assert [line for line in said if line.startswith("note: rows depend on how long trials take")]


@pytest.mark.parametrize("order", ["trial", "completion"])
def test_look_ahead_and_order_are_in_the_folder_and_in_the_metadata_of_the_log(tmp_path: Path, order: str) -> None:
    with trusting():
        assert session(tmp_path / "run", "tests.toy:CountOnes", tell_order=order).run() == "finished"
    stored = json.loads((tmp_path / "run" / "config.json").read_text())["search"]
    assert (stored["ahead"], stored["tell_order"]) == (4, order)
    metadata = pq.read_schema(tmp_path / "run" / "evaluations" / "part-00000.parquet").metadata
    assert (metadata[b"selfnas.ahead"], metadata[b"selfnas.tell_order"]) == (b"4", order.encode())

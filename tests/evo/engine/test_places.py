"""Catches: a process without workers that loads Ray or is left changed, a GPU share that nobody can hold, a look-ahead
that follows the number of workers of a resumed run."""

import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch

from evo.cluster import cluster
from evo.engine.places import opened, settle_ahead
from evo.records.config import AUTO_AHEAD
from evo.records.requests import Placement
from evo.records.resources import Cluster, Resources
from evo.records.worker_care import WorkerCare
from tasks.foundation.errors import UsageError

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize(("workers", "ahead"), [(0, 4), (1, 4), (2, 4), (3, 6), (100, 200)])
def test_the_automatic_look_ahead_is_twice_the_workers_and_at_least_four(workers: int, ahead: int) -> None:
    assert settle_ahead(AUTO_AHEAD, Resources(workers, 0.0)) == ahead


def test_a_settled_look_ahead_ignores_the_workers() -> None:
    assert settle_ahead(16, Resources(100, 0.0)) == 16
    assert settle_ahead(1, Resources(2, 0.0)) == 1


def test_without_workers_there_is_this_process_which_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.engine.places.usable_cpus", lambda: 7)
    monkeypatch.setattr(cluster, "joined", None)
    torch.set_num_threads(2)
    with opened(Placement(workers=0)) as found:
        assert found == (Cluster(None, 7, 0.0), Resources(0, 0.0))
        torch.set_num_threads(1)
    assert torch.get_num_threads() == 2


def test_how_workers_are_looked_after_goes_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "joined", lambda address: nullcontext(Cluster(None, 3, 0.0)))
    with opened(Placement(workers=2, overdue=7, worker_memory="1G")) as (_, resources):
        assert resources == Resources(2, 0.0, care=WorkerCare(7, 2**30))


@pytest.mark.parametrize("grows", [False, True])
def test_workers_may_be_elsewhere_where_machines_may_join(monkeypatch: pytest.MonkeyPatch, grows: bool) -> None:
    monkeypatch.setattr(cluster, "joined", lambda address: nullcontext(Cluster(None, 3, 0.0, grows=grows)))
    with opened(Placement(workers=2, ship_images=True)) as (_, resources):
        assert (resources.joined, resources.ship_images) == (grows, True)


@pytest.mark.parametrize("share", [0.5, "0", 1])
def test_without_workers_nobody_has_a_share_of_a_gpu(share: float | str) -> None:
    refused = pytest.raises(UsageError, match=re.escape(f"--gpus-per-worker {share}: --workers 0 has none"))
    with refused, opened(Placement(workers=0, gpus_per_worker=share)):
        pass


def test_a_search_without_workers_never_loads_ray(tmp_path: Path) -> None:
    program = f"""
import sys
from evo.commands.run import main
toy = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--data", "noise", "--quiet"]
assert main([*toy, "--evaluations", "3", "--workers", "0", "--run-dir", {str(tmp_path / "run")!r}]) == 0
print(sorted(name for name in sys.modules if name.partition(".")[0] == "ray"), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_an_address_that_nobody_joins_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with opened(Placement(workers=0, address="auto")):
        pass
    assert "--address auto is not used" in caplog.text
    caplog.clear()
    with opened(Placement(workers=0)):
        pass
    assert caplog.text == ""

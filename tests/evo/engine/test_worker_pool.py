"""Catches: a pool of this process, or one that stands in for it in tests, that lacks what a search calls."""

from evo.engine.inline_workers import InlineWorkers
from evo.engine.lazy_workers import LazyWorkers
from evo.engine.worker_pool import WorkerPool
from tests.runs import FakePool, toy_config


def test_every_pool_has_what_a_search_calls() -> None:
    calls = {name for name in vars(WorkerPool) if not name.startswith("_")}
    assert calls == {"submit", "wait", "cancel_queued", "state", "close"}
    for pool in (InlineWorkers(toy_config()), LazyWorkers(FakePool), FakePool()):
        assert calls <= set(dir(pool))

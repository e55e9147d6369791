"""Catches: a supernet that takes memory of a GPU before it is let in; an epoch that does not say what it took; a worker
whose GPU is of no use, or that nobody has compared with the driver; one that trains on images that are elsewhere."""

import os
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from evo.cluster import cuda_check
from evo.cluster.cuda_check import MissingCudaError
from evo.cluster.sameness import Inquiry, facts_of
from evo.differentiable import supernet_actor
from evo.differentiable.gpu_admission import GpuMemory
from evo.differentiable.supernet_actor import SupernetActor
from evo.differentiable.supernet_worker import EpochDone
from evo.engine.evaluator import gpu_of
from evo.engine.pool import worker_side
from evo.storage.checkpoint import Progress
from tasks import open_images
from tests.evo.differentiable.saved_runs import config_of

CONFIG = config_of(objective="rotation", pictures="16", batch="4", held_out="4", threads="1")


def given(**more: Any) -> dict[str, Any]:
    return {"config": CONFIG.to_json(), "seed": 3, "name": "here", "content": None, "output": None, **more}


def test_nothing_is_built_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(supernet_actor, "SupernetWorker", lambda **named: made.append(named))
    actor = SupernetActor(**given())
    assert actor.ready().pid == os.getpid()
    assert made == []
    actor.build()
    ((built),) = made
    assert (built["config"], built["seed"], built["name"]) == (CONFIG.to_json(), 3, "here")
    assert (built["content"], built["output"], list(built["objects"])) == (None, None, ["data"])


def test_an_actor_says_what_it_is_and_trains_where_its_images_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def placed(data: str, parcel: object) -> str:
        asked.append(data)
        return "tests.tiny_images:tiny_noise"

    monkeypatch.setattr(worker_side, "placed", placed)
    elsewhere = {**CONFIG.to_json(), "data": "imagefolder:/not/here"}
    inquiry = Inquiry(("tests.tiny_images",))
    actor = SupernetActor(**given(config=elsewhere, inquiry=inquiry))
    assert asked == ["imagefolder:/not/here"]
    gpu = gpu_of(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    assert actor.ready() == facts_of(inquiry, open_images("tests.tiny_images:tiny_noise"), gpu=gpu)
    actor.build()
    done = actor.epoch()
    assert (done.row["seed"], done.row["worker"], done.progress.epochs) == (3, "here", 1)


def test_a_seed_is_trained_from_its_checkpoint() -> None:
    actor = SupernetActor(**given())
    actor.build()
    first, second = actor.epoch(), actor.epoch()
    again = SupernetActor(**given(content=first.content))
    again.build()
    assert again.epoch().row["held_out_loss"] == second.row["held_out_loss"]
    assert first.gpu_bytes == 0 or torch.cuda.is_available()


def test_the_memory_of_a_gpu_is_that_of_its_number_on_its_node(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = SupernetActor(**given())
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert actor.gpu_memory() is None
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (3, 8))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2")
    assert actor.gpu_memory() == GpuMemory(f"{os.uname().nodename} #2", 3, 8)


def test_what_an_epoch_took_of_a_gpu_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = SimpleNamespace(epoch=lambda: EpochDone({"epoch": 0}, Progress(), b"content"))
    monkeypatch.setattr(supernet_actor, "SupernetWorker", lambda **named: trained)
    actor = SupernetActor(**given())
    actor.build()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda: 77)
    assert actor.epoch() == EpochDone({"epoch": 0}, Progress(), b"content", gpu_bytes=77)


def test_a_worker_whose_gpu_is_of_no_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_check, "held_share", lambda: 0.5)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(MissingCudaError, match=r"holds 0\.5 GPU"):
        SupernetActor(**given())


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_supernet_on_a_gpu_says_what_it_found_and_took() -> None:
    actor = SupernetActor(**given())
    before = actor.gpu_memory()
    assert before is not None
    assert 0 < before.free <= before.total
    actor.build()
    done = actor.epoch()
    assert 0 < done.gpu_bytes <= before.total
    assert done.row["gpu"].endswith("#0 x1")

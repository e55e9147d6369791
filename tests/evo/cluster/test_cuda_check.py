"""Catches: a worker that trains on a processor where it was given a GPU; one that needs none and is refused; GPUs that
stay idle in silence."""

import pytest
import torch

from evo.cluster import cuda_check
from evo.cluster.cuda_check import MissingCudaError, check_cuda, idle_gpu_notes, missing_cuda
from evo.records.resources import Cluster, Resources


@pytest.mark.parametrize(("share", "found"), [(0.0, False), (0.0, True), (0.25, True), (2.0, True)])
def test_a_worker_that_finds_cuda_or_holds_no_gpu_is_fine(share: float, found: bool) -> None:
    assert missing_cuda(share, found=found, built=True) is None


def test_a_share_of_a_gpu_without_cuda_is_told_with_what_is_missing() -> None:
    assert missing_cuda(0.25, found=False, built=True) == (
        "it holds 0.25 GPU, and its torch sees no device: the driver is missing, or too old; mend that node, or "
        "compute on processors by --gpus-per-worker 0"
    )
    assert "holds 1 GPU, and its torch is built without CUDA;" in str(missing_cuda(1.0, found=False, built=False))


@pytest.mark.parametrize(("needed", "share", "found"), [(False, 1.0, False), (True, 0.0, False), (True, 1.0, True)])
def test_only_what_needs_cuda_and_lacks_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, needed: bool, share: float, found: bool
) -> None:
    monkeypatch.setattr(cuda_check, "held_share", lambda: share)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found)
    check_cuda(needed=needed)


@pytest.mark.parametrize(("version", "said"), [("12.8", "sees no device"), (None, "is built without CUDA")])
def test_a_worker_that_needs_cuda_and_has_a_gpu_without_it_raises(
    monkeypatch: pytest.MonkeyPatch, version: str | None, said: str
) -> None:
    monkeypatch.setattr(cuda_check, "held_share", lambda: 0.5)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", version)
    monkeypatch.setattr(torch.version, "hip", None)
    with pytest.raises(MissingCudaError, match=f"^it holds 0.5 GPU, and its torch {said}"):
        check_cuda(needed=True)


def test_gpus_that_nobody_will_use_are_told_to_what_would_gain() -> None:
    cluster = Cluster(None, 8, 4.0)
    assert idle_gpu_notes(cluster, Resources(8, 0.0), ["fitness regression"]) == [
        "note: fitness regression gains from a GPU, and the cluster's 4 GPUs will not be used at --gpus-per-worker 0; "
        "leave it out, or give a share"
    ]
    assert "cluster's 1 GPU will" in idle_gpu_notes(Cluster(None, 8, 1.0), Resources(8, 0.0), ["a supernet"])[0]


@pytest.mark.parametrize(
    ("gpus", "workers", "share", "gaining"),
    [(0.0, 8, 0.0, ["x"]), (4.0, 4, 1.0, ["x"]), (4.0, 8, 0.0, []), (4.0, 0, 0.0, ["x"])],
)
def test_nothing_is_told_where_nothing_is_idle_or_nothing_gains(
    gpus: float, workers: int, share: float, gaining: list[str]
) -> None:
    assert idle_gpu_notes(Cluster(None, 8, gpus), Resources(workers, share), gaining) == []

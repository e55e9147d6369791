"""Whether a worker that holds a GPU can use it, and whether a run that holds none had better hold some."""

from collections.abc import Sequence

from evo.cluster.held_gpu import held_share
from evo.records.resources import Cluster, Resources


class MissingCudaError(Exception):
    """A worker holds a GPU, and its torch finds no CUDA there."""


def missing_cuda(share: float, *, found: bool, built: bool) -> str | None:
    """Return why a worker that needs CUDA cannot use its share of a GPU, None where it can, or holds none.

    found: whether torch finds CUDA in its process; built: whether that torch is built with CUDA at all
    """
    if not share or found:
        return None
    why = "sees no device: the driver is missing, or too old" if built else "is built without CUDA"
    return (
        f"it holds {share:g} GPU, and its torch {why}; mend that node, or compute on processors by --gpus-per-worker 0"
    )


def check_cuda(*, needed: bool) -> None:
    """Raise MissingCudaError where this worker needs CUDA, was given a GPU, and finds no CUDA."""
    if not needed:
        return
    import torch

    built = torch.version.cuda is not None or torch.version.hip is not None
    if reason := missing_cuda(held_share(), found=torch.cuda.is_available(), built=built):
        raise MissingCudaError(reason)


def idle_gpu_notes(cluster: Cluster, resources: Resources, gaining: Sequence[str]) -> list[str]:
    """Return a line where workers hold no GPU, the cluster has some, and anything would gain from one.

    gaining: what would, each in words, e.g. ``fitness regression``
    """
    if not resources.workers or resources.gpus_each or not cluster.gpus or not gaining:
        return []
    gpus = f"{cluster.gpus:g} GPU{'s' * (cluster.gpus != 1)}"
    return [
        f"note: {gaining[0]} gains from a GPU, and the cluster's {gpus} will not be used at --gpus-per-worker 0; leave "
        "it out, or give a share"
    ]

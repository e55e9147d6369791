"""What a search may compute on: a cluster, and the workers that it gives room to."""

from dataclasses import dataclass, field

from evo.records.worker_care import WorkerCare


@dataclass(frozen=True)
class Machine:
    """A machine of a cluster: its id and its name for readers, what it has, and what of that nobody holds."""

    node_id: str
    name: str
    cpus: float
    gpus: float
    free_cpus: float
    free_gpus: float


@dataclass(frozen=True)
class Cluster:
    """A connected cluster, or this process alone: its dashboard's address, or None, and what it can run.

    memory_bytes: that a container leaves to it, None where there is no such limit, or nobody knows
    nodes: its machines, none where only their sum is known; grows: whether more may join while it is used
    searches: others that hold workers of it
    """

    dashboard_url: str | None
    cpus: int
    gpus: float
    memory_bytes: int | None = None
    nodes: tuple[Machine, ...] = ()
    grows: bool = False
    searches: int = 0


@dataclass(frozen=True)
class Resources:
    """How many workers, 0 for this process alone, the share of a GPU that each holds, and how they are looked after.

    grows: whether there are to be more of them, or fewer, as the cluster gets and loses room
    joined: whether they may be on other machines; ship_images: whether folders of images are sent to these
    """

    workers: int
    gpus_each: float
    grows: bool = False
    care: WorkerCare = field(default_factory=WorkerCare)
    joined: bool = False
    ship_images: bool = False

"""Whether a worker computes what the driver would: its versions, the files of its plug-ins, and its images.

A node that differs gives other scores, which nobody could tell apart in the log; so it takes no trial.
"""

import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from evo.cluster.plugin_files import files_of, project_digest
from evo.cluster.shipped_images import ImageParcel
from tasks import CopiedSource, ImageSource, identity_of

COMPARED = ("selfnas", "torch")
"""Packages whose versions must be the driver's; Python's first two numbers must be, too."""


@dataclass(frozen=True)
class Inquiry:
    """What a driver has its workers look at, and hands to those that lack it.

    modules: of plug-ins, by their dotted names; stamp: of the driver's images, empty where they are no files
    parcel: these images where they travel
    """

    modules: tuple[str, ...] = ()
    stamp: str = ""
    parcel: ImageParcel | None = None


@dataclass(frozen=True)
class WorkerFacts:
    """What a process is.

    node: the machine's name; node_id: Ray's own of it, empty outside a cluster; gpu: the one it computes on, if any
    versions: by package; project: digest of this project's files; modules: digests of plug-ins by their modules, empty
    where they are missing
    images: what is compared of the images
    """

    pid: int
    node: str
    node_id: str
    gpu: str | None
    versions: Mapping[str, str]
    project: str
    modules: Mapping[str, str]
    images: str


def facts_of(inquiry: Inquiry, images: ImageSource, *, gpu: str | None = None) -> WorkerFacts:
    """Return what this process is, in what a driver asks for; gpu: the one that it computes on, in words."""
    return WorkerFacts(
        pid=os.getpid(),
        node=os.uname().nodename,
        node_id=_node_id(),
        gpu=gpu,
        versions={
            "python": ".".join(platform.python_version_tuple()[:2]),
            **{name: _version(name) for name in COMPARED},
        },
        project=project_digest(),
        modules={name: digest_of_module(name) for name in inquiry.modules},
        images=mark_of(images, inquiry.stamp),
    )


def inquiry_of(modules: Iterable[str], images: ImageSource, parcel: ImageParcel | None = None) -> Inquiry:
    """Return what workers have to look at, of the driver's own modules and images; parcel: these where they travel."""
    return Inquiry(tuple(modules), images.files_stamp() if isinstance(images, CopiedSource) else "", parcel)


def digest_of_module(module: str) -> str:
    """Return a short text of a module's files; empty where it is not there."""
    files = files_of(module)
    return "" if files is None else files.digest


def mark_of(images: ImageSource, stamp: str) -> str:
    """Return what images are told apart by: a driver's stamp where it is theirs, else the digest of their files."""
    if not isinstance(images, CopiedSource):
        return identity_of(images)
    return stamp if images.files_stamp() == stamp else images.files_digest()


def difference(worker: WorkerFacts, driver: WorkerFacts, images: ImageSource) -> str | None:
    """Return in words how a worker differs from the driver; None where it does not.

    images: the driver's, which are read where the worker has a copy of theirs
    """
    for name, ours in driver.versions.items():
        if worker.versions.get(name) != ours:
            theirs = worker.versions.get(name) or "none"
            return f"it has {name} {theirs}, and the driver {ours}; install the driver's there"
    if worker.project != driver.project:
        return "its files of selfnas are others than the driver's; install the same version there, or the same commit"
    for module, digest in driver.modules.items():
        theirs = worker.modules.get(module, "")
        if theirs != digest:
            said = f"its module {module} is another one" if theirs else f"it has no module {module}"
            return f"{said} (or what that imports beside itself); put the driver's there"
    if worker.images != driver.images and not _is_copy(worker.images, images):
        return "its images are others than the driver's; put the same files there"
    return None


def _is_copy(mark: str, images: ImageSource) -> bool:
    return isinstance(images, CopiedSource) and mark == images.files_digest()


def _version(package: str) -> str:
    """Return a package's version without what it was built for; empty where it is not installed, as in a checkout."""
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return ""


def _node_id() -> str:
    import ray

    return str(ray.get_runtime_context().get_node_id()) if ray.is_initialized() else ""

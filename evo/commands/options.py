"""The options that several commands share."""

import argparse
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from evo.engine.plugins import table_of
from evo.records.requests import Placement
from tasks.foundation.command_line import Option, add_archives, add_shape, installed_images, named_path
from tasks.foundation.trust import FLAG

TRIAL_TIMEOUT = Option("trial_timeout", "S", "seconds that one trial may take", float)


def known_plugins(kind: str) -> str:
    """Return the names of a kind of plug-in, built in or installed, as a help text lists them."""
    return ", ".join((*table_of(kind).listed(), "module:attribute"))


def add_cluster(group: argparse._ArgumentGroup) -> None:
    """Add the options of the workers."""
    group.add_argument(
        "--workers",
        default=Placement.workers,
        metavar="N",
        help="worker processes, or 0 to score in this process, without Ray (default: auto, one per GPU share or CPU)",
    )
    group.add_argument(
        "--gpus-per-worker",
        default=Placement.gpus_per_worker,
        metavar="G",
        help="GPU share of a worker (default: auto, 1 or none)",
    )
    group.add_argument(
        "--address",
        default=Placement.address,
        metavar="A",
        help="local, auto (RAY_ADDRESS, or what runs here), HOST:PORT or ray://HOST:PORT (default: %(default)s)",
    )
    group.add_argument(
        "--overdue",
        type=float,
        default=Placement.overdue,
        metavar="X",
        help="run a trial once more elsewhere after X times what 99 %% of trials like it take, at least 60 s, or once "
        "its worker gives no sign of life for 10 s (as where a C extension keeps the GIL); the first answer counts; "
        "0: never (default: %(default)g)",
    )
    group.add_argument(
        "--worker-memory",
        default=Placement.worker_memory,
        metavar="SIZE",
        help="replace a worker between trials once it holds more, e.g. 4G (default: never)",
    )
    group.add_argument(
        "--ship-images",
        action="store_true",
        help="send a folder of images, up to 512 MiB, to machines of the cluster that lack it",
    )


def add_space(group: argparse._ArgumentGroup) -> None:
    """Add the option of the space."""
    group.add_argument("--space", metavar="S", required=True, help=f"search space: {known_plugins('space')}")


def add_labelled_data(group: argparse._ArgumentGroup, *, required: bool = False) -> None:
    """Add the options of labelled images."""
    names = ", ".join(("digits", "cifar10", "cifar100", "imagefolder:DIR", *installed_images()))
    group.add_argument("--data", metavar="D", required=required, help=f"labelled images: {names}")
    add_shape(group)
    add_archives(group)


def add_places(group: argparse._ArgumentGroup, *, kept: str) -> None:
    """Add the options of workers, time-out, folder and output; kept: what the folder is for."""
    add_cluster(group)
    TRIAL_TIMEOUT.add_to(group)
    group.add_argument(
        "--run-dir", type=named_path, metavar="DIR", help=f"folder of {kept} (default: one in runs/, by what is asked)"
    )
    add_trust(group)
    add_quiet(group)


def add_trust(group: argparse._ArgumentGroup) -> None:
    """Add the option of trust in files."""
    group.add_argument(
        FLAG,
        dest="trust",
        action="store_true",
        help="import plug-ins that only a file names (run folder, recipe, panel): it may run anything",
    )


def add_quiet(group: argparse._ArgumentGroup) -> None:
    """Add the option of silence."""
    group.add_argument("--quiet", action="store_true", help="no progress, only the results")


def said(kind: type, given: argparse.Namespace) -> dict[str, Any]:
    """Return what a command line says of a request, by the request's fields; what it does not say is left out."""
    values = {name: value for name, value in vars(given).items() if value is not None}
    found = {field.name: values[field.name] for field in fields(kind) if field.name in values}
    if "workers" in values:
        found["placement"] = placement_of(values)
    return found


def placement_of(values: Mapping[str, Any]) -> Placement:
    """Return what a command line with the options of the workers says of where trials are scored."""
    return Placement(**{field.name: values[field.name] for field in fields(Placement) if field.name in values})

"""Starting Ray on this machine, also where its own folder or the home folder does not serve."""

import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

import ray

from evo.cluster.rays_token import MODE, SENT, TOKEN, TOKEN_FILE
from evo.cluster.usable_cpus import usable_cpus

LOCAL_OBJECT_STORE_BYTES = 128 * 2**20  # only texts and scores travel
FOLDER = "RAY_TMPDIR"
LONGEST_SOCKET = 107
"""Bytes that the path of a socket may have on Linux."""
_SOCKET = "/ray/session_2026-01-01_00-00-00_000000_4194304/sockets/plasma_store"
"""The longest path of a socket that Ray makes in its folder."""
_SHORT = ("/tmp", "/var/tmp", "/dev/shm")

logger = logging.getLogger(__name__)


def start(folder: str | None) -> tuple[Any, str]:
    """Start Ray in a folder, None for its own; returns what it says of itself, and its address; raises what Ray raises.

    It is started without its dashboard where that is not up in time. All its ports are on the loopback address.
    """
    _settle_token()
    with _on_loopback():
        try:
            started = _start(folder, dashboard=True)
        except Exception:  # a bare one where the dashboard is not up in time, as on a machine that is busy otherwise
            logger.warning("Ray did not start with its dashboard; going on without one")
            ray.shutdown()
            started = _start(folder, dashboard=False)
    return started, str(started.address_info["gcs_address"])


@contextmanager
def _on_loopback() -> Iterator[None]:
    """Let Ray take the loopback address for this machine's, as it does where it supports no clusters.

    Its metrics, its agents and its own calls would else be open to whoever reaches this machine; the host that
    ``ray.init`` takes is the dashboard's alone, and an address given there as this node's is never the loopback's.
    """
    from ray._private import ray_constants

    before, ray_constants.ENABLE_RAY_CLUSTER = ray_constants.ENABLE_RAY_CLUSTER, False
    try:
        yield
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = before


def _start(folder: str | None, *, dashboard: bool) -> Any:
    return ray.init(
        address="local",
        num_cpus=usable_cpus(),
        object_store_memory=LOCAL_OBJECT_STORE_BYTES,
        include_dashboard=dashboard,
        dashboard_host="127.0.0.1",
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=folder,
    )


@contextmanager
def rays_folder() -> Iterator[str | None]:
    """Give the folder that Ray is to use: None for its own, or a short new one, which is removed afterwards."""
    own = os.environ.get(FOLDER) or os.environ.get("TMPDIR") or _SHORT[0]
    made = None if _is_short(own) and _takes_files(Path(own, "ray")) else _short_folder()
    if made is not None:
        logger.warning(
            "note: Ray's files go to %s: %s is no folder that takes them, or its path is too long", made, own
        )
    try:
        yield made
    finally:
        if made is not None:
            rmtree(made, ignore_errors=True)


def _short_folder() -> str | None:
    """Return a new folder that serves Ray, None where there is no place for one."""
    for place in _SHORT:
        with suppress(OSError):
            return tempfile.mkdtemp(prefix="ray-", dir=place)
    return None


def _is_short(folder: str) -> bool:
    return len(os.fsencode(folder + _SOCKET)) <= LONGEST_SOCKET


def _takes_files(folder: Path) -> bool:
    """Return whether files can be made in a folder, or in the nearest one above it that is there."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        os.rmdir(tempfile.mkdtemp(prefix="ray-", dir=there))
    except OSError:
        return False
    return True


def _settle_token() -> None:
    """Give this process a token for Ray's processes where Ray could not keep one in the home folder.

    It stays, as Ray keeps the first one that it has seen in a process.
    """
    if {TOKEN, TOKEN_FILE} & set(os.environ) or os.environ.get(MODE, SENT).lower() != SENT:
        return
    try:
        kept = Path.home() / ".ray" / "auth_token"
        found = kept.is_file() or _takes_files(kept.parent)
    except (OSError, RuntimeError):  # no home folder at all
        found = False
    if not found:
        logger.warning("note: Ray's token is of this process alone, as the home folder cannot keep one")
        os.environ[TOKEN] = secrets.token_hex(32)

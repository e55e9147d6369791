"""Keeping what was uploaded to a cluster: Ray forgets a package after ten minutes, unless a whole job is made with it.

A machine that joins later, and an actor that has waited for room, could not get it any more. Times are seconds.
"""

import logging
import threading
import time
from contextlib import suppress

import ray
from ray.exceptions import GetTimeoutError, RayError

from evo.cluster.nodes import FIRST_S, at_head, is_client
from tasks.foundation.errors import bounded, first_line

KEPT_S = 3600
"""How long a package is kept after this process has last asked for that, e.g. as it was killed."""
AGAIN_S = 1200.0
"""How often it asks."""

_LONGEST = 200

logger = logging.getLogger(__name__)

_kept: set[tuple[str, str]] = set()
"""The packages that are kept, each with the job that it was uploaded by."""


def keep(uri: str, *, again_s: float = AGAIN_S) -> None:
    """Keep an uploaded package, by what Ray calls it, for as long as this process is in the cluster."""
    _pin(uri)
    mark = (_job(), uri)
    if mark not in _kept:
        _kept.add(mark)
        threading.Thread(target=_go_on, args=(*mark, again_s), name=f"keeps {uri}", daemon=True).start()


def _go_on(job: str, uri: str, again_s: float) -> None:
    while True:
        time.sleep(again_s)
        with suppress(Exception):  # whatever Ray raises where the cluster does not answer: it is asked again
            if _job() != job:
                break
            _pin(uri)
    _kept.discard((job, uri))


def _job() -> str:
    """Return Ray's name for what this process does in its cluster, empty where it is in none."""
    return str(ray.get_runtime_context().get_job_id()) if ray.is_initialized() else ""


def _pin(uri: str) -> None:
    """Ask Ray to keep a package, for which it has no public function; what it answers instead is said in one line.

    Its client server does not know that call, and its client would go on asking for ever: the head asks in its place.
    """
    from ray._private.runtime_env.packaging import pin_runtime_env_uri

    try:
        if is_client():
            _wait(at_head(pin_runtime_env_uri).remote(uri, expiration_s=KEPT_S))
        else:
            pin_runtime_env_uri(uri, expiration_s=KEPT_S)
    except RayError as error:
        logger.warning(
            "note: Ray was not told to keep the modules that were sent, so that machines which join later may lack "
            "them; it is told again every %.0f minutes (%s)",
            AGAIN_S / 60,
            bounded(first_line(error), _LONGEST),
        )


def _wait(asked: "ray.ObjectRef[None]") -> None:
    """Wait for the head to have asked; a task that takes too long is ended before another one is sent."""
    try:
        ray.get(asked, timeout=FIRST_S)
    except GetTimeoutError:  # it is asked again
        ray.cancel(asked, force=True)

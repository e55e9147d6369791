"""Where a running Ray cluster is: what ``--address`` and the environment say, and what runs on this machine."""

import os
import re
from contextlib import suppress

from evo.records.requests import AUTO
from tasks.foundation.errors import UsageError, bounded

ADDRESS = "RAY_ADDRESS"
CLIENT = "ray://"
CLIENT_PORT = 10001
"""Where a client server listens unless it was told otherwise."""
_FORM = re.compile(r"(ray://)?(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+)(?::([0-9]{1,5}))?")
_LONGEST = 100


def address_of(given: str) -> str:
    """Return ``HOST:PORT`` or ``ray://HOST:PORT`` of what ``--address`` names, a cluster of this machine for ``auto``.

    As with Ray, ``auto`` is what RAY_ADDRESS says, where it says something. Raises UsageError for what names no
    cluster, and where none or several run here.
    """
    if given != AUTO:
        return _checked(given, f"--address {bounded(given, _LONGEST)}: must be local, auto, ")
    named = os.environ.get(ADDRESS, "").strip()
    if named in ("", AUTO):
        return _running_here()
    return _checked(named, f"--address auto: {ADDRESS} is {bounded(named, _LONGEST)}; it must be ")


def split(address: str) -> tuple[str, int]:
    """Return host and port of an address."""
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    return host.strip("[]"), int(port)


def _checked(text: str, refusal: str) -> str:
    """Return a text that names a cluster, with its port; raises UsageError, which begins as said, for another."""
    form = _FORM.fullmatch(text)
    if form is None or not (form[3] or form[1]) or text in (AUTO, "local"):
        raise UsageError(f"{refusal}HOST:PORT of a cluster's head, or ray://HOST:PORT of its client server")
    return text if form[3] else f"{text}:{CLIENT_PORT}"


def clusters_here() -> set[str]:
    """Return the addresses of the clusters that this machine has a node of, as Ray finds them among its processes."""
    from ray._private import services

    with suppress(AttributeError):  # not every Ray keeps what it has found
        services.find_gcs_addresses.cache_clear()  # type: ignore[attr-defined]
    return set(map(str, services.find_gcs_addresses()))  # type: ignore[no-untyped-call]


def _running_here() -> str:
    from ray._private.utils import read_ray_address

    running, last = clusters_here(), read_ray_address()
    if last in running or (last and not running):  # the one of ``ray start``, which may be out of sight in a container
        return str(last)
    if len(running) == 1:
        return running.pop()
    if not running:
        raise UsageError(
            "--address auto: no Ray cluster runs on this machine; start one by ray start --head, or name one by "
            f"--address or {ADDRESS}: HOST:PORT, or ray://HOST:PORT; without --address one is started for this run"
        )
    raise UsageError(
        f"--address auto: {len(running)} Ray clusters run on this machine; name one by --address or {ADDRESS}: "
        f"{', '.join(sorted(running)[:8])}"
    )

"""Joining a Ray cluster that is running: whether one answers there, and whether it asks for a token.

Ray itself goes on trying for up to a minute and then does not say why it was sent away, so it is asked before.
"""

import logging
import os
import socket
from enum import Enum
from typing import Any

import ray

from evo.cluster.addresses import CLIENT, CLIENT_PORT, clusters_here, place_of, split
from evo.cluster.rays_token import MODE, REMEDY, TOKEN, TOKEN_FILE, is_kept_back, send_token, token_here
from tasks.foundation.errors import UsageError, bounded, first_line

ANSWER_S = 5.0
"""How long a place may take to answer; it is asked three times at most."""
_ANY_CALL = {True: "/ray.rpc.RayletDriver/ClusterInfo", False: "/ray.rpc.NodeInfoGcsService/GetClusterId"}
"""A call that a cluster answers without a token unless it asks for one; of Ray's client server, and of the cluster."""
_LATE_LOGS = "ray.util.client.logsclient"
"""Of Ray's client, which would say of a server that is gone that its logs, which nobody reads here, are late."""

logger = logging.getLogger(__name__)


class Answer(Enum):
    """What a place says to a first call."""

    OPEN = "takes it"
    REFUSED = "asks for a token, or for another one"
    UNKNOWN = "is no such service"
    NONE = "says nothing"


def join(address: str) -> tuple[Any, str]:
    """Join the cluster at an address, ``auto`` for the one on this machine; returns what Ray says of it, and its place.

    A token is sent where the cluster asks for one, and only there: ``mode_put_back`` is to be around it. Raises
    UsageError where no cluster answers or it asks for a token that this process does not have, else what Ray raises.
    """
    place = place_of(address)
    named = f"--address {bounded(address, 100)}" + ("" if place == address else f" ({bounded(place, 100)})")
    _check_listens(place, named)
    answer = asked(place)
    _check_kind(place, named, answer)
    if answer is Answer.REFUSED:
        _check_token(place, named)
    _check_node(place, named)
    send_token(answer is Answer.REFUSED)
    joined = ray.init(address=place, log_to_driver=False, logging_level=logging.ERROR)
    logging.getLogger(_LATE_LOGS).setLevel(logging.ERROR)  # which joining has set anew
    logger.info("joined the Ray cluster at %s", place)
    return joined, place


def asked(place: str, token: str | None = None) -> Answer:
    """Return what a place says to a call that shows a token, or none."""
    import grpc

    host, port = split(place)
    shown = [("authorization", f"Bearer {token}")] if token else []
    direct = [("grpc.enable_http_proxy", 0)]  # as Ray goes there itself
    with grpc.insecure_channel(f"{f'[{host}]' if ':' in host else host}:{port}", options=direct) as channel:
        call = channel.unary_unary(_ANY_CALL[place.startswith(CLIENT)])
        try:
            call(b"", timeout=ANSWER_S, metadata=shown)
        except grpc.RpcError as error:
            return _ANSWERS.get(error.code().name, Answer.OPEN)
    return Answer.OPEN


_ANSWERS = {
    "UNAUTHENTICATED": Answer.REFUSED,
    "UNIMPLEMENTED": Answer.UNKNOWN,
    "UNAVAILABLE": Answer.NONE,
    "DEADLINE_EXCEEDED": Answer.NONE,
}
"""By the code of an error; with any other a server has taken the call."""


def _check_listens(place: str, named: str) -> None:
    """Raise UsageError where nothing listens at a place."""
    try:
        socket.create_connection(split(place), timeout=ANSWER_S).close()
    except (OSError, OverflowError, UnicodeError) as error:  # the last two of ports and names that cannot be
        raise UsageError(f"{named}: no Ray cluster could be reached: nothing listens there ({error})") from error


def _check_kind(place: str, named: str, answer: Answer) -> None:
    """Raise UsageError where something else than what the address says listens at a place."""
    if answer is Answer.NONE:
        raise UsageError(
            f"{named}: no Ray cluster could be reached: what listens there has not answered as Ray does within "
            f"{ANSWER_S:g} s"
        )
    if answer is Answer.UNKNOWN:
        host = split(place)[0]
        other = f"HOST:PORT of the head, e.g. {host}:6379" if place.startswith(CLIENT) else f"{CLIENT}{host}:PORT"
        kind = "no client server of Ray" if place.startswith(CLIENT) else "no head of a Ray cluster"
        raise UsageError(
            f"{named}: what listens there is {kind}; a cluster is joined by {other}"
            + ("" if place.startswith(CLIENT) else f" of its client server ({CLIENT_PORT} unless told otherwise)")
        )


def _check_token(place: str, named: str) -> None:
    """Raise UsageError where this process has no token for a cluster that asks for one."""
    refusal = f"{named}: this cluster asks for Ray's token, and"
    if is_kept_back():
        raise UsageError(f"{refusal} {MODE}={os.environ[MODE]} keeps it back: unset it")
    try:
        token = token_here()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{refusal} the file of one cannot be read ({first_line(error)}): {REMEDY}") from error
    if token is None:
        raise UsageError(f"{refusal} there is none here: {REMEDY}")
    if asked(place, token) is Answer.REFUSED:
        origin = next((name for name in (TOKEN, TOKEN_FILE) if os.environ.get(name)), "~/.ray/auth_token")
        raise UsageError(f"{refusal} the one of {origin} is another: {REMEDY}")


def _check_node(place: str, named: str) -> None:
    """Raise UsageError where this machine is not part of a cluster that is joined without its client server."""
    if not place.startswith(CLIENT) and not clusters_here():
        raise UsageError(
            f"{named}: no node of a Ray cluster runs on this machine, and Ray joins through one: start one by "
            f"ray start --address={place}, or join by {CLIENT}HOST:PORT of the cluster's client server"
        )

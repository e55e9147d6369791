"""Joining a Ray cluster that is running: whether one answers there, and whether it asks for a token.

Ray itself goes on trying for up to a minute and then does not say why it was sent away, so it is asked before.
"""

import logging
import os
import socket
from enum import Enum
from typing import Any

import ray

from evo.cluster.addresses import CLIENT, CLIENT_PORT, address_of, clusters_here, split
from evo.cluster.rays_token import MODE, REMEDY, TOKEN, TOKEN_FILE, is_kept_back, send_token, token_here
from tasks.foundation.errors import UsageError, bounded, first_line

ANSWER_S = 5.0
"""How long who is asked may take to answer; it is asked three times at most."""
_ANY_CALL = {
    True: ("/ray.rpc.RayletDriver/ClusterInfo", b"\x08\x06"),  # type=PING, or it looks for the client that calls
    False: ("/ray.rpc.NodeInfoGcsService/GetClusterId", b""),
}
"""A call that a cluster answers without a token unless it asks for one; of Ray's client server, and of the cluster."""
_LATE_LOGS = "ray.util.client.logsclient"
"""Of Ray's client, which would say of a server that is gone that its logs, which nobody reads here, are late."""

logger = logging.getLogger(__name__)


class Answer(Enum):
    """What an address says to a first call."""

    OPEN = "takes it"
    REFUSED = "asks for a token, or for another one"
    UNKNOWN = "is no such service"
    NONE = "says nothing"


def join(given: str) -> tuple[Any, str]:
    """Join the cluster of ``--address``, ``auto`` for the one here; returns what Ray says of it, and HOST:PORT.

    A token is sent where the cluster asks for one, and only there: ``mode_put_back`` is to be around it. Raises
    UsageError where no cluster answers or it asks for a token that this process does not have, else what Ray raises.
    """
    address = address_of(given)
    named = f"--address {bounded(given, 100)}" + ("" if address == given else f" ({bounded(address, 100)})")
    _check_listens(address, named)
    answer = asked(address)
    _check_kind(address, named, answer)
    if answer is Answer.REFUSED:
        _check_token(address, named)
    _check_node(address, named)
    send_token(answer is Answer.REFUSED)
    joined = ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    logging.getLogger(_LATE_LOGS).setLevel(logging.ERROR)  # which joining has set anew
    logger.info("joined the Ray cluster at %s", address)
    return joined, address


def asked(address: str, token: str | None = None, *, timeout_s: float | None = None) -> Answer:
    """Return what an address says to a call that shows a token, or none; timeout_s: ``ANSWER_S`` where it is None."""
    import grpc

    host, port = split(address)
    shown = [("authorization", f"Bearer {token}")] if token else []
    direct = [("grpc.enable_http_proxy", 0)]  # as Ray goes there itself
    with grpc.insecure_channel(f"{f'[{host}]' if ':' in host else host}:{port}", options=direct) as channel:
        method, request = _ANY_CALL[address.startswith(CLIENT)]
        try:
            channel.unary_unary(method)(request, timeout=ANSWER_S if timeout_s is None else timeout_s, metadata=shown)
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


def _check_listens(address: str, named: str) -> None:
    """Raise UsageError where nothing listens at an address."""
    try:
        socket.create_connection(split(address), timeout=ANSWER_S).close()
    except (OSError, OverflowError, UnicodeError) as error:  # the last two of ports and names that cannot be
        raise UsageError(f"{named}: no Ray cluster could be reached: nothing listens there ({error})") from error


def _check_kind(address: str, named: str, answer: Answer) -> None:
    """Raise UsageError where something else than what the address says listens at an address."""
    if answer is Answer.NONE:
        raise UsageError(
            f"{named}: no Ray cluster could be reached: what listens there has not answered as Ray does within "
            f"{ANSWER_S:g} s"
        )
    if answer is Answer.UNKNOWN:
        host = split(address)[0]
        other = f"HOST:PORT of the head, e.g. {host}:6379" if address.startswith(CLIENT) else f"{CLIENT}{host}:PORT"
        kind = "no client server of Ray" if address.startswith(CLIENT) else "no head of a Ray cluster"
        raise UsageError(
            f"{named}: what listens there is {kind}; a cluster is joined by {other}"
            + ("" if address.startswith(CLIENT) else f" of its client server ({CLIENT_PORT} unless told otherwise)")
        )


def _check_token(address: str, named: str) -> None:
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
    if asked(address, token) is Answer.REFUSED:
        origin = next((name for name in (TOKEN, TOKEN_FILE) if os.environ.get(name)), "~/.ray/auth_token")
        raise UsageError(f"{refusal} the one of {origin} is another: {REMEDY}")


def _check_node(address: str, named: str) -> None:
    """Raise UsageError where this machine is not part of a cluster that is joined without its client server."""
    if not address.startswith(CLIENT) and not clusters_here():
        raise UsageError(
            f"{named}: this machine is part of no Ray cluster, and Ray joins from within: make it part of one by "
            f"ray start --address={address}, or join by {CLIENT}HOST:PORT of the cluster's client server"
        )

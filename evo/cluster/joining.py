"""Joining a Ray cluster that is running: whether one answers there, and whether it asks for a token.

Ray itself goes on trying for up to half a minute and then does not say why it was sent away, so it is asked before.
"""

import logging
import os
import socket
from typing import Any

import ray

from evo.records.requests import AUTO
from tasks.foundation.errors import UsageError

ANSWER_S = 5.0
MODE, TOKEN, ADDRESS = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_ADDRESS"
_CLIENT = "ray://"
_ANY_CALL = {True: "/ray.rpc.RayletDriver/ClusterInfo", False: "/ray.rpc.NodeInfoGcsService/GetClusterId"}
"""A call that a cluster answers without a token unless it asks for one; of Ray's client server, and of the cluster."""


def join(address: str) -> Any:
    """Join the cluster at an address, ``auto`` for the one on this machine, and return what Ray says of it.

    Raises UsageError where the cluster asks for a token that this process does not have, else whatever Ray raises.
    """
    place = os.environ.get(ADDRESS, address) if address == AUTO else address
    _check_listens(place)
    if not _shows_token() and asks_for_token(place):
        raise _refused(address, f"set {MODE}=token")
    try:
        return ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray raises bare ones, too
        if asks_for_token(place):
            raise _refused(address, "the one of this process is missing or is another") from error
        raise


def asks_for_token(address: str) -> bool:
    """Return whether the cluster at an address sends those away who show no token; False where nobody says so."""
    host, port = _split(address)
    if not host:
        return False
    import grpc

    with grpc.insecure_channel(f"{host}:{port}") as channel:
        call = channel.unary_unary(_ANY_CALL[address.startswith(_CLIENT)])
        try:
            call(b"", timeout=ANSWER_S)
        except grpc.RpcError as error:
            return bool(error.code() is grpc.StatusCode.UNAUTHENTICATED)
    return False


def _refused(address: str, remedy: str) -> UsageError:
    return UsageError(
        f"--address {address}: this cluster asks for Ray's token: {remedy}; the cluster's own is taken from {TOKEN}, "
        "or from ~/.ray/auth_token"
    )


def _shows_token() -> bool:
    return os.environ.get(MODE, "").lower() == "token"


def _check_listens(address: str) -> None:
    """Raise OSError where nothing listens at an address that names its port."""
    host, port = _split(address)
    if host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()


def _split(address: str) -> tuple[str, str]:
    """Return host and port of an address; empty texts where it names no port."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    return (host, port) if port.isdecimal() else ("", "")

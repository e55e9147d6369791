"""Catches: a cluster that sends this process away for want of a token, after half a minute and without a word about it;
an address where nothing listens that is tried for minutes."""

import socket
from collections.abc import Callable, Iterator
from concurrent import futures

import grpc
import pytest

from evo.cluster import joining
from evo.cluster.joining import asks_for_token, join
from tasks.foundation.errors import UsageError
from tests.fake_ray import FakeRay, installed

MODE, TOKEN = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    """A Ray that is not up, and an environment that says nothing about it."""
    for name in (MODE, TOKEN, "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    return installed(monkeypatch, FakeRay())


class Guard(grpc.GenericRpcHandler):
    """Answers the two calls that need no token, as a plain cluster does, or sends everybody away."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        if not details.method.endswith(("/GetClusterId", "/ClusterInfo")):
            return None
        return grpc.unary_unary_rpc_method_handler(self._answer)

    def _answer(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        if self._asks:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "InvalidAuthToken")
        return b""


@pytest.fixture
def listening() -> Iterator[Callable[[bool], str]]:
    """A function that opens a port and returns its address; asks: whether it asks for a token."""
    servers = []

    def open_port(asks: bool) -> str:
        server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[Guard(asks=asks)])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return f"127.0.0.1:{port}"

    yield open_port
    for server in servers:
        server.stop(None)


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_cluster_that_asks_for_a_token_is_refused_with_the_variable_to_set(
    ray: FakeRay, listening: Callable[[bool], str], scheme: str
) -> None:
    address = scheme + listening(True)
    with pytest.raises(UsageError) as caught:
        join(address)
    assert str(caught.value) == (
        f"--address {address}: this cluster asks for Ray's token: set RAY_AUTH_MODE=token; the cluster's own is taken "
        "from RAY_AUTH_TOKEN, or from ~/.ray/auth_token"
    )
    assert ray.asked == []


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_cluster_that_asks_for_nothing_is_joined(ray: FakeRay, listening: Callable[[bool], str], scheme: str) -> None:
    address = scheme + listening(False)
    join(address)
    assert [options["address"] for options in ray.asked] == [address]


def test_with_a_token_to_show_it_is_joined(
    ray: FakeRay, listening: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODE, "Token")
    join(listening(True))
    assert len(ray.asked) == 1


def test_a_token_that_is_another_is_told_where_to_put_the_right_one(
    monkeypatch: pytest.MonkeyPatch, listening: Callable[[bool], str]
) -> None:
    installed(monkeypatch, FakeRay([ConnectionError("Failed to connect")]))
    monkeypatch.setenv(MODE, "token")
    with pytest.raises(UsageError, match=r"the one of this process is missing or is another; .* from RAY_AUTH_TOKEN"):
        join(listening(True))


def test_what_else_is_wrong_with_a_cluster_is_what_ray_says(
    monkeypatch: pytest.MonkeyPatch, listening: Callable[[bool], str]
) -> None:
    installed(monkeypatch, FakeRay([ConnectionError("Version mismatch")]))
    with pytest.raises(ConnectionError, match="Version mismatch"):
        join(listening(False))


def test_the_address_of_the_environment_is_asked_too(
    ray: FakeRay, listening: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", listening(True))
    with pytest.raises(UsageError, match="--address auto: this cluster asks for Ray's token"):
        join("auto")


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nothing_listens_is_refused_at_once(ray: FakeRay, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        with pytest.raises(OSError, match="refused"):
            join(f"{scheme}127.0.0.1:{taken.getsockname()[1]}")
    assert ray.asked == []


def test_nobody_is_asked_where_no_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "socket", None)
    assert not asks_for_token("auto")

"""Catches: a cluster that sends this process away for want of a token, after half a minute and without a word about it;
a token that is not sent, or sent where none is asked for; an address where nothing listens, or something else than it
says, that is tried for a minute; a cluster that is joined without a word of which one."""

import logging
import os
import socket
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest

from evo.cluster import joining
from evo.cluster.joining import Answer, asked, join
from evo.cluster.rays_token import mode_put_back
from tasks.foundation.errors import UsageError
from tests.fake_ray import FakeRay, installed

MODE, TOKEN, FILE = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
NONE_ASKED, ANY = "", "?"
"""What a server asks for: no token, or one that nobody has."""


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeRay]:
    """A Ray that is not up, on a machine with a node, in an environment and a home folder that say nothing of it."""
    for name in (MODE, TOKEN, FILE, "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(joining, "clusters_here", lambda: {"10.0.0.1:6379"})
    with mode_put_back():
        yield installed(monkeypatch, FakeRay())


class Guard(grpc.GenericRpcHandler):
    """Answers one of the two calls that a cluster or a client server answers, to those who show the token it asks for.

    An empty token lets everybody in.
    """

    def __init__(self, call: str, token: str) -> None:
        self._call, self._token = call, token

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        if not details.method.endswith(self._call):
            return None
        return grpc.unary_unary_rpc_method_handler(self._answer)

    def _answer(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        shown = dict(context.invocation_metadata()).get("authorization")
        if self._token and shown != f"Bearer {self._token}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "InvalidAuthToken")
        return b""


@pytest.fixture
def listening() -> Iterator[Callable[..., str]]:
    """A function that opens a port of a cluster's head, or of a client server, and returns its address."""
    servers = []

    def open_port(token: str, *, scheme: str = "") -> str:
        guard = Guard("/ClusterInfo" if scheme else "/GetClusterId", token)
        server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[guard])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return f"{scheme}127.0.0.1:{port}"

    yield open_port
    for server in servers:
        server.stop(None)


@pytest.mark.parametrize("scheme", ["", "ray://"])
@pytest.mark.parametrize("mode", [None, "token"])
def test_a_cluster_that_asks_for_a_token_is_refused_with_the_variable_to_set(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch, scheme: str, mode: str | None
) -> None:
    if mode is not None:
        monkeypatch.setenv(MODE, mode)
    address = listening(ANY, scheme=scheme)
    with pytest.raises(UsageError) as caught:
        join(address)
    assert str(caught.value) == (
        f"--address {address}: this cluster asks for Ray's token, and there is none here: set RAY_AUTH_TOKEN to the "
        "cluster's (ray get-auth-token prints it there), or RAY_AUTH_TOKEN_PATH to a file of it, or keep it in "
        "~/.ray/auth_token"
    )
    assert ray.asked == []


@pytest.mark.parametrize("scheme", ["", "ray://"])
@pytest.mark.parametrize("mode", [None, "token"])
def test_a_cluster_that_asks_for_nothing_is_joined_without_a_token(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch, scheme: str, mode: str | None
) -> None:
    if mode is not None:
        monkeypatch.setenv(MODE, mode)
    monkeypatch.setenv(TOKEN, "mine")
    address = listening(NONE_ASKED, scheme=scheme)
    join(address)
    assert [options["address"] for options in ray.asked] == [address]
    assert os.environ[MODE] == "disabled"


@pytest.mark.parametrize("scheme", ["", "ray://"])
@pytest.mark.parametrize("origin", [TOKEN, FILE, "home"])
def test_a_token_is_sent_where_there_is_one_and_the_cluster_asks(
    ray: FakeRay,
    listening: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    scheme: str,
    origin: str,
) -> None:
    kept = tmp_path / (".ray/auth_token" if origin == "home" else "token")
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("ours\n")
    if origin != "home":
        monkeypatch.setenv(origin, "ours" if origin == TOKEN else str(kept))
    join(listening("ours", scheme=scheme))
    assert len(ray.asked) == 1
    assert os.environ[MODE] == "token"


@pytest.mark.parametrize("origin", [TOKEN, FILE, "~/.ray/auth_token"])
def test_a_token_that_is_another_is_told_by_its_place(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: str
) -> None:
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray/auth_token").write_text("another")
    if origin.startswith("RAY"):
        monkeypatch.setenv(origin, "another" if origin == TOKEN else str(tmp_path / ".ray/auth_token"))
    with pytest.raises(UsageError, match=f"asks for Ray's token, and the one of {origin} is another: set {TOKEN} to"):
        join(listening("ours"))
    assert ray.asked == []


def test_a_file_of_a_token_that_is_not_there_is_named(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE, "/dev/null/none")
    with pytest.raises(UsageError, match=r"and the file of one cannot be read \(.*'/dev/null/none'\): set"):
        join(listening("ours"))


def test_who_disables_tokens_is_told_so(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODE, "disabled")
    monkeypatch.setenv(TOKEN, "ours")
    with pytest.raises(UsageError, match="and RAY_AUTH_MODE=disabled keeps it back: unset it"):
        join(listening("ours"))
    assert ray.asked == []


def test_what_else_is_wrong_with_a_cluster_is_what_ray_says(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch, listening: Callable[..., str]
) -> None:
    installed(monkeypatch, FakeRay([ConnectionError("Version mismatch")]))
    with pytest.raises(ConnectionError, match="Version mismatch"):
        join(listening(NONE_ASKED))


def test_the_address_of_the_environment_is_joined_and_said(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    address = listening(NONE_ASKED)
    monkeypatch.setenv("RAY_ADDRESS", address)
    with caplog.at_level("INFO", logger="evo"):
        join("auto")
    assert [options["address"] for options in ray.asked] == [address]
    assert caplog.messages == [f"joined the Ray cluster at {address}"]


def test_a_server_that_is_gone_is_no_matter_of_late_logs(ray: FakeRay, listening: Callable[..., str]) -> None:
    late = logging.getLogger("ray.util.client.logsclient")
    late.setLevel(logging.INFO)
    join(listening(NONE_ASKED, scheme="ray://"))
    assert late.getEffectiveLevel() == logging.ERROR


def test_a_refusal_of_auto_names_the_place(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = listening(ANY)
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(UsageError, match=f"^--address auto \\({address}\\): this cluster asks"):
        join("auto")


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nothing_listens_is_refused_at_once(ray: FakeRay, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        with pytest.raises(UsageError, match="no Ray cluster could be reached: nothing listens there"):
            join(f"{scheme}127.0.0.1:{taken.getsockname()[1]}")
    assert ray.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1:99999", f"{'x' * 70}.invalid:1"])
def test_a_port_or_a_name_that_cannot_be_is_one_line(ray: FakeRay, address: str) -> None:
    with pytest.raises(UsageError, match="nothing listens there"):
        join(address)


def test_a_service_that_is_not_rays_or_is_frozen_is_refused_in_time(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(UsageError) as caught:
        join(f"127.0.0.1:{mute.getsockname()[1]}")
    assert "what listens there has not answered as Ray does within 0.2 s" in str(caught.value)
    assert ray.asked == []


def test_the_port_of_the_other_kind_is_told_how_to_be_joined(ray: FakeRay, listening: Callable[..., str]) -> None:
    head, server = listening(NONE_ASKED), listening(NONE_ASKED, scheme="ray://")
    with pytest.raises(UsageError, match=r"is no client server of Ray; a cluster is joined by HOST:PORT of the head"):
        join(f"ray://{head}")
    with pytest.raises(UsageError, match=r"is no head of a Ray cluster; a cluster is joined by ray://127.0.0.1:PORT"):
        join(server.removeprefix("ray://"))
    assert ray.asked == []


def test_a_machine_without_a_node_is_told_to_have_one_or_a_client(
    ray: FakeRay, listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "clusters_here", set)
    address = listening(NONE_ASKED)
    with pytest.raises(
        UsageError, match=f"make it part of one by ray start --address={address}, or join by ray://HOST:PORT"
    ):
        join(address)
    assert ray.asked == []
    join(listening(NONE_ASKED, scheme="ray://"))
    assert len(ray.asked) == 1


def test_an_error_that_says_nothing_of_tokens_is_an_open_door(
    listening: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client server finds no client of that name, and says so to whoever it would let in."""
    monkeypatch.setattr(Guard, "_answer", lambda guard, request, context: context.abort(grpc.StatusCode.NOT_FOUND, ""))
    assert asked(listening(NONE_ASKED)) is Answer.OPEN

"""Catches: a cluster joined by accident: one of several on this machine, or one that is gone; the address of a
dashboard taken for a cluster's; a name of ``--address`` that leads Ray to import a module."""

import re

import pytest
from ray._private import services, utils

from evo.cluster.addresses import address_of, clusters_here, split
from tasks.foundation.errors import UsageError

HERE, THERE = "10.0.0.1:6379", "10.0.0.2:6379"


class _Found:
    """What runs on a machine, in the place of Ray's own search."""

    def __init__(self, *running: str) -> None:
        self._running = running

    def __call__(self) -> set[str]:
        return set(self._running)

    def cache_clear(self) -> None:
        """Forget nothing."""


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


def _machine(monkeypatch: pytest.MonkeyPatch, *running: str, last: str | None = None) -> None:
    monkeypatch.setattr(services, "find_gcs_addresses", _Found(*running))
    monkeypatch.setattr(utils, "read_ray_address", lambda: last)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("10.0.0.1:6379", "10.0.0.1:6379"),
        ("head.example:1", "head.example:1"),
        ("[::1]:6379", "[::1]:6379"),
        ("ray://10.0.0.1:10001", "ray://10.0.0.1:10001"),
        ("ray://head", "ray://head:10001"),  # as Ray has it
    ],
)
def test_an_address_with_a_port_is_the_one(given: str, address: str) -> None:
    assert address_of(given) == address


@pytest.mark.parametrize("address", ["head", "http://10.0.0.1:8265", "evil://x:1", "ray://", "a b:1", "h:1x", "", ":1"])
def test_what_names_no_cluster_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"--address {address}: must be local, auto, HOST:PORT of")):
        address_of(address)


def test_a_long_address_is_cut() -> None:
    with pytest.raises(UsageError) as caught:
        address_of("x" * 5_000)
    assert len(str(caught.value)) < 300


def test_auto_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, HERE, last=HERE)
    monkeypatch.setenv("RAY_ADDRESS", f" {THERE} ")
    assert address_of("auto") == THERE
    assert address_of(HERE) == HERE


@pytest.mark.parametrize("said", ["", "auto"])
def test_an_environment_that_says_nothing_leaves_it_to_this_machine(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    _machine(monkeypatch, HERE)
    monkeypatch.setenv("RAY_ADDRESS", said)
    assert address_of("auto") == HERE


@pytest.mark.parametrize("said", ["http://10.0.0.1:8265", "local"])
def test_an_environment_that_names_no_cluster_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("RAY_ADDRESS", said)
    with pytest.raises(UsageError, match=f"--address auto: RAY_ADDRESS is {said}; it must be HOST:PORT of"):
        address_of("auto")


@pytest.mark.parametrize(
    ("running", "last", "address"),
    [([HERE], None, HERE), ([HERE], THERE, HERE), ([HERE, THERE], THERE, THERE), ([], HERE, HERE)],
)
def test_auto_is_the_one_of_ray_start_else_the_only_one(
    monkeypatch: pytest.MonkeyPatch, running: list[str], last: str | None, address: str
) -> None:
    _machine(monkeypatch, *running, last=last)
    assert address_of("auto") == address


def test_nothing_found_is_one_line_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch)
    with pytest.raises(
        UsageError, match="no Ray cluster runs on this machine; start one by ray start --head"
    ) as caught:
        address_of("auto")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("last", [None, "10.0.0.3:1"])
def test_of_several_none_is_guessed(monkeypatch: pytest.MonkeyPatch, last: str | None) -> None:
    _machine(monkeypatch, THERE, HERE, last=last)
    with pytest.raises(UsageError, match=f"2 Ray clusters run on this machine; name one .*: {HERE}, {THERE}$"):
        address_of("auto")


def test_ray_finds_its_own_processes_by_the_names_that_are_used_here() -> None:
    assert all(":" in address for address in clusters_here())
    assert utils.read_ray_address() is None or isinstance(utils.read_ray_address(), str)


def test_a_ray_that_keeps_nothing_of_its_search_is_asked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "find_gcs_addresses", lambda: [HERE])
    assert clusters_here() == {HERE}


@pytest.mark.parametrize(
    ("address", "parts"), [("ray://h:10001", ("h", 10001)), ("[::1]:6379", ("::1", 6379)), ("h:1", ("h", 1))]
)
def test_an_address_has_a_host_and_a_port(address: str, parts: tuple[str, int]) -> None:
    assert split(address) == parts

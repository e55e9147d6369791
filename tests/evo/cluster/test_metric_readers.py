"""Catches: a run that waits though nobody reads its metrics, or for ever; one that does not wait for who does."""

import socket
from pathlib import Path

import pytest

from evo.cluster import metric_readers
from evo.cluster.metric_readers import readers_of, wait_for_readers

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


class Clock:
    """Stands in for the ``time`` module."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeRay:
    """Stands in for the ``ray`` module."""

    def nodes(self) -> list[dict[str, object]]:
        return [{"MetricsExportPort": 8080, "Alive": True}, {"MetricsExportPort": 9090, "Alive": False}]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(metric_readers, "time", clock)
    monkeypatch.setattr(metric_readers, "ray", FakeRay())
    return clock


def row(local: int, remote: int, state: str) -> str:
    return f"   0: 0100007F:{local:04X} 0100007F:{remote:04X} {state} 00000000:00000000\n"


def test_readers_are_who_is_or_was_connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "tcp"
    rows = [row(8080, 0, "0A"), row(8080, 5, "06"), row(8080, 6, "01"), row(7000, 8, "01"), row(9, 8080, "06")]
    table.write_text(HEAD + "".join(rows))
    monkeypatch.setattr(metric_readers, "_TABLES", (str(table), str(tmp_path / "none")))
    assert readers_of([8080, 1]) == {"0100007F:0005", "0100007F:0006"}


def test_the_kernel_says_who_is_connected() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert readers_of([port]) == set()
        with socket.create_connection(("127.0.0.1", port)) as client:
            assert readers_of([port]) == {f"0100007F:{client.getsockname()[1]:04X}"}


def readers(monkeypatch: pytest.MonkeyPatch, *seen: set[str]) -> None:
    rest = list(seen)
    asked: list[list[int]] = []

    def found(ports: list[int]) -> set[str]:
        asked.append(ports)
        assert ports == [8080]
        return rest.pop(0) if len(rest) > 1 else rest[0]

    monkeypatch.setattr(metric_readers, "readers_of", found)


def test_nobody_is_waited_for_where_nobody_reads(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    readers(monkeypatch, set())
    wait_for_readers()
    assert clock.now == 0.0


def test_a_reader_is_waited_for_until_it_has_come_once_more(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    readers(monkeypatch, {"a"}, {"a"}, {"a"}, {"a", "b"})
    wait_for_readers()
    assert clock.now == pytest.approx(3 * 0.2 + 0.3)


def test_a_reader_that_does_not_come_again_is_not_waited_for_for_ever(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(monkeypatch, {"a"}, set())
    wait_for_readers()
    assert clock.now == pytest.approx(16.0, abs=0.3)

"""Catches: a run that waits though nobody reads its metrics, or for ever; one that does not wait for who does, or who
has read those of a Ray that was killed and has not found this one yet; a note that comes only at the end."""

import os
import socket
import threading
from pathlib import Path

import pytest

from evo.cluster import metric_readers
from evo.cluster.metric_readers import MARK, note_readers, readers_awaited, readers_of, wait_for_readers

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


class Clock:
    """Stands in for the ``time`` module."""

    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return 1e6 + self.now

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


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Where the file would be; there is none."""
    return tmp_path / MARK


def readers(monkeypatch: pytest.MonkeyPatch, *seen: set[str]) -> None:
    rest = list(seen)

    def found(ports: list[int]) -> set[str]:
        assert ports == [8080]
        return rest.pop(0) if len(rest) > 1 else rest[0]

    monkeypatch.setattr(metric_readers, "readers_of", found)


def leave(mark: Path, age_s: float) -> None:
    mark.touch()
    os.utime(mark, (1e6 - age_s, 1e6 - age_s))


@pytest.mark.parametrize("age_s", [None, 86400.0])
def test_nobody_is_waited_for_where_nobody_reads(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path, age_s: float | None
) -> None:
    readers(monkeypatch, set())
    if age_s is not None:
        leave(mark, age_s)
    wait_for_readers([8080], mark)
    assert clock.now == 0.0


def test_a_reader_is_waited_for_until_it_has_come_once_more(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    readers(monkeypatch, {"a"}, {"a"}, {"a"}, {"a", "b"})
    wait_for_readers([8080], mark)
    assert clock.now == pytest.approx(3 * 0.2 + 0.3)


def test_a_reader_that_does_not_come_again_is_not_waited_for_for_ever(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    readers(monkeypatch, {"a"}, set())
    leave(mark, 1.0)
    wait_for_readers([8080], mark)
    assert clock.now == pytest.approx(16.0, abs=0.3)
    assert mark.exists()


def test_who_has_read_another_ray_of_late_is_waited_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    """A search that is taken up again after a kill, and ends before Prometheus has found its Ray."""
    readers(monkeypatch, set(), set(), set(), {"a"})
    leave(mark, 86399.0)
    wait_for_readers([8080], mark)
    assert clock.now == pytest.approx(3 * 0.2 + 0.3)
    assert mark.exists()


def test_who_has_read_and_comes_no_more_is_waited_for_once(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    readers(monkeypatch, set())
    leave(mark, 1.0)
    wait_for_readers([8080], mark)
    assert clock.now == pytest.approx(16.0, abs=0.3)
    assert not mark.exists()
    wait_for_readers([8080], mark)
    assert clock.now == pytest.approx(16.0, abs=0.3)


class Waits(threading.Event):
    """An end that comes after so many looks; notes how long each is waited for."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks
        self.waited: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        return len(self.waited) > self._looks


@pytest.mark.parametrize(("looks", "noted"), [(2, False), (9, True)])
def test_the_first_reader_is_noted_as_it_comes(
    monkeypatch: pytest.MonkeyPatch, mark: Path, looks: int, noted: bool
) -> None:
    readers(monkeypatch, set(), set(), {"a"})
    over = Waits(looks)
    note_readers([8080], mark, over)
    assert over.waited == [2.0] * 3
    assert mark.exists() is noted


def test_a_link_in_the_files_place_is_neither_followed_nor_believed(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, mark: Path
) -> None:
    victim = mark.with_name("victim")
    mark.symlink_to(victim)
    readers(monkeypatch, {"a"})
    note_readers([8080], mark, Waits(1))
    assert (victim.exists(), mark.is_symlink(), mark.is_file()) == (False, False, True)
    mark.unlink()
    leave(victim, 1.0)
    mark.symlink_to(victim)
    readers(monkeypatch, set())
    wait_for_readers([8080], mark)
    assert clock.now == 0.0


def test_a_note_of_before_counts_anew(monkeypatch: pytest.MonkeyPatch, mark: Path) -> None:
    leave(mark, 86400.0)
    readers(monkeypatch, {"a"})
    note_readers([8080], mark, Waits(1))
    assert mark.stat().st_mtime > 1e9
    assert [path.name for path in mark.parent.iterdir()] == [MARK]


def test_a_folder_that_takes_no_file_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    readers(monkeypatch, {"a"})
    note_readers([8080], Path("/dev/null/none"), Waits(1))


def test_readers_are_noted_from_the_begin_and_waited_for_at_a_good_end(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mark: Path
) -> None:
    begun: list[tuple[list[int], Path, threading.Event]] = []
    waited: list[tuple[list[int], Path]] = []
    noted = threading.Event()

    def note(*given: tuple[list[int], Path, threading.Event]) -> None:
        begun.append(given)  # type: ignore[arg-type]
        noted.set()

    monkeypatch.setattr(metric_readers, "note_readers", note)
    monkeypatch.setattr(metric_readers, "wait_for_readers", lambda *given: waited.append(given))
    with readers_awaited(tmp_path):
        assert noted.wait(60)
        assert not begun[0][2].is_set()
    assert (begun[0][:2], waited) == (([8080], mark), [([8080], mark)])
    with pytest.raises(InterruptedError), readers_awaited(tmp_path):
        raise InterruptedError
    assert len(waited) == 1
    assert all(over.is_set() for _, _, over in begun)

"""Catches: a sign of life that cannot be read, a worker that a cluster's silence ends, one that goes without a word."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evo.cluster import pulse as module
from evo.cluster.pulse import Beat, Pulse
from tests.fake_actors import FakeNotes


@pytest.mark.parametrize(
    "beat", [Beat(1, "node", None), Beat(12, "a b", 0), Beat(3, "node", 7, leaving=True), Beat(3, "node", None, True)]
)
def test_a_beat_is_read_as_it_was_written(beat: Beat) -> None:
    assert Beat.read(beat.text()) == beat


@pytest.mark.parametrize("text", ["", "1", "one 2  node", "1 two  node"])
def test_what_is_no_beat_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Beat.read(text)


def test_a_pulse_beats_once_at_its_start_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "memory_kills", lambda: 5)
    notes = FakeNotes()
    pulse = Pulse(notes, "key")
    assert Beat.read(notes.texts["key"]) == Beat(1, os.uname().nodename, 5)
    notes.broken = True
    pulse.beat()
    notes.broken = False
    pulse.beat()
    assert Beat.read(notes.texts["key"]).count == 3


TOLD = """
import os, sys, time
from pathlib import Path
from evo.cluster.pulse import Pulse

class Notes:
    def write(self, key, text):
        Path(sys.argv[1]).write_text(text)

Pulse(Notes(), "key").start()
{said}
os.write(2, b"started\\n")
try:
    time.sleep(60)
except BaseException as error:
    os.write(2, f"raised {{error!r}}".encode())
"""
SAYS = 'print("said before", end="")'
BUSY = """
class Busy:
    def flush(self):
        raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stdout>'>")

sys.stdout, sys.stderr = Busy(), open(2, "w", closefd=False)
print("said before", end="", file=sys.stderr)
"""


def told_to_go(said: str, note: Path) -> tuple[int, str, str]:
    """Let a process say something and tell it to go; returns its code, and what came out in the end."""
    child = subprocess.Popen([sys.executable, "-c", TOLD.format(said=said), note], stdout=-1, stderr=-1, text=True)
    assert child.stderr is not None
    assert child.stderr.readline() == "started\n"
    child.send_signal(signal.SIGTERM)
    out, errors = child.communicate()
    return child.returncode, out, errors


def test_a_process_that_is_told_to_go_says_so_and_goes_without_raising(tmp_path: Path) -> None:
    note = tmp_path / "note"
    assert told_to_go(SAYS, note) == (128 + signal.SIGTERM, "said before", "")
    assert Beat.read(note.read_text()).leaving


def test_a_process_that_is_told_to_go_while_it_prints_raises_nothing(tmp_path: Path) -> None:
    assert told_to_go(BUSY, tmp_path / "note") == (128 + signal.SIGTERM, "", "said before")


def test_it_goes_on_beating_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.001)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    notes = FakeNotes()
    pulse = Pulse(notes, "key")
    pulse.start()
    while Beat.read(notes.texts["key"]).count < 5:
        pass
    pulse._leaving.set()
    for thread in threading.enumerate():
        if thread.name == "pulse":
            thread.join()
    assert Beat.read(notes.texts["key"]).leaving

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
print("said before", end="")
print("started", file=sys.stderr, flush=True)
try:
    time.sleep(60)
except BaseException as error:
    print(f"raised {error!r}")
"""


def test_a_process_that_is_told_to_go_says_so_and_goes_without_raising(tmp_path: Path) -> None:
    note = tmp_path / "note"
    child = subprocess.Popen([sys.executable, "-c", TOLD, note], stdout=-1, stderr=-1, text=True)
    assert child.stderr is not None
    assert child.stderr.readline() == "started\n"
    child.send_signal(signal.SIGTERM)
    assert child.communicate() == ("said before", "")
    assert child.returncode == 128 + signal.SIGTERM
    assert Beat.read(note.read_text()).leaving


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

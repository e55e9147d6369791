"""Catches: a state that comes back otherwise, a damaged, foreign or hostile file that ends in a traceback, a file that
is written in part."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from fitness.predictors import state_file
from fitness.predictors.base import FittedState
from fitness.predictors.state_file import pack_state, read_state, state_digest, write_state
from tasks import UsageError

NOTES = {"name": "é", "numbers": [1, 2.5, None], "nested": {"a": True}}
ARRAYS: Mapping[str, Any] = {
    "floats": np.arange(6, dtype=np.float32).reshape(2, 3).T,  # not contiguous
    "ints": np.array([1, -2]),
    "one": np.array(2.5),
    "none": np.zeros((0, 3)),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a state, in a folder that had to be made."""
    written = tmp_path / "fits" / "a.safetensors"
    write_state(written, FittedState(ARRAYS, NOTES))
    return written


def test_what_is_written_is_read(path: Path) -> None:
    state = read_state(path)
    assert state.notes == NOTES
    assert set(state.arrays) == set(ARRAYS)
    for name, values in ARRAYS.items():
        assert (state.arrays[name].dtype, state.arrays[name].shape) == (values.dtype, values.shape)
        assert np.array_equal(state.arrays[name], values)
    assert [each.name for each in path.parent.iterdir()] == ["a.safetensors"]


def test_a_file_whose_members_are_no_digests_is_damaged(tmp_path: Path) -> None:
    write_state(tmp_path / "a", FittedState({"learnt_members": np.zeros(3)}, {}))
    with pytest.raises(UsageError, match=r"a: is damaged, or no saved predictor \(learnt_members are float64 \(3,\)"):
        read_state(tmp_path / "a")


def test_equal_states_are_equal_files_and_have_a_digest(path: Path) -> None:
    turned = FittedState(dict(reversed(ARRAYS.items())), dict(reversed(NOTES.items())))
    assert pack_state(turned) == path.read_bytes()
    before = state_digest(path)
    assert len(before) == 16
    write_state(path, FittedState(ARRAYS, {**NOTES, "name": "e"}))
    assert state_digest(path) != before


OWN = {"selfnas.predictor": "{}"}


def header(values: object, tail: bytes = b"") -> bytes:
    text = json.dumps(values).encode()
    return len(text).to_bytes(8, "little") + text + tail


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no such thing at all",
        pack_state(FittedState(ARRAYS, NOTES))[:-1],
        save({"a": np.zeros(1)}),  # of somebody else
        save({"a": np.zeros(1)}, {"selfnas.predictor": "[]"}),
        save({"a": np.zeros(1)}, {"selfnas.predictor": "{"}),
        save({"a": np.zeros(1)}, {"selfnas.predictor": "[" * 100_000}),
        save({"a": np.array([1.0, np.nan])}, OWN),
        header({"__metadata__": OWN, "a": {"dtype": "X", "shape": [], "data_offsets": [0, 0]}}),
        header({"__metadata__": OWN, "a": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}, b"12"),
        (1 << 62).to_bytes(8, "little"),
    ],
    ids=range(11),
)
def test_a_damaged_or_foreign_file_is_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_state(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: is damaged, or no saved predictor (")
    assert ("\n" in said, len(said) < 500) == (False, True)


@pytest.mark.parametrize("read", [read_state, state_digest])
def test_what_cannot_be_read_is_one_line(path: Path, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(path.parent / "pipe")
    for file, words in (("absent", "No such file"), ("pipe", "is no plain file"), (".", "is a folder")):
        with pytest.raises(UsageError, match=f"cannot be read.*{words}.*name the file of a saved predictor"):
            read(path.parent / file)
    monkeypatch.setattr(state_file, "MOST_STATE_BYTES", 10)
    with pytest.raises(UsageError, match="at most 10 are read"):
        read(path)


def test_a_killed_or_refused_writer_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def refuse(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UsageError, match=r"cannot be written: .*No space left"):
        write_state(path, FittedState({}, {}))
    assert path.read_bytes() == before


@pytest.mark.parametrize("bad", [float("nan"), {1, 2}, np.float32(1)])
def test_notes_are_json(tmp_path: Path, bad: object) -> None:
    with pytest.raises(ValueError, match=r"JSON"):
        write_state(tmp_path / "a", FittedState({}, {"a": bad}))
    assert not (tmp_path / "a").exists()

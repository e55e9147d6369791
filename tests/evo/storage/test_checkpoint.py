"""Catches: a state that does not come back as it was; a file that is half-written when the process dies; a damaged file
that is taken, or told of in a traceback.
"""

import json
import math
from pathlib import Path

import pytest
import torch

from evo.storage.checkpoint import _HEADER, Progress, pack, path_of, read, read_progress, unpack, write
from tasks.foundation.errors import UsageError

PROGRESS = Progress(
    epochs=2,
    rows=({"epoch": 0, "loss": 0.1 + 0.2}, {"epoch": 1, "loss": 1e-300}),
    memory={"frozen": [1, None]},
    derived="|a~0|",
    choices={"cell": ("skip", None, "conv")},
    rewinds=(10, 16),
    past={"10": {"frozen": [1]}},
)
TENSORS = {"a": torch.arange(6.0).reshape(2, 3).t(), "b": torch.tensor(math.pi, dtype=torch.float64)}


def test_everything_comes_back() -> None:
    tensors, progress = unpack(pack(TENSORS, PROGRESS))
    assert progress == PROGRESS
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], value) for name, value in TENSORS.items())
    assert tensors["b"].dtype == torch.float64


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    assert read(tmp_path, 3) is None
    assert read_progress(tmp_path, 3) == Progress()
    write(tmp_path, 3, pack(TENSORS, Progress()))
    write(tmp_path, 3, pack(TENSORS, PROGRESS))
    assert read_progress(tmp_path, 3) == PROGRESS
    assert [path.name for path in path_of(tmp_path, 3).parent.iterdir()] == ["seed-3.safetensors"]


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_a_damaged_file_is_told_of_in_one_line(tmp_path: Path, kept: int) -> None:
    write(tmp_path, 0, pack(TENSORS, PROGRESS)[:kept])
    with pytest.raises(UsageError, match=r"seed-0\.safetensors: is damaged .*; take it away") as caught:
        read(tmp_path, 0)
    assert "\n" not in str(caught.value)


def test_a_file_that_holds_something_else_is_told_of_too(tmp_path: Path) -> None:
    text = json.dumps({"epochs": 1, "choices": ["skip"]})
    head = json.dumps({"__metadata__": {_HEADER: text}}).encode()
    path = path_of(tmp_path, 0)
    path.parent.mkdir()
    path.write_bytes(len(head).to_bytes(8, "little") + head)
    for reading in (read, read_progress):
        with pytest.raises(UsageError, match=r"seed-0\.safetensors: is damaged .*; take it away"):
            reading(tmp_path, 0)

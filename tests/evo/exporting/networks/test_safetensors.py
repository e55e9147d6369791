"""Catches: tensors that are read otherwise than they were written, a damaged or foreign file that gives some anyway."""

import json
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import save, save_file

from evo.exporting.networks.safetensors import read_safetensors


def test_tensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    given = {
        "weight": torch.randn(3, 2, 5),
        "count": torch.tensor(7),
        "half": torch.randn(4).half(),
        "brain": torch.randn(2, 2).bfloat16(),
        "empty": torch.zeros(0, 3),
    }
    save_file(given, tmp_path / "w", {"some": "metadata"})
    found = read_safetensors(tmp_path / "w")
    assert found.keys() == given.keys()
    for name, value in given.items():
        assert found[name].dtype is value.dtype
        assert torch.equal(found[name], value)


def file_of(header: object, data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no safetensors file"),
        (b"\xff" * 20, "no safetensors file"),
        (file_of([], b""), "does not describe tensors"),
        (file_of({"w": {"dtype": "F32", "shape": [1]}}, b"0000"), "does not describe tensors"),
        (
            file_of({"w": {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]}}, b"0" * 8),
            "w is of type C64, not of F32",
        ),
        (file_of({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"0000"), "4 bytes, not those of"),
        (file_of({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"0000"), "is not in the file"),
        (file_of({"w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, b"0000"), "is not in the file"),
        (file_of({"w": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}, b"0000"), "is not in the file"),
        (file_of({"w": {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}}, b"0000"), "is not in the file"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_safetensors(tmp_path / "w")


def test_a_file_that_is_cut_off_or_changed_gives_no_error_but_valueerror(tmp_path: Path) -> None:
    whole, chance = save({"a": torch.ones(4), "b": torch.ones(2, 2)}), random.Random(0)
    for _ in range(200):
        content = bytearray(whole[: chance.randrange(len(whole) + 1)])
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
        (tmp_path / "w").write_bytes(content)
        try:
            found = read_safetensors(tmp_path / "w")
        except ValueError:
            continue
        assert all(value.numel() <= 4 for value in found.values())

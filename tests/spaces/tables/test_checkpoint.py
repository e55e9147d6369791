"""Catches: a checkpoint of either form that torch writes not understood, a cut that goes unnoticed."""

import io
import pickle
import zipfile
from typing import Any

import pytest
import torch

from spaces.tables.checkpoint import load_checkpoint, load_to_end
from tests.published_files import nasbench201_tree

WEIGHTS = {"stem.weight": torch.ones(16, 3, 3, 3), "steps": torch.tensor(3), "mask": torch.tensor([True, False])}


def saved(tree: Any, new: bool) -> bytes:
    stream = io.BytesIO()
    torch.save(tree, stream, _use_new_zipfile_serialization=new)
    return stream.getvalue()


@pytest.mark.parametrize("new", [True, False])
def test_what_torch_saves_is_read(new: bool) -> None:
    found = load_checkpoint(io.BytesIO(saved(nasbench201_tree(WEIGHTS), new)))
    run = found["arch2infos"][1]["full"]["all_results"]["cifar10", 888]
    assert run["eval_acc1es"] == {"ori-test@199": 91.2}
    assert list(run["net_state_dict"]) == list(WEIGHTS)
    assert sorted(found["evaluated_indexes"]) == [0, 1]


@pytest.mark.parametrize("new", [True, False])
def test_every_cut_is_noticed(new: bool) -> None:
    data = saved({"a": [1, 2.5], "w": WEIGHTS}, new)
    for length in range(0, len(data), 5):
        with pytest.raises((ValueError, EOFError, zipfile.BadZipFile)):
            load_checkpoint(io.BytesIO(data[:length]))


def test_bytes_behind_an_old_checkpoint_are_noticed() -> None:
    with pytest.raises(ValueError, match=r"bytes of tensors should follow"):
        load_checkpoint(io.BytesIO(saved(WEIGHTS, False) + b"x"))


def test_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="does not start with torch's magic number"):
        load_checkpoint(io.BytesIO(pickle.dumps({"a": 1})))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme", "x")
    stream.seek(0)
    with pytest.raises(ValueError, match=r"a zip archive with 0 files data\.pkl"):
        load_checkpoint(stream)


def test_more_behind_a_pickle_is_noticed() -> None:
    assert load_to_end(io.BytesIO(pickle.dumps([1]))) == [1]
    with pytest.raises(ValueError, match="goes on behind the end"):
        load_to_end(io.BytesIO(pickle.dumps([1]) + b"x"))

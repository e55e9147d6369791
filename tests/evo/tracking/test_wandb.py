"""Catches: a run that needs a server, or is another one once it was gone on with; numbers that are not those of the
log, or doubled. Read from the files of the offline run, by wandb's own records."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from evo.tracking.wandb import WeightsAndBiases
from tests.evo.tracking.trackers import logged, searched

pytest.importorskip("wandb", reason="wandb is not installed (extra: trackers)")

_BLOCK, _HEADER = 32_768, 7


def records(path: Path) -> Iterator[bytes]:
    """Yield what a file of wandb holds: a log in blocks, as LevelDB has them, after a header."""
    content, place, whole = path.read_bytes(), _HEADER, b""
    while place + _HEADER <= len(content):
        if _BLOCK - place % _BLOCK < _HEADER:
            place += _BLOCK - place % _BLOCK
            continue
        _, length, kind = struct.unpack_from("<IHB", content, place)
        whole += content[place + _HEADER : place + _HEADER + length]
        place += _HEADER + length
        if kind in (1, 4):  # whole, or the last part
            yield whole
            whole = b""


def test_two_processes_of_a_run_are_parts_of_one_run(tmp_path: Path) -> None:
    from wandb.proto import wandb_internal_pb2

    searched(tmp_path / "run", 5, [WeightsAndBiases(folder=str(tmp_path))])
    run = searched(tmp_path / "run", 12, [WeightsAndBiases(folder=str(tmp_path))])
    found, names = [], set()
    for path in tmp_path.glob("wandb/offline-run-*/*.wandb"):
        for content in records(path):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(content)
            if record.WhichOneof("record_type") == "run":
                names.add(record.run.run_id)
            values = {item.key or "/".join(item.nested_key): item.value_json for item in record.history.item}
            if "fitness" in values:
                found.append((json.loads(values["step"]), json.loads(values["fitness"])))
    assert len(names) == 1
    assert sorted(found) == logged(run)

"""Reads NAS-Bench-101's results (Ying et al., NAS-Bench-101: Towards Reproducible Neural Architecture Search, 2019).

A TFRecord is the JSON list ``[module hash, epochs, flat adjacency matrix, operations joined by commas, metrics]`` with
the metrics as base64 of a protobuf message. Each of 423,624 architectures was trained three times for 4, 12, 36 and
108 epochs (``nasbench_full``, 2 GB) or for 108 (``nasbench_only108``). Samples are passed on as Parquet files with the
adjacency matrix and the operations as JSON in the columns ``matrix`` and ``ops``.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spaces.tables.archive import readable
from spaces.tables.candidates import nasbench101_encoder, nasbench101_json_encoder
from spaces.tables.model_metrics import EvaluationData, parse_evaluation, parse_model_metrics
from spaces.tables.own_sizes import nasbench101_sizes
from spaces.tables.parquet_rows import RowForm, is_parquet, read_parquet_rows
from spaces.tables.published import ImportRequest, Published, PublishedRun
from spaces.tables.table_info import TableInfo
from spaces.tables.tfrecord import tfrecords
from tasks.foundation.errors import UsageError, first_line

EPOCHS = (108, 36, 12, 4)
_PARTS = ("test", "valid", "train")
UNITS = {
    **{f"{part}_e{epochs}": "fraction correct, mean of runs" for part in _PARTS for epochs in EPOCHS},
    **{f"seconds_e{epochs}": "s of training, mean of runs" for epochs in EPOCHS},
    "params": "count",
}
SAMPLE = RowForm(("matrix", "ops"))
_FINAL = 2  # of the evaluations at the start, halfway and at the end
_SOURCE = "NAS-Bench-101, Ying et al., 2019 (google-research/nasbench)"


def read(request: ImportRequest) -> Published:
    """Return the runs of all architectures, or of a Parquet sample; raises UsageError where there is no such space."""
    space = request.space or "nasbench101"
    info = TableInfo(space, f"{_SOURCE}: {request.path.name}", "Apache-2.0", UNITS)
    if is_parquet(request.path):
        sample = read_parquet_rows(request, info, nasbench101_json_encoder(space), SAMPLE)
        return replace(sample, sizes=nasbench101_sizes(space))
    return Published(info, nasbench101_encoder(space), _records(request), nasbench101_sizes(space))


def _records(request: ImportRequest) -> Iterator[PublishedRun]:
    with readable(request.path, "a TFRecord file"), request.open() as stream:
        for number, data in enumerate(tfrecords(stream), start=1):
            place = f"record {number}"
            try:
                yield _record(place, json.loads(data))
            except (ValueError, RecursionError) as error:
                said = f"{place} is none of NAS-Bench-101: {first_line(error)}"
                raise UsageError(f"{request.path}: {said}") from error


def _record(place: str, fields: Any) -> PublishedRun:
    if not isinstance(fields, list) or [type(field) for field in fields] != [str, int, str, str, str]:
        raise ValueError("a list of hash, epochs, adjacency, operations and metrics was expected")
    _, epochs, adjacency, operations, encoded = fields
    if epochs not in EPOCHS:
        raise ValueError(f"trained for {epochs} epochs; expected {', '.join(map(str, EPOCHS))}")
    metrics = parse_model_metrics(base64.b64decode(encoded))
    if len(metrics.evaluations) <= _FINAL:
        raise ValueError(f"{len(metrics.evaluations)} evaluations; expected start, halfway and end")
    values = {**_values(parse_evaluation(metrics.evaluations[_FINAL]), epochs), "params": metrics.parameters}
    return PublishedRun(place, (adjacency, operations), values)


def _values(final: EvaluationData, epochs: int) -> dict[str, float]:
    return {
        f"test_e{epochs}": final.test,
        f"valid_e{epochs}": final.valid,
        f"train_e{epochs}": final.train,
        f"seconds_e{epochs}": final.seconds,
    }

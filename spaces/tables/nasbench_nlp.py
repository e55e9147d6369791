"""Reads the training logs of NAS-Bench-NLP (Klyuchnikov et al., NAS-Bench-NLP, 2020).

One JSON file per run: ``recepie`` (the cell as JSON text; the benchmark's spelling), ``status`` ("OK" or what went
wrong), ``num_params``, and per epoch ``val_losses`` and ``test_losses``. Samples are passed on as Parquet files with
these as columns.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spaces.tables.archive import json_members, opened, readable
from spaces.tables.candidates import nasbench_nlp_encoder
from spaces.tables.json_records import number_of
from spaces.tables.parquet_rows import RowForm, is_parquet, least_number, read_parquet_rows
from spaces.tables.published import ImportRequest, OwnSizes, Published, PublishedRun
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError, first_line

_LOSS = "nats per word, least of all epochs"
UNITS = {
    "val_loss": _LOSS,
    "test_loss": _LOSS,
    "params": "count",
    "status_ok": "1 where training went to its end, else 0",
}
SAMPLE = RowForm(("recepie",), {"train_losses": "train_loss", "val_losses": "val_loss", "test_losses": "test_loss"})
SIZES = OwnSizes(("params", "num_params"))  # with an embedding of words, which the space does not build
_SOURCE = "NAS-Bench-NLP, Klyuchnikov et al., 2020 (fmsnew/nas-bench-nlp-release)"
_MOST_LOG_BYTES = 1 << 24
_WHAT = "a zip archive of JSON logs"


def read(request: ImportRequest) -> Published:
    """Return the runs of a folder or a zip archive of logs, or of a sample in Parquet.

    Raises UsageError where there is no such space.
    """
    space = request.space or "nasbench_nlp"
    info = TableInfo(space, f"{_SOURCE}: {request.path.name}", "Apache-2.0", UNITS)
    if is_parquet(request.path):
        known = replace(info, units={**UNITS, "train_loss": _LOSS})
        return replace(read_parquet_rows(request, known, nasbench_nlp_encoder(space), SAMPLE), sizes=SIZES)
    logs = _logs_of_folder(request) if request.path.is_dir() else _logs_of_archive(request)
    return Published(info, nasbench_nlp_encoder(space), _records(request, logs), SIZES)


def _logs_of_folder(request: ImportRequest) -> Iterator[tuple[str, bytes]]:
    paths = sorted(path for path in request.path.iterdir() if path.suffix == ".json" and path.is_file())
    for number, path in enumerate(paths, start=1):
        with readable(path, "a log"), path.open("rb") as stream:
            yield path.name, stream.read(_MOST_LOG_BYTES)
        request.watch(number / len(paths))


def _logs_of_archive(request: ImportRequest) -> Iterator[tuple[str, bytes]]:
    with readable(request.path, _WHAT), request.open() as stream, zipfile.ZipFile(stream) as archive:
        for name in json_members(archive):
            with opened(archive, name) as inner:
                yield name, inner.read(_MOST_LOG_BYTES)


def _records(request: ImportRequest, logs: Iterator[tuple[str, bytes]]) -> Iterator[PublishedRun]:
    found = False
    for name, text in logs:
        found = True
        try:
            yield _record(name, json.loads(text))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{request.path}: {name} is no log of NAS-Bench-NLP: {first_line(error)}") from error
    if not found:
        raise UsageError(f"{request.path}: holds no JSON file")


def _record(name: str, log: Any) -> PublishedRun:
    if not isinstance(log, dict) or not isinstance(log.get("recepie"), str):
        raise ValueError("an object with the text 'recepie' was expected")
    values = {
        "val_loss": _least(log, "val_losses"),
        "test_loss": _least(log, "test_losses"),
        "params": number_of("num_params", log.get("num_params")),
        "status_ok": float(log.get("status") == "OK"),
    }
    return PublishedRun(name, (log["recepie"],), values)


def _least(log: dict[str, Any], name: str) -> float:
    """Return the least number of a list, NaN where there is none: training may fail in its first epoch."""
    if not isinstance(log.get(name), list):
        raise ValueError(f"no list {name!r}")
    return least_number(number_of(name, loss) for loss in log[name])

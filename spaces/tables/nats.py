"""Reads the results of NATS-Bench's topology space, which is NAS-Bench-201's (Dong et al., NATS-Bench, 2021).

Either one pickle compressed by bzip2, or a folder with one for each architecture, ``000000.pickle.pbz2`` and so on,
and ``meta.pickle.pbz2``, which is not needed.
"""

import bz2
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from spaces.tables.archive import readable
from spaces.tables.candidates import nasbench201_encoder
from spaces.tables.checkpoint import load_to_end
from spaces.tables.own_sizes import nasbench201_sizes
from spaces.tables.published import ImportRequest, Published, PublishedRun
from spaces.tables.table_info import TableInfo
from spaces.tables.trial_results import UNITS, records_of, records_of_all
from tasks.foundation.errors import UsageError

_SOURCE = "NATS-Bench, topology space, Dong et al., 2021 (D-X-Y/NATS-Bench)"
_ENDING = ".pickle.pbz2"
_WHAT = "a pickle of NATS-Bench compressed by bzip2"


def read(request: ImportRequest) -> Published:
    """Return the runs of all architectures; raises UsageError where there is no such space."""
    space = request.space or "nasbench201"
    info = TableInfo(space, f"{_SOURCE}: {request.path.name}", "MIT", UNITS)
    records = _records_of_folder(request) if request.path.is_dir() else _records_of_file(request)
    return Published(info, nasbench201_encoder(space), records, nasbench201_sizes(space))


def _records_of_file(request: ImportRequest) -> Iterator[PublishedRun]:
    with readable(request.path, _WHAT), request.open() as stream:
        yield from records_of_all(_load(stream))


def _records_of_folder(request: ImportRequest) -> Iterator[PublishedRun]:
    paths = sorted(path for path in request.path.glob(f"*{_ENDING}") if _stem(path).isdecimal())
    if not paths:
        raise UsageError(f"{request.path}: holds no file NUMBER{_ENDING}")
    for number, path in enumerate(paths, start=1):
        with readable(path, _WHAT), path.open("rb") as stream:
            yield from records_of(f"architecture {int(_stem(path))}", _load(stream))
        request.watch(number / len(paths))


def _stem(path: Path) -> str:
    return path.name.removesuffix(_ENDING)


def _load(stream: BinaryIO) -> Any:
    with bz2.BZ2File(stream) as unpacked:
        return load_to_end(io.BufferedReader(unpacked))

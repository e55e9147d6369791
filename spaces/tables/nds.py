"""Reads the records of the NDS study (Radosavovic et al., On Network Design Spaces for Visual Recognition, 2019).

``data.zip`` holds one JSON file per sweep, e.g. ``ResNet.json``: a list of records, or ``{"top": [...], "mid": [...]}``
for ImageNet. A record has ``net``, the network's description, ``params``, ``flops``, and ``test_ep_top1``: the test
error in % after each epoch.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from math import isnan, nan
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from spaces.tables.archive import is_zip, json_members, opened, readable
from spaces.tables.candidates import nds_encoder
from spaces.tables.json_records import json_records, number_of
from spaces.tables.own_sizes import nds_sizes
from spaces.tables.published import ImportRequest, Published, PublishedRun
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError, first_line

UNITS = {
    "test_accuracy": "% after the last epoch",
    "test_accuracy_best": "% at the best epoch",
    "test_error": "% after the last epoch",
    "test_error_best": "% at the best epoch",
    "params": "count",
    "flops": "as published: multiply-adds, the classifier's biases and 5 per element that is normalised",
    "width": "channels of the first cells",
    "depth": "cells",
}
SPACES_OF_SWEEPS = {
    "Amoeba": "nds_amoeba",
    "DARTS": "nds_darts",
    "ENAS": "nds_enas",
    "NASNet": "nds_nasnet",
    "PNAS": "nds_pnas",
    "ResNet": "nds_resnet",
    "ResNeXt-A": "nds_resnext_a",
    "ResNeXt-B": "nds_resnext_b",
    "Vanilla": "nds_vanilla",
}
_SUFFIXES = {"fix-w-d": "_f", "in": "_in"}  # of a sweep's name, and of the space's: fixed size, ImageNet
_WHAT = "NDS records"


def read(request: ImportRequest) -> Published:
    """Return one sweep; raises UsageError where the file holds none, or several and the request names no member."""
    with readable(request.path, _WHAT), request.open() as stream:
        member = _member(request, stream) if is_zip(stream) else None
    if member is None and request.member is not None:
        raise UsageError(f"{request.path}: --member {request.member} is for a zip archive, which this is not")
    sweep = PurePosixPath(member).stem if member else request.path.stem
    space = request.space or _space_of(sweep)
    source = f"NDS, Radosavovic et al., 2019 (facebookresearch/nds): {sweep}.json"
    info = TableInfo(space, source, "MIT", UNITS)
    return Published(info, nds_encoder(space), _records(request, member), nds_sizes(space))


def _space_of(sweep: str) -> str:
    family, *traits = sweep.split("_")
    if family not in SPACES_OF_SWEEPS:
        known = ", ".join(SPACES_OF_SWEEPS)
        raise UsageError(f"which space sweep {sweep!r} samples is unknown; name it by --space (known sweeps: {known})")
    return SPACES_OF_SWEEPS[family] + "".join(suffix for trait, suffix in _SUFFIXES.items() if trait in traits)


def _member(request: ImportRequest, stream: BinaryIO) -> str:
    with zipfile.ZipFile(stream) as archive:
        members = {PurePosixPath(name).stem: name for name in json_members(archive)}
    if not members:
        raise UsageError(f"{request.path}: the archive holds no JSON file")
    listing = f"it holds {', '.join(members)}"
    if request.member is None and len(members) > 1:
        raise UsageError(f"{request.path}: --member says which sweep to read; {listing}")
    wanted = next(iter(members)) if request.member is None else PurePosixPath(request.member).name.removesuffix(".json")
    if wanted not in members:
        nearest = get_close_matches(wanted, members, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise UsageError(f"{request.path}: no member {request.member!r}{hint} {listing}")
    return members[wanted]


def _records(request: ImportRequest, member: str | None) -> Iterator[PublishedRun]:
    with readable(request.path, _WHAT), request.open() as stream:
        if member is None:
            yield from _records_of(request, stream)
            return
        with zipfile.ZipFile(stream) as archive, opened(archive, member) as inner:
            yield from _records_of(request, inner)


def _records_of(request: ImportRequest, stream: Any) -> Iterator[PublishedRun]:
    for number, record in enumerate(json_records(io.TextIOWrapper(stream, encoding="utf-8")), start=1):
        place = f"record {number}"
        try:
            yield PublishedRun(place, (_field(record, "net", dict),), _values(record))
        except ValueError as error:
            raise UsageError(f"{request.path}: {place} is no NDS record: {first_line(error)}") from error


def _values(record: Mapping[str, Any]) -> dict[str, float]:
    errors = [number_of("test_ep_top1", error) for error in _field(record, "test_ep_top1", list)]
    last = errors[-1] if errors else nan
    best = min((error for error in errors if not isnan(error)), default=nan)
    return {
        "test_accuracy": 100 - last,
        "test_accuracy_best": 100 - best,
        "test_error": last,
        "test_error_best": best,
        "params": number_of("params", record.get("params")),
        "flops": number_of("flops", record.get("flops")),
        **{name: number_of(name, record["net"][name]) for name in ("width", "depth") if name in record["net"]},
    }


def _field(record: Any, name: str, kind: type) -> Any:
    if not isinstance(record, dict):
        raise ValueError(f"an object was expected, not {type(record).__name__}")
    if not isinstance(record.get(name), kind):
        raise ValueError(f"no {name!r}" if name not in record else f"{name!r} is no {kind.__name__}")
    return record[name]

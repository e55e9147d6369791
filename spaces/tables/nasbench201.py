"""Reads NAS-Bench-201's results (Dong and Yang, NAS-Bench-201, 2020): one pickle written by ``torch.save``, 4.7 GB."""

from collections.abc import Iterator

from spaces.tables.archive import readable
from spaces.tables.candidates import nasbench201_encoder
from spaces.tables.checkpoint import load_checkpoint
from spaces.tables.own_sizes import nasbench201_sizes
from spaces.tables.published import ImportRequest, Published, PublishedRun
from spaces.tables.table_info import TableInfo
from spaces.tables.trial_results import UNITS, records_of_all

_SOURCE = "NAS-Bench-201, Dong and Yang, 2020 (D-X-Y/NAS-Bench-201)"


def read(request: ImportRequest) -> Published:
    """Return the runs of all architectures; raises UsageError where there is no such space."""
    space = request.space or "nasbench201"
    info = TableInfo(space, f"{_SOURCE}: {request.path.name}", "MIT", UNITS)
    return Published(info, nasbench201_encoder(space), _records(request), nasbench201_sizes(space))


def _records(request: ImportRequest) -> Iterator[PublishedRun]:
    with readable(request.path, "a checkpoint of NAS-Bench-201"), request.open() as stream:
        yield from records_of_all(load_checkpoint(stream))

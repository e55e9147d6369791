"""The published benchmark files that can be read, by name."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from spaces.tables.published import ImportRequest, Published

Reader = Callable[[ImportRequest], Published]


@dataclass(frozen=True)
class Kind:
    """One published format.

    module: of ``spaces.tables``, whose ``read`` reads it
    file: what the user names
    pickled: whether it is published as a pickle alone, which the user must say to trust
    members: whether an archive may hold several tables
    """

    module: str
    file: str
    pickled: bool = False
    members: bool = False

    def reader(self) -> Reader:
        """Return the function that reads such a file, imported now."""
        reader: Reader = importlib.import_module(f"spaces.tables.{self.module}").read
        return reader


KINDS = {
    "nds": Kind("nds", "data.zip or one of its JSON files", members=True),
    "nasbench101": Kind("nasbench101", "nasbench_full.tfrecord, nasbench_only108.tfrecord, Parquet with matrix, ops"),
    "nasbench201": Kind("nasbench201", "NAS-Bench-201-v1_1-096897.pth", pickled=True),
    "nats": Kind("nats", "NATS-tss-v1_0-3ffb9.pickle.pbz2, or the folder NATS-tss-v1_0-3ffb9-simple", pickled=True),
    "nasbench_nlp": Kind("nasbench_nlp", "logs.zip of train_logs_single_run, its folder, Parquet with recepie"),
}

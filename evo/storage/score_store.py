"""Scores of candidates that later references, correlations and leaderboards find again: a folder of Parquet files.

A file holds what one fitness says of candidates of one space on the same images with the same seed, and is named by
the digest of all these. One seed gives the same scores by one version of selfnas and of torch alone, and on one kind of
device in one precision, so that other scores are left where they are, and the file of these stands beside them. Writers
share a folder without a lock: a file is always whole, and who loses a race loses scores that can be had again.
"""

import hashlib
import json
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evo.records.config import SearchConfig
from evo.records.requests import NOWHERE
from evo.records.resources import Resources
from evo.records.trial import Outcome, Status
from evo.storage.kept_outcomes import logged_outcome
from evo.storage.later_columns import filled, later_field
from evo.storage.passing_failures import has_passing_cause
from evo.storage.plain_names import plain
from evo.storage.provenance import provenance, versions_of
from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.errors import bounded, first_line
from tasks.foundation.plain_files import check_plain
from tasks.foundation.plugin_texts import parse_plugin
from tasks.foundation.whole_files import replacing

logger = logging.getLogger(__name__)

SCHEMA = pa.schema(
    [
        pa.field("candidate", pa.string(), nullable=False),
        pa.field("seed", pa.int64(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        ("fitness", pa.float64()),
        ("metrics", pa.map_(pa.string(), pa.float64())),
        ("params", pa.int64()),
        ("macs", pa.int64()),
        ("error", pa.string()),
        ("build_s", pa.float64()),
        ("evaluate_s", pa.float64()),
        later_field("cpu_s", pa.float64(), since=2),
        later_field("processor", pa.string(), since=2),
    ]
)
"""As in a run's log; ``seed``: that of the candidate's evaluation."""
COLUMNS: list[str] = SCHEMA.names
KEPT = frozenset({Status.COMPLETED, Status.FAILED})
"""How a trial ended whose outcome is a function of its configuration, and not of the machine or the hour.

Failures of files and GPUs are not, either: see ``passing_failures``.
"""
BESIDE = "scores"
"""Name of the folder beside those of correlations."""
MOST_ROWS = 2_000_000
MOST_BYTES = 1 << 30
_UNREADABLE = (OSError, ValueError, pa.ArrowException)
_DETERMINED_BY = ("space", "fitness", "data", "data_identity", "seed", "reference_size")
_MEASURED = ("build_s", "evaluate_s", "cpu_s", "processor")
_SCORES = b"selfnas.scores"
_MADE_BY = b"selfnas.made_by"
_COMPUTED, _ON = "computed", ("device", "precision")
_GPU = "cuda"
VERSIONS = ("selfnas", "torch")
"""By which scores are told apart."""

Key = tuple[str, int]
"""A candidate's text and the seed of its evaluation."""
NO_SCORES: Mapping[Key, Outcome] = MappingProxyType({})


class ScoreStore:
    """A folder of scores; it is made by the first that are added."""

    def __init__(self, folder: Path, *, gpu: bool | None = None) -> None:
        """Name the folder; nothing is touched yet.

        gpu: whether scores are computed on one; None: as this process would
        """
        self.folder = folder
        self._gpu = gpu
        self._noted: set[str] = set()

    def computed_on(self, resources: Resources) -> "ScoreStore":
        """Return the scores that were computed as a search on these resources would."""
        if not resources.workers:
            return self
        store = ScoreStore(self.folder, gpu=resources.gpus_each > 0)
        store._noted = self._noted
        return store

    def known(self, config: SearchConfig) -> Mapping[Key, Outcome]:
        """Return what is known of candidates scored by a configuration, by text and seed of the evaluation.

        Nothing where a plug-in is not selfnas' own; what is damaged, foreign, or of other versions or another device is
        ignored, and a note says so.
        """
        if not is_kept(config):
            return {}
        self._note_others(config)
        try:
            rows = self._rows(config)
        except _UNREADABLE as error:
            self._note(f"note: {self.path(config)} is not used: {first_line(error)[:200]}")
            rows = []
        return {(row["candidate"], row["seed"]): _outcome(row) for row in rows}

    def add(self, config: SearchConfig, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of a run of this configuration, each with ``COLUMNS``; what says nothing lasting is left out.

        What is there already stays. A folder that cannot be written is noted, and the scores are not kept.
        """
        new = [{name: row[name] for name in COLUMNS} for row in rows if _lasts(row)]
        if not new or not is_kept(config):
            return
        before: list[dict[str, Any]] = []
        with suppress(*_UNREADABLE):
            before = self._rows(config)
        merged = {(row["candidate"], row["seed"]): row for row in (*new, *before)}
        if len(merged) == len(before):
            return
        try:
            self._write(config, list(merged.values()))
        except (OSError, ValueError) as error:  # ValueError: a null byte in the folder's name
            logger.warning("note: %s: scores cannot be kept there (%s)", self.folder, first_line(error))

    def path(self, config: SearchConfig) -> Path:
        """Return the file of a configuration's scores by these versions, on this kind of device."""
        path, ours = self._first_path(config), _made_here(self._gpu)
        if not _other_makers(path, ours):
            return path
        return path.with_stem(f"{path.stem}-{plain(_said(ours))}")

    def _first_path(self, config: SearchConfig) -> Path:
        """Return the file of a configuration's scores by whichever versions and device were first."""
        return self.folder / f"{hashlib.sha256(_identity(config)).hexdigest()[:32]}.parquet"

    def _note_others(self, config: SearchConfig) -> None:
        """Say where there are scores by other versions, or of another device, alone."""
        path, ours = self._first_path(config), _made_here(self._gpu)
        others = _other_makers(path, ours)
        if others and not self.path(config).exists():
            self._note(f"note: {path} is not used: its scores are of {_said(others)}, and this is {_said(ours)}")

    def _note(self, said: str) -> None:
        """Warn, of the same thing once."""
        if said not in self._noted:
            self._noted.add(said)
            logger.warning("%s", said)

    def _rows(self, config: SearchConfig) -> list[dict[str, Any]]:
        """Return the rows of a configuration's file, none where it is missing; raises ``_UNREADABLE``."""
        try:
            return _checked_rows(self.path(config), _identity(config))
        except FileNotFoundError:
            return []

    def _write(self, config: SearchConfig, rows: Sequence[Mapping[str, Any]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        ours = _made_here(self._gpu)
        computed = {name: ours[name] for name in _ON}
        made_by = {**provenance(), _COMPUTED: computed}
        about = {_SCORES: _identity(config), _MADE_BY: json.dumps(made_by).encode()}
        table = pa.Table.from_pylist(list(rows), schema=SCHEMA.with_metadata(about))
        with replacing(self.path(config), shared=True) as aside:
            pq.write_table(table, aside, compression="zstd")


def _outcome(row: Mapping[str, Any]) -> Outcome:
    """Return what a row says became of its candidate, how long that took when it was scored, and what computed it."""
    measured = {name: row[name] for name in _MEASURED}
    return replace(logged_outcome(row), **measured)


def named_store(given: Path | None, default: Path) -> ScoreStore | None:
    """Return the store that a caller names, that in the default folder where none is named; None for ``none``."""
    return None if given == Path(NOWHERE) else ScoreStore(given or default)


def is_kept(config: SearchConfig) -> bool:
    """Return whether scores of a configuration are kept at all: where every name and option in it lasts.

    What a plug-in of somebody's own computes, an installed one too, or a file in an option holds, may be another thing
    tomorrow.
    """
    named = [part for choice in (config.space, config.fitness) for part in (choice.name, choice.options)]
    texts = set(_texts(named))
    foreign = any(":" in text or text.startswith("/") for text in texts) or not texts.isdisjoint(_installed())
    return not foreign and not config.objects and _is_builtin_data(config.data)


def _texts(value: object) -> Iterator[str]:
    """Yield the texts within names and options."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _installed() -> set[str]:
    """Return the names of spaces, fitnesses and objectives of other distributions."""
    from fitness import FITNESSES  # torch comes with it
    from spaces import SPACES

    return {name for table in (SPACES, FITNESSES) for name in table.names() if name not in table.builtin}


def _is_builtin_data(text: str) -> bool:
    """Return whether images are a built-in source's, alone or with a folder behind it: ``imagefolder:DIR``."""
    from tasks.images.sources import SOURCES  # torch comes with it

    named = parse_plugin(text, option="--data", example="photos", members=False).name
    return named.partition(":")[0] in SOURCES.builtin


def _identity(config: SearchConfig) -> bytes:
    """Return what scores depend on beside the candidate, in one form; how the candidates were found is none of it."""
    values = config.to_json()
    named = {name: values[name] for name in _DETERMINED_BY if name in values}
    return json.dumps(named, sort_keys=True).encode()


def _made_here(gpu: bool | None) -> dict[str, str | None]:
    """Return by what versions, on what kind of device and in what precision scores are made; gpu: as in the store."""
    import torch

    from fitness import precision_on

    device = _GPU if (torch.cuda.is_available() if gpu is None else gpu) else "cpu"
    return {**versions_of(VERSIONS), "device": device, "precision": precision_on(device)}


def _other_makers(path: Path, ours: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Return what made a file where that is not ours; nothing where it is, or nothing says so.

    A file of before says nothing of its device; it is taken for one of a processor, in the precision of this one.
    """
    try:
        check_plain(path, most=MOST_BYTES)
        with bounded_parquet(path, rows=MOST_ROWS) as file:
            about = json.loads((file.schema.metadata or {})[_MADE_BY])
        of_before = {"device": "cpu", "precision": ours["precision"]}
        stated = {**about["versions"], **about.get(_COMPUTED, of_before)}
        made = {name: None if stated[name] is None else str(stated[name]) for name in ours}
    except (*_UNREADABLE, KeyError, TypeError, AttributeError):
        return {}
    return {} if made == dict(ours) else made


def _said(made: Mapping[str, str | None]) -> str:
    """Return what made scores; a processor and float32, which are most, go without saying."""
    said = [f"{name} {bounded(made[name] or 'unknown', 40)}" for name in VERSIONS]
    said += ["a GPU"] if made["device"] == _GPU else []
    said += [bounded(made["precision"] or "unknown", 40)] if made["precision"] != "float32" else []
    return ", ".join(said)


def _checked_rows(path: Path, identity: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file; raises ``_UNREADABLE`` for what is none of ours."""
    check_plain(path, most=MOST_BYTES)
    with bounded_parquet(path, rows=MOST_ROWS) as file:
        if (file.schema.metadata or {}).get(_SCORES) != identity or not _is_ours(file.schema):
            raise ValueError("it holds other scores than its name says")
        rows: list[dict[str, Any]] = filled(file.read(), SCHEMA).to_pylist()
    for row in rows:
        _check_row(row)
    return [row for row in rows if _lasts(row)]  # an older version kept others, too


def _lasts(row: Mapping[str, Any]) -> bool:
    """Return whether a row says something of its candidate that is true tomorrow."""
    return row["status"] in KEPT and not has_passing_cause(row["error"])


def _is_ours(schema: pa.Schema) -> bool:
    """Return whether a file has the columns of this version, or of one before."""
    return bool(filled(schema.empty_table(), SCHEMA).schema.equals(SCHEMA))


def _check_row(row: Mapping[str, Any]) -> None:
    """Raise ValueError for a row that no log of a run holds."""
    scored = row["fitness"] is not None and math.isfinite(row["fitness"])
    if Status(row["status"]) not in KEPT or scored != (row["status"] == Status.COMPLETED):
        raise ValueError(f"the row of {str(row['candidate'])[:60]!r} is {row['status']} with fitness {row['fitness']}")

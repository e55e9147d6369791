"""What a table says of itself, kept in the metadata of its file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TableInfo:
    """What a table states about its candidates and measurements; an empty text means that nothing is stated.

    space: the space whose ``decode`` reads the candidates
    source, licence: of the measurements
    units: of each column
    details: how it was measured, JSON values by name
    """

    space: str = ""
    source: str = ""
    licence: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_metadata(self) -> dict[str, str]:
        """Return the key-value metadata of a Parquet file; units and details are a JSON object each."""
        objects = {"units": self.units, "details": self.details}
        texts = {name: json.dumps(dict(values), ensure_ascii=False) for name, values in objects.items() if values}
        return {"space": self.space, "source": self.source, "licence": self.licence, "units": "{}", **texts}


def info_of(metadata: Mapping[bytes, bytes] | None) -> TableInfo:
    """Return what a file's metadata state; what is absent or of another form is left empty."""
    given = metadata or {}
    texts = {name: given.get(name.encode(), b"").decode(errors="replace") for name in ("space", "source", "licence")}
    units, details = (_object(given.get(name, b"{}")) for name in (b"units", b"details"))
    return TableInfo(**texts, units={name: str(unit) for name, unit in units.items()}, details=details)


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

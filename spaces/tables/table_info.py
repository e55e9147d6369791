"""What a table says of itself, kept in the metadata of its file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableInfo:
    """space: the space whose ``decode`` reads the candidates; source, licence: of the measurements; units: per column.

    An empty text means that nothing is stated.
    """

    space: str = ""
    source: str = ""
    licence: str = ""
    units: Mapping[str, str] = field(default_factory=dict)

    def to_metadata(self) -> dict[str, str]:
        """Return the key-value metadata of a Parquet file; units are one JSON object."""
        units = json.dumps(dict(self.units), ensure_ascii=False)
        return {"space": self.space, "source": self.source, "licence": self.licence, "units": units}


def info_of(metadata: Mapping[bytes, bytes] | None) -> TableInfo:
    """Return what a file's metadata state; what is absent or of another form is left empty."""
    given = metadata or {}
    texts = {name: given.get(name.encode(), b"").decode(errors="replace") for name in ("space", "source", "licence")}
    return TableInfo(**texts, units=_units(given.get(b"units", b"{}")))


def _units(text: bytes) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(unit) for name, unit in found.items()} if isinstance(found, dict) else {}

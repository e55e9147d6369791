"""A series' folder: what was asked for, the candidates, one ordinary run per member, and the results."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from evo.storage.locked_folder import check_free, is_running, lock_folder, write_json, write_text
from evo.storage.provenance import provenance
from tasks.foundation.errors import UsageError

CANDIDATES = "candidates.txt"
_LONGEST_NAME = 60


@dataclass(frozen=True)
class SeriesKind:
    """What a command calls its series.

    noun: what a folder holds, e.g. ``correlation``; file: name of the request in it; option: that of the number of
    candidates; changed: how the same request can have come to other candidates; free: what of a request the scores do
    not depend on, so that it may differ within a folder.
    """

    noun: str
    file: str
    option: str
    changed: str
    free: tuple[str, ...] = ()


class SeriesFolder:
    """Exclusive ownership of a series' folder for as long as the process lives."""

    def __init__(self, path: Path, request: Mapping[str, Any], kind: SeriesKind) -> None:
        """Name the folder of a request, which is given as JSON values; nothing is touched yet."""
        self.path = path
        self.candidates = path / CANDIDATES
        self._request = request
        self._kind = kind
        self._file = path / kind.file
        self._lock: TextIO | None = None

    def stored_count(self) -> int | None:
        """Return how many candidates the folder was last asked for, or None where it is new.

        Raises UsageError where it cannot be used, or holds another series.
        """
        check_free(self.path, self._kind.file)
        try:
            stored: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            theirs, count = dict(stored["request"]), int(stored["sample"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(f"{self._file}: cannot be read ({error!r}); name another --run-dir") from error
        self._refuse_other(theirs)
        return count

    def stored_texts(self) -> list[str]:
        """Return the candidates that the folder holds, none where it is new; raises UsageError."""
        try:
            return self.candidates.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.candidates}: cannot be read ({error}); name another --run-dir") from error

    def check(self, texts: Sequence[str]) -> None:
        """Raise UsageError where the folder is in use, or its candidates are no beginning of ``texts``."""
        stored = self.stored_texts()
        if len(stored) > len(texts):
            raise UsageError(
                f"{self._kind.option} {len(texts)}: {self.path} has {len(stored)} already; ask for at least that many, "
                "or name another folder by --run-dir"
            )
        if stored != list(texts[: len(stored)]):
            raise UsageError(f"{self.path}: holds other candidates; {self._kind.changed}: name another --run-dir")
        if is_running(self.path):
            raise UsageError(f"--run-dir {self.path}: another process is running it; wait, or stop that one first")

    def claim(self, texts: Sequence[str]) -> None:
        """Lock the folder and write what is asked for; raises UsageError where another process holds it."""
        self._lock = lock_folder(self.path)
        write_text(self.candidates, "\n".join(texts) + "\n")
        write_json(self._file, {"request": self._request, "sample": len(texts), **provenance()})

    def __enter__(self) -> "SeriesFolder":
        """Return the folder."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        if self._lock is not None:
            self._lock.close()

    def _refuse_other(self, theirs: dict[str, Any]) -> None:
        for name, ours in self._request.items():
            if name not in self._kind.free and theirs.get(name) != ours:
                raise UsageError(
                    f"{self.path}: holds another {self._kind.noun} ({name} {_brief(theirs.get(name))} there, "
                    f"{_brief(ours)} here); name another folder by --run-dir"
                )


def default_folder(words: Sequence[str], request: Mapping[str, Any]) -> Path:
    """Return a folder that belongs to a request alone, ``words`` in its name."""
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:8]
    return Path("runs") / "-".join((*map(plain, words), digest))


def plain(text: str) -> str:
    """Return a text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:_LONGEST_NAME]


def _brief(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(fitness.get("label")) for fitness in value)
    if isinstance(value, dict):
        return f"{value.get('name')}({','.join(f'{key}={option}' for key, option in value.get('options', {}).items())})"
    return str(value)

"""A folder of scorings: what was asked for, the candidates, one ordinary run per member, and the results."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.records.told_apart import told_apart
from evo.storage.durable_files import read_json, write_json, write_text
from evo.storage.locked_folder import LockedFolder
from evo.storage.plain_names import plain
from evo.storage.provenance import provenance
from tasks import UsageError
from tasks.foundation.plain_files import read_plain_text

CANDIDATES = "candidates.txt"


@dataclass(frozen=True)
class ScoringKind:
    """What a command calls its scoring.

    noun: what a folder holds, e.g. ``correlation``
    file: name of what was asked for in it
    option: that of the number of candidates
    changed: how the same can be asked for and come to other candidates
    free: what the scores do not depend on, so that it may differ within a folder
    """

    noun: str
    file: str
    option: str
    changed: str
    free: tuple[str, ...] = ()


class ScoringFolder(LockedFolder):
    """Exclusive ownership of a scoring's folder for as long as the process lives."""

    def __init__(self, path: Path, asked: Mapping[str, Any], kind: ScoringKind) -> None:
        """Name the folder of what is asked for, which is given as JSON values; nothing is touched yet."""
        super().__init__(path)
        self.candidates = path / CANDIDATES
        self._asked = asked
        self._kind = kind
        self._file = path / kind.file

    @property
    def marker(self) -> str:
        """The name of the file that says what was asked for."""
        return self._kind.file

    def stored_count(self) -> int | None:
        """Return how many candidates the folder was last asked for, or None where it is new.

        Raises UsageError where it cannot be used, or holds another scoring.
        """
        self.check_usable(self._kind.file)
        if not self._file.exists():
            return None
        stored = read_json(self._file, "name another --run-dir")
        try:
            theirs, count = dict(stored["request"]), int(stored["sample"])
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{self._file}: cannot be read ({error!r}); name another --run-dir") from error
        self._refuse_other(theirs)
        return count

    def stored_texts(self) -> list[str]:
        """Return the candidates that the folder holds, none where it is new; raises UsageError."""
        try:
            return read_plain_text(self.candidates).splitlines()
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
        self.check_free()

    def claim(self, texts: Sequence[str]) -> None:
        """Lock the folder and write what is asked for; raises UsageError where another process holds it."""
        self.lock()
        write_text(self.candidates, "\n".join(texts) + "\n")
        write_json(self._file, {"request": self._asked, "sample": len(texts), **provenance()})

    def _refuse_other(self, theirs: dict[str, Any]) -> None:
        for name, ours in self._asked.items():
            if name not in self._kind.free and theirs.get(name) != ours:
                there, here = told_apart(theirs.get(name), ours)
                raise UsageError(
                    f"{self.path}: holds another {self._kind.noun} ({name} {there} there, {here} here); name another "
                    "folder by --run-dir"
                )


def default_folder(words: Sequence[str], asked: Mapping[str, Any]) -> Path:
    """Return a folder that belongs to what is asked for alone, ``words`` in its name."""
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
    return Path("runs") / "-".join((*map(plain, words), digest))

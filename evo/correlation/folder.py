"""A correlation's folder: what was asked for, its candidates, one ordinary run per fitness, and the results."""

import json
from pathlib import Path
from typing import Any, TextIO

from evo.correlation.request import Request
from evo.log_part import replace_durably
from evo.run_folder import check_free, is_running, lock_folder, provenance, write_json
from tasks.errors import UsageError

REQUEST, CANDIDATES = "correlate.json", "candidates.txt"


class CorrelationFolder:
    """Exclusive ownership of a correlation's folder for as long as the process lives."""

    def __init__(self, path: Path, request: Request) -> None:
        """Name the folder; nothing is touched yet."""
        self.path = path
        self.candidates = path / CANDIDATES
        self._request = request
        self._lock: TextIO | None = None

    def stored_sample(self) -> int | None:
        """Return how many rows the folder was last asked for, or None where it is new.

        Raises UsageError where it cannot be used, or holds another correlation.
        """
        check_free(self.path, REQUEST)
        try:
            stored: dict[str, Any] = json.loads((self.path / REQUEST).read_text(encoding="utf-8"))
            theirs, sample = dict(stored["request"]), int(stored["sample"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(f"{self.path / REQUEST}: cannot be read ({error!r}); name another --run-dir") from error
        self._refuse_other(theirs)
        return sample

    def check(self, texts: list[str]) -> None:
        """Raise UsageError where the folder is in use, or its candidates are no beginning of ``texts``."""
        stored = _read_lines(self.candidates)
        if len(stored) > len(texts):
            raise UsageError(
                f"--sample {len(texts)}: {self.path} has {len(stored)} rows already; ask for at least that many, or "
                "name another folder by --run-dir"
            )
        if stored != texts[: len(stored)]:
            raise UsageError(
                f"{self.path}: holds other candidates; the table has changed, or labels others: name another --run-dir"
            )
        if is_running(self.path):
            raise UsageError(f"--run-dir {self.path}: another process is running it; wait, or stop that one first")

    def claim(self, texts: list[str]) -> None:
        """Lock the folder and write what is asked for; raises UsageError where another process holds it."""
        self._lock = lock_folder(self.path)
        write_text(self.candidates, "\n".join(texts) + "\n")
        values = {"request": self._request.to_json(), "sample": len(texts)}
        write_json(self.path / REQUEST, {**values, **provenance()})

    def __enter__(self) -> "CorrelationFolder":
        """Return the folder."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        if self._lock is not None:
            self._lock.close()

    def _refuse_other(self, theirs: dict[str, Any]) -> None:
        for name, ours in self._request.to_json().items():
            if name != "metric" and theirs.get(name) != ours:  # scores do not depend on the labels
                raise UsageError(
                    f"{self.path}: holds another correlation ({name} {_brief(theirs.get(name))} there, {_brief(ours)} "
                    "here); name another folder by --run-dir"
                )


def write_text(path: Path, text: str) -> None:
    """Write a file so that readers see the old one or the whole new one."""
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(text, encoding="utf-8")
    replace_durably(aside, path)


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name another --run-dir") from error


def _brief(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(fitness.get("label")) for fitness in value)
    if isinstance(value, dict):
        return f"{value.get('name')}({','.join(f'{key}={option}' for key, option in value.get('options', {}).items())})"
    return str(value)

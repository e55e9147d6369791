"""One supernet's state in one file: tensors as safetensors, everything else as JSON in its header."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, open_plain, read_plain
from tasks.foundation.whole_files import write_bytes

FOLDER = "supernets"
_HEADER = "selfnas"
_LENGTH_BYTES = 8  # of a safetensors file say how long its JSON is, which follows


@dataclass(frozen=True)
class Progress:
    """Where a supernet's training stands.

    epochs: done
    rows: what was logged of each
    memory: state of the variant
    derived: text of the architecture under the present parameters
    choices: cell -> the operation on every edge, None for an edge that is not kept
    answer: epoch whose architecture ``derived`` is, where the search ended early
    rewinds: epochs that the search returned to, one after the other
    past: states of the variant after the epochs that it may return to, by their numbers as texts
    alpha_names: what the ``alphas`` of the rows are of
    """

    epochs: int = 0
    rows: tuple[Mapping[str, Any], ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)
    derived: str | None = None
    choices: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    answer: int | None = None
    rewinds: tuple[int, ...] = ()
    past: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alpha_names: tuple[str, ...] = ()

    def is_over(self, epochs: int) -> bool:
        """Return whether nothing is left of a search of so many epochs."""
        return self.epochs >= epochs or self.answer is not None


def pack(tensors: Mapping[str, Any], progress: Progress) -> bytes:
    """Return the file's content."""
    from safetensors.torch import save

    values = {name: getattr(progress, name) for name in Progress.__dataclass_fields__}
    return save({name: value.contiguous() for name, value in tensors.items()}, {_HEADER: json.dumps(values)})


def unpack(content: bytes) -> tuple[dict[str, Any], Progress]:
    """Return what ``pack`` was given; raises ValueError for anything else."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        length = int.from_bytes(content[:_LENGTH_BYTES], "little")
        return load(content), _progress(content[_LENGTH_BYTES : _LENGTH_BYTES + length])
    except SafetensorError as error:
        raise ValueError(first_line(error)) from error


def path_of(run_dir: Path, seed: int) -> Path:
    """Return where a seed's state is."""
    return run_dir / FOLDER / f"seed-{seed}.safetensors"


def seeds_in(run_dir: Path) -> list[int]:
    """Return the seeds of a run that have a state, ascending."""
    names = (path.stem.removeprefix("seed-") for path in (run_dir / FOLDER).glob("seed-*.safetensors"))
    return sorted(int(name) for name in names if name.isdecimal())


def write(run_dir: Path, seed: int, content: bytes) -> None:
    """Replace a seed's state whole."""
    write_bytes(path_of(run_dir, seed), content)


def read(run_dir: Path, seed: int) -> bytes | None:
    """Return a seed's state, None where there is none; raises UsageError where it is damaged."""
    return read_file(path_of(run_dir, seed))


def read_file(path: Path) -> bytes | None:
    """Return the state in a file, None where there is none; raises UsageError where it is damaged."""
    if not path.is_file():
        return None
    with _damage_named(path):
        content = read_plain(path, most=MOST_TENSOR_BYTES)
        unpack(content)
    return content


def read_progress(run_dir: Path, seed: int) -> Progress:
    """Return where a seed stands, from the head of its file alone; raises UsageError where that is damaged."""
    path = path_of(run_dir, seed)
    if not path.is_file():
        return Progress()
    with _damage_named(path), open_plain(path, most=MOST_TENSOR_BYTES) as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        return _progress(file.read(min(length, path.stat().st_size)))


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: is damaged ({error}); take it away to train this seed again") from error


def _progress(head: bytes) -> Progress:
    values = json.loads(json.loads(head)["__metadata__"][_HEADER])
    choices = {name: tuple(numbers) for name, numbers in values["choices"].items()}
    lists = {name: tuple(values.get(name, ())) for name in ("rows", "rewinds", "alpha_names")}
    return Progress(**{**values, **lists, "choices": choices})

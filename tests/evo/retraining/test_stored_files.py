"""Catches: a damaged file of a training that ends in a traceback, or is taken; a result that lies in another training's
folder; a complaint without the file or a way out.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from evo.retraining.stored_files import NEEDED_OF_REQUEST, NEEDED_OF_RESULT, read_request, read_result
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import result_of

REQUEST = {"architecture": {"candidate": "c"}, "setting": {"label_fraction": 1.0, "settings": {"threads": 1}}}


def write(folder: Path, values: object) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "values.json"
    path.write_text(json.dumps(values))
    return path


def without(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the values with a text or number of that name replaced by nothing of its kind."""
    key, dot, rest = name.partition(".")
    return {**values, key: without(values[key], rest) if dot else [1]}


def test_whole_files_are_read(tmp_path: Path) -> None:
    assert read_request(write(tmp_path, REQUEST)) == REQUEST
    result = result_of("random", 3, 0.5)
    assert read_result(write(tmp_path / "random-seed-3", result)) == result


@pytest.mark.parametrize("name", NEEDED_OF_REQUEST)
def test_a_request_without_what_is_read_of_it_is_damaged(tmp_path: Path, name: str) -> None:
    kind = "text" if name.startswith("architecture") else "number"
    with pytest.raises(UsageError, match=rf"values\.json: is damaged \('{name}' is missing or no {kind}\)"):
        read_request(write(tmp_path, without(REQUEST, name)))


@pytest.mark.parametrize("name", NEEDED_OF_RESULT)
def test_a_result_without_what_is_read_of_it_is_damaged(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "random-seed-3", without(result_of("random", 3, 0.5), name))
    with pytest.raises(UsageError, match=rf"values\.json: is damaged \('{name}' is missing .*\); take it away"):
        read_result(path)


@pytest.mark.parametrize("values", [{}, [], None, 3, {"setting": [], "architecture": []}])
def test_other_values_are_damaged(tmp_path: Path, values: object) -> None:
    words = "is damaged" if isinstance(values, dict) else r"cannot be read \(it holds .* in place of an object\)"
    for read in (read_request, read_result):
        with pytest.raises(UsageError, match=words):
            read(write(tmp_path, values))


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000], ids=["cut", "bytes", "deep"])
def test_what_is_no_json_is_told(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, {})
    path.write_bytes(content)
    for read in (read_request, read_result):
        with pytest.raises(UsageError, match=r"values\.json: cannot be read .*take"):
            read(path)


@pytest.mark.parametrize("name", ["random-seed-4", "inherited-seed-3", "random-seed-3-copy"])
def test_a_result_belongs_to_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"is of another training \(random, seed 3\); take it away"):
        read_result(write(tmp_path / name, result_of("random", 3, 0.5)))

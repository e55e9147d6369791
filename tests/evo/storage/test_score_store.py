"""Catches: a score that is taken for another configuration's, what may be another thing tomorrow and is kept, a foreign
or damaged file that is believed, and a folder that cannot be written and ends a search."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.records.config import Choice, SearchConfig
from evo.records.resources import Resources
from evo.records.trial import Outcome, Status
from evo.storage import score_store
from evo.storage.later_columns import later_names
from evo.storage.score_store import COLUMNS, SCHEMA, ScoreStore, is_kept
from fitness import determinism

CONFIG = SearchConfig(Choice("nasbench201"), Choice("synflow", {"batch": 64}), Choice("listed"), data="noise")


def row(candidate: str = "a", fitness: float | None = 1.5, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    values = {"candidate": candidate, "seed": 7, "status": "completed" if fitness is not None else "failed"}
    return {**empty, **values, "fitness": fitness, "metrics": [("zeros", 2.0)], **more}


def notes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_what_was_added_is_known_by_text_and_seed(tmp_path: Path) -> None:
    store = ScoreStore(tmp_path / "new" / "scores")
    assert store.known(CONFIG) == {}
    measured: dict[str, Any] = {
        "params": 3,
        "macs": 4,
        "build_s": 0.5,
        "evaluate_s": 1.0,
        "cpu_s": 0.75,
        "processor": "Abacus",
    }
    store.add(CONFIG, [row("a", **measured), row("b", None, error="too deep")])
    store.add(CONFIG, [row("a", 2.5), row("c", seed=8), {**row("d"), "worker": "w"}])
    assert store.known(CONFIG) == {
        ("a", 7): Outcome(Status.COMPLETED, fitness=1.5, metrics={"zeros": 2.0}, **measured),
        ("b", 7): Outcome(Status.FAILED, metrics={"zeros": 2.0}, error="too deep"),
        ("c", 8): Outcome(Status.COMPLETED, fitness=1.5, metrics={"zeros": 2.0}),
        ("d", 7): Outcome(Status.COMPLETED, fitness=1.5, metrics={"zeros": 2.0}),
    }
    assert [path.suffix for path in store.folder.iterdir()] == [".parquet"]


def test_nothing_is_written_where_everything_is_there(tmp_path: Path) -> None:
    store = ScoreStore(tmp_path)
    store.add(CONFIG, [row("a"), row("b")])
    before = store.path(CONFIG).stat().st_ino
    store.add(CONFIG, [row("b", 9.0)])
    assert store.path(CONFIG).stat().st_ino == before
    assert store.known(CONFIG)[("b", 7)].fitness == 1.5


def test_sizes_are_kept_and_the_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    store = ScoreStore(tmp_path)
    store.add(CONFIG, [row(params=3, macs=4, evaluate_s=0.25)])
    assert store.known(CONFIG)[("a", 7)].params == 3
    assert store.known(CONFIG)[("a", 7)].macs == 4
    stored = pq.read_table(store.path(CONFIG))
    assert stored["evaluate_s"].to_pylist() == [0.25]
    assert b'"fitness": {"name": "synflow", "options": {"batch": 64}}' in stored.schema.metadata[b"selfnas.scores"]
    assert b'"torch"' in stored.schema.metadata[b"selfnas.made_by"]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.COMPLETED, Status.FAILED}))
def test_what_the_machine_or_the_hour_decided_is_not_kept(tmp_path: Path, status: Status) -> None:
    ScoreStore(tmp_path).add(CONFIG, [row(fitness=None, status=str(status))])
    assert not list(tmp_path.iterdir())


def test_a_failure_of_files_or_gpus_is_neither_kept_nor_taken(tmp_path: Path) -> None:
    store = ScoreStore(tmp_path)
    passing = row("a", None, error="Traceback\n  x\nOSError: none of 3 images can be read any more")
    store.add(CONFIG, [passing])
    assert not list(tmp_path.iterdir())
    store.add(CONFIG, [passing, row("b", None, error="ValueError: too deep")])
    assert store.known(CONFIG).keys() == {("b", 7)}
    broken(store.path(CONFIG), bad_row(fitness=None, status="failed", error=passing["error"]))  # of an older version
    assert store.known(CONFIG) == {}
    store.add(CONFIG, [row("a")])
    assert store.known(CONFIG)[("a", 7)].fitness == 1.5


@pytest.mark.parametrize(
    "other",
    [
        {"space": Choice("nasbench101")},
        {"fitness": Choice("synflow", {"batch": 32})},
        {"data": "photos"},
        {"data_identity": "x"},
        {"seed": 1},
        {"reference_size": 64},
    ],
    ids=str,
)
def test_another_configuration_knows_nothing_of_it(tmp_path: Path, other: dict[str, Any]) -> None:
    store = ScoreStore(tmp_path)
    store.add(CONFIG, [row()])
    assert store.known(replace(CONFIG, strategy=Choice("random_search"), ahead=5, initial=("a",))).keys() == {("a", 7)}
    assert store.known(replace(CONFIG, **other)) == {}


def nested(name: str) -> Choice:
    inner = {"label": "m", "name": name, "options": {"members": [{"label": "n", "name": "snip", "options": {}}]}}
    return Choice("consensus", {"members": [inner]})


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"fitness": nested("synflow")}, True),
        ({"data": "imagefolder:/photos(digest=contents)"}, True),
        ({"data": "photos(size=64)"}, True),
        ({"space": Choice("mine:Mine")}, False),
        ({"fitness": Choice("mine:Fitness")}, False),
        ({"fitness": nested("mine:Fitness")}, False),
        ({"fitness": Choice("rank_correlation", {"panel": "/panels/mine.parquet"})}, False),
        ({"fitness": Choice("trained", {"module:option": 1})}, False),
        ({"data": "mine:Images"}, False),
        ({"objects": ("fitness",)}, False),
    ],
)
def test_what_may_be_another_thing_tomorrow_is_neither_kept_nor_looked_up(
    tmp_path: Path, changed: dict[str, Any], kept: bool
) -> None:
    config, store = replace(CONFIG, **changed), ScoreStore(tmp_path)
    store.add(config, [row()])
    assert is_kept(config) == kept
    assert (len(store.known(config)), len(list(tmp_path.iterdir()))) == ((1, 1) if kept else (0, 0))
    store.add(CONFIG, [row()])
    store.path(CONFIG).rename(store.path(config))
    assert bool(store.known(config)) == (changed == {})  # else it is foreign, or the file says that it is another's


INSTALLED = """
[selfnas.spaces]
their_space = tests.toy:BitStrings
[selfnas.fitness]
their_fitness = tests.toy:CountOnes
[selfnas.objectives]
their_objective = tests.objectives:MeanColour
"""


@pytest.mark.parametrize(
    "changed",
    [
        {"space": Choice("their_space")},
        {"fitness": Choice("their_fitness")},
        {"fitness": nested("their_fitness")},
        {"fitness": Choice("trained", {"objective": "their_objective"})},
    ],
    ids=str,
)
def test_an_installed_plug_in_is_somebodys_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    facts = tmp_path / "theirs-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(INSTALLED)
    monkeypatch.syspath_prepend(tmp_path)
    assert is_kept(CONFIG)
    assert not is_kept(replace(CONFIG, **changed))


def broken(path: Path, content: object) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        pq.write_table(content, path)


TABLE = pa.Table.from_pylist([row()], schema=SCHEMA.with_metadata({"selfnas.scores": score_store._identity(CONFIG)}))


def bad_row(**values: Any) -> pa.Table:
    return pa.Table.from_pylist([row(**values)], schema=TABLE.schema)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1nothingPAR1",
        TABLE.replace_schema_metadata(None),
        TABLE.drop_columns(["fitness"]),
        TABLE.append_column("more", pa.array([1])),
        bad_row(status="lost", fitness=None),
        bad_row(status="unheard of"),
        bad_row(status="failed"),
        bad_row(fitness=float("inf")),
        bad_row(fitness=float("nan")),
        bad_row(fitness=None, status="completed"),
    ],
    ids=range(11),
)
def test_a_damaged_or_foreign_file_is_noted_in_a_line_and_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: object
) -> None:
    store = ScoreStore(tmp_path)
    broken(store.path(CONFIG), content)
    assert store.known(CONFIG) == {}
    (said,) = notes(caplog)
    assert said.startswith(f"note: {store.path(CONFIG)} is not used: ")
    assert "\n" not in said
    store.add(CONFIG, [row("b")])
    assert store.known(CONFIG).keys() == {("b", 7)}
    assert len(notes(caplog)) == 1


def test_a_good_file_passes_the_same_checks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken(ScoreStore(tmp_path).path(CONFIG), TABLE)
    assert ScoreStore(tmp_path).known(CONFIG).keys() == {("a", 7)}
    assert not notes(caplog)


def test_a_file_of_before_is_read_and_gets_the_later_columns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = ScoreStore(tmp_path)
    broken(store.path(CONFIG), TABLE.drop_columns(sorted(later_names(SCHEMA))))
    assert store.known(CONFIG)[("a", 7)].cpu_s is None
    store.add(CONFIG, [row("b", cpu_s=0.5)])
    assert {text: one.cpu_s for (text, _), one in store.known(CONFIG).items()} == {"a": None, "b": 0.5}
    assert not notes(caplog)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["pipe", "folder"])
def test_only_plain_files_are_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, make: Callable[[Path], None]
) -> None:
    make(ScoreStore(tmp_path).path(CONFIG))
    assert ScoreStore(tmp_path).known(CONFIG) == {}
    assert len(notes(caplog)) == 1


def test_only_files_of_sane_size_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = ScoreStore(tmp_path)
    store.add(CONFIG, [row("a"), row("b")])
    for name, most, said in (("MOST_ROWS", 1, "has 2 rows; at most 1 are read"), ("MOST_BYTES", 10, "bytes; at most")):
        with monkeypatch.context() as patched:
            patched.setattr(score_store, name, most)
            assert store.known(CONFIG) == {}
            assert said in notes(caplog)[-1]
    assert len(store.known(CONFIG)) == 2


@pytest.mark.parametrize("name", ["file/scores", "a\0b"])
def test_a_folder_that_cannot_be_written_is_a_note(tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str) -> None:
    (tmp_path / "file").touch()
    ScoreStore(tmp_path / name).add(CONFIG, [row()])
    (said,) = notes(caplog)
    assert said.startswith(f"note: {tmp_path / name}: scores cannot be kept there (")
    assert "\n" not in said


def by_versions(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    """Let scores be of these versions, on a processor without matrix units."""
    monkeypatch.setattr(determinism, "_has_matrix_units", lambda: False)
    monkeypatch.setattr(score_store, "versions_of", lambda packages: {name: versions[name] for name in packages})
    monkeypatch.setattr(score_store, "provenance", lambda: {"versions": versions})


@pytest.mark.parametrize("other", [{"selfnas": "0.2"}, {"torch": "2.12"}, {"selfnas": None}])
def test_scores_of_other_versions_are_told_and_left_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, other: dict[str, str | None]
) -> None:
    before: dict[str, str | None] = {"selfnas": "0.1", "torch": "2.11", "numpy": "2"}
    by_versions(monkeypatch, **before)
    first = ScoreStore(tmp_path).path(CONFIG)
    ScoreStore(tmp_path).add(CONFIG, [row("a", 1.5)])
    content = first.read_bytes()
    by_versions(monkeypatch, **before | other)
    store, now = ScoreStore(tmp_path), {**before, **other}
    for _ in range(2):
        assert store.known(CONFIG) == {}
    made = f"selfnas {now['selfnas'] or 'unknown'}, torch {now['torch']}"
    assert notes(caplog) == [
        f"note: {first} is not used: its scores are of selfnas 0.1, torch 2.11, and this is {made}"
    ]
    store.add(CONFIG, [row("a", 2.5)])
    assert store.known(CONFIG)[("a", 7)].fitness == 2.5
    assert ScoreStore(tmp_path).known(CONFIG)[("a", 7)].fitness == 2.5
    assert len(notes(caplog)) == 1
    by_versions(monkeypatch, **before | {"numpy": "3"})
    assert ScoreStore(tmp_path).known(CONFIG)[("a", 7)].fitness == 1.5
    assert first.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 2


def test_scores_of_another_kind_of_device_or_precision_stand_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    by_versions(monkeypatch, selfnas="0.1", torch="2.11")
    monkeypatch.setattr(determinism, "_has_matrix_units", lambda: False)
    plain = ScoreStore(tmp_path, gpu=False)
    plain.add(CONFIG, [row(fitness=1.5)])
    on_gpu = plain.computed_on(Resources(2, 0.5))
    assert on_gpu.known(CONFIG) == {}
    version = "selfnas 0.1, torch 2.11"
    assert notes(caplog) == [
        f"note: {plain.path(CONFIG)} is not used: its scores are of {version}, and this is {version}, a GPU"
    ]
    on_gpu.add(CONFIG, [row(fitness=2.5)])
    assert on_gpu.known(CONFIG)[("a", 7)].fitness == 2.5
    assert plain.computed_on(Resources(2, 0.0)).known(CONFIG)[("a", 7)].fitness == 1.5
    monkeypatch.setattr(determinism, "_has_matrix_units", lambda: True)
    assert plain.known(CONFIG) == {}
    assert notes(caplog)[-1].endswith(f"are of {version}, and this is {version}, bfloat16")
    plain.add(CONFIG, [row(fitness=3.5)])
    assert plain.known(CONFIG)[("a", 7)].fitness == 3.5
    assert on_gpu.known(CONFIG)[("a", 7)].fitness == 2.5
    assert len(list(tmp_path.iterdir())) == 3
    assert len(notes(caplog)) == 2


@pytest.mark.parametrize("available", [False, True])
def test_without_workers_this_process_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, available: bool
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: available)
    store = ScoreStore(tmp_path)
    store.computed_on(Resources(0, 0.0)).add(CONFIG, [row()])
    assert len(ScoreStore(tmp_path, gpu=available).known(CONFIG)) == 1
    assert ScoreStore(tmp_path, gpu=not available).known(CONFIG) == {}


@pytest.mark.parametrize("units", [False, True])
def test_scores_that_say_nothing_of_their_device_are_a_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, units: bool
) -> None:
    by_versions(monkeypatch, selfnas="0.1", torch="2.11")
    monkeypatch.setattr(determinism, "_has_matrix_units", lambda: units)
    made_by = {b"selfnas.made_by": b'{"versions": {"selfnas": "0.1", "torch": "2.11"}}'}
    store = ScoreStore(tmp_path, gpu=False)
    broken(store.path(CONFIG), TABLE.replace_schema_metadata({**(TABLE.schema.metadata or {}), **made_by}))
    assert len(store.known(CONFIG)) == 1
    assert ScoreStore(tmp_path, gpu=True).known(CONFIG) == {}


@pytest.mark.parametrize("made_by", [b"[", b"{}", b'{"versions": {"selfnas": "0"}}', b'{"versions": 3}'])
def test_a_file_that_does_not_say_its_versions_is_taken(tmp_path: Path, made_by: bytes) -> None:
    metadata = {**(TABLE.schema.metadata or {}), b"selfnas.made_by": made_by}
    broken(ScoreStore(tmp_path).path(CONFIG), TABLE.replace_schema_metadata(metadata))
    assert ScoreStore(tmp_path).known(CONFIG).keys() == {("a", 7)}

"""Whole searches whose fitness asks for a reference. Catches: rows that depend on workers, on a kill or on where scores
come from, a reference that is scored twice or among the trials, one that is lost, a minute that does not count, a
member that is refused once something was written."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from evo.engine.observer import LiveRun, Observer
from evo.engine.reference_members import CANDIDATES
from evo.engine.reference_sample import draw_sample
from evo.engine.reference_stage import read_reference
from evo.records.failures import FutileRunError
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.trial import Finished
from evo.reporting.run_status import run_status
from evo.searching import run_request
from evo.storage import run_log
from evo.storage.run_folder import PROGRESS, REFERENCE, RunFolder, read_config, read_progress
from fitness.reference import ReferenceRequest
from spaces import SPACES
from tasks.foundation.errors import UsageError
from tests.runs import interrupt_after, rows
from tests.tiny_reference import Standardised
from tests.toy import BitStrings, RaisesForSome, is_marked

SIZE, EVALUATIONS, LABEL = 6, 8, "tests.toy:CountOnes"
MEMBER = "00-tests.toy-CountOnes"
SMALL = "nasbench201(stem_channels=4,cells_per_stage=1)"


def search(run_dir: Path, *observers: Observer, **asked: Any) -> str:
    """Search bit strings by a fitness that asks for a reference of six, in this process; returns how it ended."""
    given: dict[str, Any] = {
        "space": "tests.toy:BitStrings",
        "fitness": f"tests.tiny_reference:Standardised(size={SIZE})",
        "options": {"strategy": {"population": 3, "tournament": 2}},
        "data": "noise",
        "evaluations": EVALUATIONS,
        "placement": Placement(workers=0),
        "trust": True,
    }
    return run_request(SearchRequest(**given | asked, run_dir=run_dir), observers=observers).state


def on_networks(run_dir: Path, size: int, **asked: Any) -> None:
    """Search small networks, whose scores by a built-in fitness are kept for others."""
    fitness = f"tests.tiny_reference:Standardised(member=synflow,size={size})"
    search(run_dir, space=SMALL, fitness=fitness, evaluations=1, **asked)


def found(run_dir: Path) -> list[bool]:
    """Return for each candidate of a reference by synflow whether its score was found, and not scored."""
    return [row["attempts"] == 0 for row in rows(run_dir / REFERENCE / "00-synflow", ["trial_id", "attempts"])]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An undisturbed run, not to be written to."""
    run_dir = tmp_path_factory.mktemp("whole") / "run"
    assert search(run_dir) == "finished"
    return run_dir


def test_the_sample_is_scored_before_the_first_trial_and_outside_the_evaluations(whole: Path) -> None:
    texts = (whole / REFERENCE / CANDIDATES).read_text().splitlines()
    assert texts == draw_sample(BitStrings(), SIZE, seed=7)
    scored = rows(whole / REFERENCE / MEMBER)
    assert [row["candidate"] for row in scored] == texts
    assert len(rows(whole)) == EVALUATIONS
    assert read_config(whole).reference_size == SIZE
    member = read_config(whole / REFERENCE / MEMBER)
    assert (member.fitness.name, member.seed, member.reference_size) == (LABEL, 7, 0)
    values = np.array([row["fitness"] for row in scored])
    for row in rows(whole, ["trial_id", "fitness", "metrics"]):
        value = dict(row["metrics"])[LABEL]
        assert row["fitness"] == pytest.approx((value - values.mean()) / values.std())


def test_what_is_scored_and_what_it_costs_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="evo"):
        search(tmp_path / "run")
    first = next(n for n, message in enumerate(caplog.messages) if message.startswith("reference: "))
    told = [message for message in caplog.messages[first:] if " for the second candidate" not in message][:4]
    assert told[0].splitlines() == [
        f"reference: 6 candidates by {LABEL}, seed 7, before the first trial and outside --evaluations",
        "reference: 6 scores to make, about the work of 6 trials",
        f"reference: {LABEL}: not timed on this space yet, so told after the first candidate",
    ]
    assert told[1].startswith(f"reference: {LABEL}: ")
    assert told[1].endswith(" s for the first candidate, so about a second for the others")
    assert told[2].startswith(f"reference: {LABEL}: 6 scored, ")
    assert told[2].endswith(" s of work")
    assert told[3:] == ["6 drawn\n0 given"]
    assert "\n6 drawn\n0 given\n\ntrial " in caplog.messages[-1]  # the summary says it again


@pytest.mark.parametrize("after", [2, SIZE, SIZE + 3], ids=["in the reference", "at its end", "in the search"])
def test_an_interrupted_run_goes_on_to_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path, after: int
) -> None:
    run_dir = tmp_path / "run"
    with monkeypatch.context() as patched:
        interrupt_after(after, patched)
        assert search(run_dir) == "interrupted"
    assert len(rows(run_dir / REFERENCE / MEMBER)) == min(after, SIZE)
    assert len(rows(run_dir)) == max(after - SIZE, 0)
    assert read_progress(run_dir)["state"] == "interrupted"
    assert search(run_dir, space=None, fitness=None, data=None, options={}, evaluations=None, resume=True) == "finished"
    assert rows(run_dir) == rows(whole)
    assert rows(run_dir / REFERENCE / MEMBER) == rows(whole / REFERENCE / MEMBER)


class Copies(Observer):
    """Copies a run's folder, as a kill would leave it, once the reference, or the search, has so many scores."""

    def __init__(self, run_dir: Path, copies: Path, *, reference: bool) -> None:
        self.run_dir, self.copies, self.reference = run_dir, copies, reference

    def finished(self, run: LiveRun, finished: Finished) -> None:
        copy = self.copies / f"{self.run_dir.name}-{run.path.name}-{finished.trial.trial_id}"
        shutil.copytree(self.run_dir, copy)

    def during_reference(self, run: LiveRun, member: str) -> Observer | None:
        assert (run.path, member) == (self.run_dir, LABEL)
        return self if self.reference else None


def test_whatever_a_kill_leaves_goes_on_to_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    monkeypatch.setattr(run_log, "FLUSH_S", 0.0)
    (tmp_path / "copies").mkdir()
    search(tmp_path / "run", Copies(tmp_path / "run", tmp_path / "copies", reference=True), evaluations=4)
    copies = sorted((tmp_path / "copies").iterdir())
    assert len(copies) == SIZE + 4
    for copy in copies[:: SIZE - 2]:  # after scores 0 and 4 of the reference, and within the search
        assert search(copy) == "finished"  # the same command
        assert rows(copy) == rows(whole)
        assert rows(copy / REFERENCE / MEMBER) == rows(whole / REFERENCE / MEMBER)


def test_callbacks_of_the_search_see_none_of_it_unless_they_say_so(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    search(tmp_path / "run", Copies(tmp_path / "run", tmp_path / "copies", reference=False), evaluations=2)
    assert len(list((tmp_path / "copies").iterdir())) == 2


def test_the_status_says_how_far_the_reference_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Looks(Observer):
        seen: ClassVar[list[str]] = []

        def finished(self, run: LiveRun, finished: Finished) -> None:
            Looks.seen += run_status(tmp_path / "run").lines[1:3]

        def during_reference(self, run: LiveRun, member: str) -> Observer:
            return self

    monkeypatch.setattr("evo.engine.monitor.HEARTBEAT_S", 0.0)
    search(tmp_path / "run", Looks(), evaluations=1)
    state, count = Looks.seen[2 * (SIZE - 1) : 2 * SIZE]
    assert state.startswith(f"state: running, reference: 6 of 6 candidates scored by {LABEL}, ")
    assert count == "0 of 1 evaluations logged"
    assert "reference" not in Looks.seen[-2]
    assert "reference" not in json.loads((tmp_path / "run" / PROGRESS).read_text())


def test_minutes_count_the_reference(tmp_path: Path, whole: Path) -> None:
    assert search(tmp_path / "run", max_minutes=1e-9) == "out of time"
    assert rows(tmp_path / "run") == []
    assert search(tmp_path / "run") == "finished"
    assert rows(tmp_path / "run") == rows(whole)


def test_the_size_is_settled_once_and_kept(tmp_path: Path) -> None:
    fitness = "tests.tiny_reference:Standardised"
    search(tmp_path / "run", fitness=fitness, evaluations=3)
    assert read_config(tmp_path / "run").reference_size == 64
    search(tmp_path / "run", fitness=fitness, evaluations=5, max_minutes=1.0)
    assert read_config(tmp_path / "run").reference_size == 64
    assert len(rows(tmp_path / "run" / REFERENCE / MEMBER)) == 64


def test_another_seed_of_the_search_has_the_same_reference(tmp_path: Path, whole: Path) -> None:
    search(tmp_path / "run", seed=3, evaluations=1)
    assert rows(tmp_path / "run" / REFERENCE / MEMBER) == rows(whole / REFERENCE / MEMBER)


def test_given_candidates_are_scored_beside_those_drawn(tmp_path: Path) -> None:
    given = ["1111111111", draw_sample(BitStrings(), SIZE, seed=7)[0], "1111111111"]
    search(tmp_path / "run", fitness=Standardised(size=SIZE, given=given, member=LABEL), evaluations=1)
    reference = read_reference(tmp_path / "run", Standardised(given=given).reference_request(BitStrings()))
    assert reference.given.texts == tuple(given)
    scores = reference.given.scores[LABEL]
    assert scores[0] == scores[2] == pytest.approx(10.0, abs=0.1)
    assert scores[1] == reference.drawn.scores[LABEL][0]
    assert len(reference.drawn) == SIZE
    assert np.isnan(reference.drawn.params).all()


def test_a_member_that_fails_has_no_score(tmp_path: Path) -> None:
    fitness = "tests.tiny_reference:Standardised(member=tests.toy:RaisesForSome,size=20)"
    search(tmp_path / "run", fitness=fitness, evaluations=1)
    request = Standardised(member="tests.toy:RaisesForSome").reference_request(BitStrings())
    drawn = read_reference(tmp_path / "run", request).drawn
    marked = [text.startswith("11") for text in drawn.texts]
    assert np.isnan(drawn.scores["tests.toy:RaisesForSome"]).tolist() == marked
    assert any(marked)


def test_a_time_out_is_for_trials_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="evo"):
        fitness = f"tests.tiny_reference:Standardised(member=tests.toy:ChecksDeadline,size={SIZE})"
        search(tmp_path / "run", fitness=fitness, evaluations=2, trial_timeout=0.001)
    assert {row["status"] for row in rows(tmp_path / "run")} == {"timed_out"}
    (member,) = (tmp_path / "run" / REFERENCE).glob("00-*")
    assert {row["status"] for row in rows(member)} == {"completed"}
    assert "\nreference: without --trial-timeout 0.001, which is for trials alone\n" in caplog.text


def test_what_the_machine_could_not_score_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def exhaust(self: RaisesForSome, candidate: Any, context: Any) -> Any:
        raise MemoryError if is_marked(candidate) else ValueError

    monkeypatch.setattr(RaisesForSome, "__call__", exhaust)
    fitness = "tests.tiny_reference:Standardised(member=tests.toy:RaisesForSome,size=20,refuses=true)"
    with caplog.at_level("INFO", logger="evo"), pytest.raises(FutileRunError):
        search(tmp_path / "run", fitness=fitness)
    assert ", 20 without a score, 4 of these by the machine, so that another may rank otherwise" in caplog.text


def test_a_reference_that_the_fitness_refuses_ends_a_run_that_nothing_can_go_on_with(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fitness = "tests.tiny_reference:Standardised(member=tests.toy:RaisesForSome,size=20,refuses=true)"
    for _ in ("scored", "again"):
        with caplog.at_level("INFO", logger="evo"), pytest.raises(FutileRunError) as caught:
            search(tmp_path / "run", fitness=fitness)
        assert str(caught.value) == (
            "no such reference is good enough; choose another member; tests.toy:RaisesForSome fails on 4 of 20 by "
            f"ValueError: a marked candidate; going on with {tmp_path / 'run'} would end the same way"
        )
    assert "--resume" not in caplog.text
    assert caplog.text.count(" scores to make") == 1
    assert run_status(tmp_path / "run").lines[1] == "state: failed"


def test_a_member_may_be_an_object(tmp_path: Path, whole: Path) -> None:
    search(tmp_path / "run", fitness=Standardised(size=SIZE, handed=True))
    assert [row["fitness"] for row in rows(tmp_path / "run")] == [row["fitness"] for row in rows(whole)]
    assert read_config(tmp_path / "run" / REFERENCE / MEMBER).objects == ("fitness",)


def test_scores_are_found_again_by_other_runs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    on_networks(tmp_path / "first", 3)
    on_networks(tmp_path / "same", 3)
    with caplog.at_level("INFO", logger="evo"):
        on_networks(tmp_path / "larger", 5, seed=1)
    assert found(tmp_path / "first") == [False] * 3
    assert found(tmp_path / "same") == [True] * 3
    assert found(tmp_path / "larger") == [True] * 3 + [False] * 2
    (start,) = (message for message in caplog.messages if "outside --evaluations" in message)
    assert start.splitlines()[1] == "reference: 2 of 5 scores to make, about the work of 2 trials"
    assert start.splitlines()[2].startswith("reference: synflow: 2 candidates, about a second (")
    assert any(
        "2 scored, " in told and told.endswith(f", 3 found in {tmp_path}/references") for told in caplog.messages
    )
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    on_networks(tmp_path / "alone", 3, references=Path("none"))
    assert found(tmp_path / "alone") == [False] * 3
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet") if "alone" not in path.parts}
    assert kept == before
    assert not Path("none").exists()
    on_networks(tmp_path / "apart", 3, references=tmp_path / "others")
    assert found(tmp_path / "apart") == [False] * 3
    for other in ("same", "apart"):
        assert rows(tmp_path / other) == rows(tmp_path / "first")
        assert rows(tmp_path / other / REFERENCE / "00-synflow") == rows(tmp_path / "first" / REFERENCE / "00-synflow")
    request = Standardised(member="synflow").reference_request(SPACES.build("nasbench201", {}))
    assert (read_reference(tmp_path / "larger", request).drawn.macs > 0).all()


def test_a_folder_of_references_that_is_damaged_or_cannot_be_written_is_a_note(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    on_networks(tmp_path / "run", 2)
    (file,) = (tmp_path / "references").iterdir()
    file.write_bytes(b"PAR1 and nothing else")
    on_networks(tmp_path / "again", 2)
    assert found(tmp_path / "again") == [False] * 2
    (tmp_path / "file").touch()
    on_networks(tmp_path / "nowhere", 2, references=tmp_path / "file")
    notes = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert notes[-1].startswith(f"note: {tmp_path}/file: scores cannot be kept there (")
    assert notes[0].startswith(f"note: {file} is not used: ")
    assert rows(tmp_path / "again") == rows(tmp_path / "run") == rows(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("fitness", "words"),
    [
        ("tests.tiny_reference:Standardised(member=synflow)", "synflow, by which the reference is to be scored: "),
        ("tests.tiny_reference:Standardised(size=-1)", "size of the reference -1: must be at least 0"),
        (Standardised(given=["012"]), "asks for a reference with '012', which is no candidate of the space"),
    ],
    ids=["refused member", "size", "candidate"],
)
def test_what_cannot_be_scored_is_refused_before_anything_is_written(
    tmp_path: Path, fitness: object, words: str
) -> None:
    with pytest.raises(UsageError, match=words.replace("(", "\\(")):
        search(tmp_path / "run", fitness=fitness)
    assert not (tmp_path / "run").exists()


def test_an_object_that_workers_cannot_be_handed_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    fitness = Standardised(handed=True)
    fitness._member.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match=f"the object given as {LABEL} cannot be sent to workers"):
        search(tmp_path / "run", fitness=fitness, placement=Placement(workers=1))
    assert not (tmp_path / "run").exists()


def test_a_reference_that_is_not_whole_is_not_taken(tmp_path: Path, whole: Path) -> None:
    request: ReferenceRequest = Standardised().reference_request(BitStrings())
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    assert len(read_reference(copy, request).drawn) == SIZE
    shutil.rmtree(copy / REFERENCE / MEMBER / "evaluations")
    with pytest.raises(UsageError, match="has not been scored whole; --resume goes on with it"):
        read_reference(copy, request)
    with pytest.raises(UsageError, match="has not been scored whole"):
        read_reference(tmp_path, request)
    assert search(copy) == "finished"
    assert rows(copy / REFERENCE / MEMBER) == rows(whole / REFERENCE / MEMBER)


def test_a_reference_of_another_search_in_its_place_is_refused(tmp_path: Path, whole: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    config = json.loads((copy / REFERENCE / MEMBER / "config.json").read_text())
    config["search"]["seed"] = 1
    (copy / REFERENCE / MEMBER / "config.json").write_text(json.dumps(config))
    shutil.rmtree(copy / REFERENCE / MEMBER / "evaluations")
    with pytest.raises(UsageError, match="holds another search"):
        search(copy)
    with RunFolder(copy) as folder:
        folder.check(read_config(copy))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_workers_have_the_rows_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ray_cluster: None, whole: Path, workers: int
) -> None:
    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster(None, 2, 0.0), Resources(int(placement.workers), 0.0)

    monkeypatch.setattr("evo.engine.session.opened", opened)
    monkeypatch.setattr("evo.engine.watching._metrics", lambda folder, resources: [])  # which are Ray's
    search(tmp_path / "run", placement=Placement(workers=workers))
    assert rows(tmp_path / "run") == rows(whole)
    assert rows(tmp_path / "run" / REFERENCE / MEMBER) == rows(whole / REFERENCE / MEMBER)

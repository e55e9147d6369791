"""Whole searches within constraints. Catches: a candidate outside that is scored, by whichever strategy; rows that
depend on workers, a kill or a resumption; bounds that are not part of the configuration; a search that ends otherwise
than with all rows and one line where nothing is within; a listed or a first candidate outside that is only found on
the way; a reference that trains what is outside; a best that is."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo.commands.run import main
from evo.engine.evolution import SAID, Evolution
from evo.engine.reference_members import CANDIDATES
from evo.records.failures import OutsideConstraintsError
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.trial import Evaluation, Outcome, Proposal, Status, Trial
from evo.searching import Searched, run_request
from evo.storage.run_folder import REFERENCE, read_config, read_progress
from evo.strategies import STRATEGIES
from evo.strategies.base import SearchStrategy
from evo.strategies.strategy_table import RELAXATIONS
from fitness import Fitness, Score
from spaces import SPACES, InputSpec, network_complexity
from tasks.foundation.errors import UsageError
from tests.costed_bits import NetworkBits
from tests.refusals import check_refused
from tests.runs import COMPARED, FakePool, Row, interrupt_after, rows
from tests.toy import Bits

BITS = "tests.costed_bits:NetworkBits"
MOST_ONES = 4
BOUNDS = ("params<=47",)
"""Of ten bits four may be 1, and more are better."""
SIZES = [*COMPARED, "params", "macs"]
OPTIONS: dict[str, dict[str, object]] = {
    "regularized_evolution": {"population": 6, "tournament": 3},
    "surrogate": {"model": "ridge", "n0": 10, "children": 8, "samples": 4},
    "tier_ranking": {"n0": 10, "k": 5, "batch": 16, "predictor": "tests.tiny_predictor:MeanByToken"},
}
STRATEGY = sorted(STRATEGIES.builtin.keys() - RELAXATIONS.keys() - {"listed"})
EVALUATIONS = 30
HERE = Placement(workers=0)


class OwnBits(SearchStrategy):
    """Makes bits itself, without its space, and waits once three of them are not told."""

    def __init__(self) -> None:
        self.open = 0

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        if self.open == 3:
            return None
        self.open += 1
        return Proposal(tuple(int(bit) for bit in rng.integers(2, size=10)))

    def tell(self, evaluation: Evaluation) -> None:
        self.open -= 1


class OnesIn3x3(Fitness):
    """Counts 3x3 convolutions of a cell, and with them what it costs."""

    def __call__(self, candidate: Any, context: Any) -> Score:
        return Score(float(context.space.encode(candidate).count("3x3")))


def asked(run_dir: Path, **given: Any) -> SearchRequest:
    plain: dict[str, Any] = {
        "space": BITS,
        "fitness": "tests.toy:CountOnes",
        "data": "noise",
        "evaluations": EVALUATIONS,
        "constraints": BOUNDS,
        "ahead": 4,
        "placement": HERE,
        "trust": True,
    }
    strategy = given.pop("strategy", "regularized_evolution")
    options = {"strategy": OPTIONS.get(strategy, {})} if isinstance(strategy, str) else {}
    return SearchRequest(**{**plain, "strategy": strategy, "options": options, **given}, run_dir=run_dir)


def search(run_dir: Path, **given: Any) -> Searched:
    return run_request(asked(run_dir, **given))


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many workers as are asked for, without Ray; they finish in a random order, and what starts with 11 fails."""

    def outcome(trial: Trial) -> Outcome:
        if trial.candidate[:2] == (1, 1):
            return Outcome(Status.FAILED, error="ValueError: starts with 11")
        return Outcome(Status.COMPLETED, fitness=float(sum(trial.candidate)), params=7 + 10 * sum(trial.candidate))

    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster(None, 99, 0.0), Resources(int(placement.workers), 0.0)

    @contextmanager
    def workers(evolution: Evolution, resources: Resources) -> Iterator[FakePool]:
        yield FakePool(max(resources.workers, 1), random.Random(resources.workers), outcome)

    monkeypatch.setattr("evo.engine.session.opened", opened)
    monkeypatch.setattr("evo.engine.watching._metrics", lambda folder, resources: [])  # which are Ray's
    monkeypatch.setattr("evo.engine.evolution.Evolution._workers", workers)
    monkeypatch.setattr("evo.engine.evolution.Evolution._fit_worker", _fits_here)


def _fits_here(evolution: Evolution, resources: Resources) -> Any:
    from evo.engine.inline_fits import InlineFits

    return InlineFits(evolution.plugins.space)


def ones(row: Row) -> int:
    text: str = row["candidate"]
    return text.count("1")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("strategy", [*STRATEGY, "tests.evo.engine.test_evolution_constraints:OwnBits"])
def test_every_strategy_stays_within_and_has_the_same_rows_however_it_is_run(
    tmp_path: Path, strategy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(tmp_path / "0", strategy=strategy)
    found = rows(tmp_path / "0")
    assert len(found) == EVALUATIONS
    assert max(map(ones, found)) == MOST_ONES  # at the bound, and not beyond
    for workers in (1, 2):
        search(tmp_path / f"{workers}", strategy=strategy, placement=Placement(workers=workers))
        assert rows(tmp_path / f"{workers}") == found
    with monkeypatch.context() as patched:
        interrupt_after(17, patched)
        assert search(tmp_path / "killed", strategy=strategy, placement=Placement(workers=2)).state == "interrupted"
    assert len(rows(tmp_path / "killed")) < EVALUATIONS
    search(tmp_path / "killed", strategy=strategy)
    assert rows(tmp_path / "killed") == found
    said = [(tmp_path / name / SAID).read_text().splitlines() for name in ("0", "1", "2", "killed")]
    refused = [next(line for line in lines if "proposals outside the constraints" in line) for lines in said]
    assert len(set(refused)) == 1  # none is counted twice
    assert refused[0].endswith("proposals outside the constraints (params<=47)")
    assert not refused[0].startswith("0 ")


@pytest.mark.parametrize("strategy", STRATEGY)
def test_cells_of_nasbench201_stay_within_both_bounds(tmp_path: Path, strategy: str) -> None:
    bounds = ("params<400K", "macs<60e6")
    options = {**OPTIONS, "tier_ranking": {**OPTIONS["tier_ranking"], "predictor": "ridge"}}.get(strategy, {})
    fitness = "tests.evo.engine.test_evolution_constraints:OnesIn3x3"
    given = {"space": "nasbench201", "fitness": fitness, "constraints": bounds, "strategy": strategy}
    search(tmp_path / "run", **given, options={"strategy": options}, evaluations=25)
    found = rows(tmp_path / "run", SIZES)
    space = SPACES.build("nasbench201", {})
    for row in found:
        size = network_complexity(space, space.decode(row["candidate"]), InputSpec(), 10)
        assert (row["params"], row["macs"]) == (size.params, size.macs)
        assert size.params < 400_000
        assert size.macs < 60_000_000
    assert len(found) == 25
    assert evo.load(tmp_path / "run").best()[0].params in {row["params"] for row in found}


def test_bounds_hold_at_another_size_which_the_row_has_too(tmp_path: Path) -> None:
    search(tmp_path / "run", constraints=("params<=97",), constraint_size="space.width=3")
    table = evo.load(tmp_path / "run").trials().to_pylist()
    for row in table:
        own = dict(row["metrics"])
        assert row["params"] == 7 + 10 * ones(row)
        assert (own["constraint.params"], own["constraint.macs"]) == (7 + 30 * ones(row), 70 + 3_000 * ones(row))
        assert own["constraint.params"] <= 97
    assert any(row["reused"] for row in table)
    assert read_config(tmp_path / "run").constraint_size == {"width": 3}


def test_a_candidate_that_cannot_be_built_is_a_row_as_ever(tmp_path: Path) -> None:
    broken = "0000000011"
    space = f"{BITS}(broken={broken})"
    search(tmp_path / "run", space=space, initial=(broken,), evaluations=3)
    first, *_ = rows(tmp_path / "run", SIZES)
    assert (first["candidate"], first["status"], first["params"]) == (broken, "completed", None)


def test_bounds_are_part_of_the_configuration(tmp_path: Path) -> None:
    search(tmp_path / "run", evaluations=12)
    assert read_config(tmp_path / "run").constraints == ("params<=47",)
    for other in ((), None, ("params<=37",), ("params<=47", "macs<9e9")):
        with pytest.raises(UsageError, match="holds another search"):
            search(tmp_path / "run", constraints=other, evaluations=14)
    with pytest.raises(UsageError, match="holds another search"):
        search(tmp_path / "run", constraint_size={"width": 1}, evaluations=14)
    again: dict[str, Any] = {"run_dir": tmp_path / "run", "trust": True, "resume": True, "placement": HERE}
    with pytest.raises(UsageError, match=r"constraints .*params<=47.* there, .*params<=37.* here"):
        run_request(SearchRequest(**again, constraints=["params<=37"]))
    run_request(SearchRequest(**again, evaluations=14))
    search(tmp_path / "run", constraints=["params <= 47", "params<=.047K"], evaluations=16)
    search(tmp_path / "whole", evaluations=16)
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


def test_without_bounds_nothing_of_them_is_written(tmp_path: Path) -> None:
    search(tmp_path / "run", constraints=None, evaluations=4)
    written = read_config(tmp_path / "run").to_json()
    assert not {"constraints", "constraint_size"} & written.keys()
    assert not (tmp_path / "run" / SAID).exists()


@pytest.mark.usefixtures("busy")
def test_where_nothing_is_within_all_rows_are_saved_and_one_line_ends_the_run(tmp_path: Path) -> None:
    """One candidate of 1,024 is within."""
    only = "0000000000"
    given: dict[str, Any] = {"constraints": ("params<17",), "initial": (only,) * 3, "strategy": "random_search"}
    for workers in (0, 1, 2):
        with pytest.raises(OutsideConstraintsError) as caught:
            search(tmp_path / f"{workers}", **given, placement=Placement(workers=workers))
        assert "\n" not in str(caught.value)
        assert "none of 1,000 candidates in a row is within params<17" in str(caught.value)
        assert "the nearest size seen is 17 params, 1,070 macs" in str(caught.value)
        assert read_progress(tmp_path / f"{workers}")["state"] == "failed"
    found = rows(tmp_path / "0")
    assert {row["candidate"] for row in found} == {only}
    assert 3 <= len(found) < EVALUATIONS
    assert rows(tmp_path / "1") == rows(tmp_path / "2") == found


def test_the_command_ends_with_its_exit_code_and_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--space", "nasbench201", "--fitness", "params", "--data", "noise", "--workers", "0", "--quiet"]
    assert main([*asked, "--constraint", "params<10", "--run-dir", str(tmp_path / "run")]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "the nearest size seen is 73,306 params" in captured.err
    assert "constraints: params<10; what is outside is not tried" in captured.out
    assert "1,000 proposals outside the constraints (params<10)" in captured.out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--space", "proxy_tasks", "--panel", "digits", "--constraint", "params<9"], "builds no networks"),
        (["--constraint", "params=9"], "--constraint 'params=9': write params or macs"),
        (["--constraint", "params<9", "--constraint", "params>9"], "no network has such a size"),
        (["--constraint-size", "cells_per_stage=1"], "give what is to be within it by --constraint"),
        (["--constraint", "params<9", "--constraint-size", "cells=1"], "did you mean 'cells_per_stage'?"),
        (["--constraint", "params<9", "--constraint-size", "fitness.steps=1"], "write options of the space"),
    ],
)
def test_what_cannot_be_is_one_line_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], words: str
) -> None:
    plain = [] if "--panel" in given else ["--space", "nasbench201", "--fitness", "params"]
    ends = ["--data", "noise", "--workers", "0", "--quiet", "--run-dir", str(tmp_path / "run")]
    assert main([*plain, *given, *ends]) == 2
    check_refused(capsys, "evo.run", words)
    assert not (tmp_path / "run").exists()


def test_the_size_of_an_object_cannot_be_another(tmp_path: Path) -> None:
    class Local(NetworkBits):
        """Has no name."""

    with pytest.raises(UsageError, match=r"^--constraint-size space.width=3: space .* is an object"):
        search(tmp_path / "run", space=Local(), constraint_size={"width": 3})
    search(tmp_path / "run", space=Local(), evaluations=5)
    assert max(map(ones, rows(tmp_path / "run"))) <= MOST_ONES


def test_a_listed_candidate_outside_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("0000000011\n\n0000011111\n0000000001\n")
    listed = {"strategy": "listed", "options": {"strategy": {"file": str(tmp_path / "list")}}}
    with pytest.raises(UsageError, match=r"line 3: '0000011111' is outside params<=47: 57 params, 5,070 macs"):
        search(tmp_path / "run", **listed)
    assert not (tmp_path / "run").exists()
    search(tmp_path / "run", **listed, constraints=("params<=57",))
    assert [row["candidate"] for row in rows(tmp_path / "run")] == ["0000000011", "0000011111", "0000000001"]


def test_a_first_candidate_outside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--initial '0000011111': .* is outside params<=47"):
        search(tmp_path / "run", initial=("0000000001", "0000011111"))
    assert not (tmp_path / "run").exists()


def test_a_reference_is_within_and_what_is_given_with_labels_need_not_be(tmp_path: Path) -> None:
    given = "1111111111"
    options = {"fitness": {"size": 6, "last": True, "given": [given]}, "strategy": {"population": 3, "tournament": 2}}
    search(tmp_path / "run", fitness="tests.tiny_reference:Standardised", options=options, evaluations=12)
    texts = (tmp_path / "run" / REFERENCE / CANDIDATES).read_text().splitlines()
    assert len(texts) == 7
    assert all(text.count("1") <= MOST_ONES for text in texts[:6])
    assert texts[6] == given
    member = next((tmp_path / "run" / REFERENCE).glob("00-*"))
    assert read_config(member).constraints == ()  # as the member of any other run
    best = evo.load(tmp_path / "run").best(12)
    assert all(one.candidate.count("1") <= MOST_ONES for one in best)


def test_python_takes_them_too(tmp_path: Path) -> None:
    def count(candidate: Bits, context: object) -> float:
        return float(sum(candidate))

    given: dict[str, Any] = {"space": NetworkBits(), "fitness": count, "data": "noise", "workers": 0, "evaluations": 9}
    run = evo.search(**given, constraints=["params<=47"], run_dir=tmp_path / "run")
    assert run.config.constraints == ("params<=47",)
    assert all(one.candidate.count("1") <= MOST_ONES for one in run.best(9))
    single = evo.search(**given, constraints="params<=47", run_dir=tmp_path / "other")
    assert single.config.constraints == run.config.constraints
    with pytest.raises(UsageError, match="constraints="):
        evo.search(**given, constraints=47, run_dir=tmp_path / "third")

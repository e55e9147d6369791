"""Catches: a best that is none, rows that cannot be read while a run is going, a reader that imports what a folder
names, a network with other weights than those scored, a run that is gone on with elsewhere or without its objects."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from evo.engine.asking import PLACED
from evo.engine.evaluator import Evaluator
from evo.engine.observer import Observer
from evo.records.config import Limits
from evo.records.requests import Placement, SearchRequest
from evo.records.trial import Outcome
from evo.runs import Run
from evo.searching import run_request
from evo.storage.run_folder import RunFolder
from fitness import EvalContext, Score
from fitness.base import network_shape
from spaces.nasbench201.space import NasBench201
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, scored, toy_config
from tests.tiny import TinyNetworks
from tests.toy import BitStrings, CountOnes

REPOSITORY = Path(__file__).parents[2]


def never(**asked: Any) -> Run:
    raise AssertionError(f"went on with {asked}")


def claimed(run_dir: Path, outcomes: list[Outcome], **more: Any) -> Path:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
    return log_outcomes(run_dir, outcomes, **more)


def search(run_dir: Path, *observers: Observer, **asked: Any) -> Run:
    """Search in this process; what the run is gone on with runs in the same way."""
    where = {name: asked.pop(name) for name in PLACED if name in asked}
    placement = Placement(**{"workers": 0, **where})
    searched = run_request(SearchRequest(**asked, run_dir=run_dir, placement=placement), observers=observers)
    return Run(searched.path, again=again, objects=searched.objects, placement=placement, trust=True)


def again(*, run_dir: Path, **asked: Any) -> Run:
    return search(run_dir, **asked)


class Drawn:
    """A fitness that draws weights as those of the project do: the state of the last network is in ``weights``."""

    weights: dict[str, torch.Tensor]

    def __call__(self, candidate: int, context: EvalContext) -> Score:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(context.rng.integers(2**63)))
            network = context.space.build(candidate, *network_shape(context.images))  # type: ignore[attr-defined]
        type(self).weights = network.state_dict()
        return Score(float(candidate))


def test_a_network_has_the_weights_that_the_evaluator_drew(tmp_path: Path) -> None:
    run = search(tmp_path / "run", space=TinyNetworks(), fitness=Drawn(), data="noise", evaluations=4, seed=2)
    record = run.best()[0]
    assert record.seed is not None
    Evaluator(run.config, objects=run.objects).evaluate(record.candidate, record.seed)
    for given in (record, record.candidate):
        found = run.network(given).state_dict()
        assert all(torch.equal(found[name], value) for name, value in Drawn.weights.items())
        assert found.keys() == Drawn.weights.keys()


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """The folder of a run that names a module of somebody's own."""
    return search(tmp_path / "run", space="tests.tiny:TinyNetworks", fitness="params", data="noise", evaluations=2).path


def test_a_module_of_somebodys_own_is_imported_only_where_it_is_trusted_or_passed_again(foreign: Path) -> None:
    run = Run(foreign, again=again)
    record = run.best()[0]
    for action in (lambda: run.network(record), lambda: run.resume(evaluations=3)):
        with pytest.raises(UsageError, match=r"'tests.tiny:TinyNetworks' is neither built in nor installed"):
            action()
    assert run.network(record, space=TinyNetworks()) is not None
    assert len(run.resume(evaluations=3, space="tests.tiny:TinyNetworks", workers=0)) == 3
    assert Run(foreign, again=again, trust=True).network(record) is not None
    assert len(Run(foreign, again=again, trust=True).resume(evaluations=4, workers=0)) == 4


def test_a_network_is_of_the_runs_own_space_and_images(foreign: Path, tmp_path: Path) -> None:
    run = Run(foreign, again=again, trust=True)
    record = run.best()[0]
    for space in ("tests.tiny:TinyNetworks", TinyNetworks, TinyNetworks()):
        assert run.network(record, space=space, data="noise") is not None
    for given, words in (
        ({"space": "tests.toy:BitStrings"}, r"space=tests.toy:BitStrings\(length=10\): the run has tests.tiny:TinyNet"),
        ({"space": BitStrings()}, r"space=tests.toy:BitStrings\(length=10\): the run has tests.tiny:TinyNetworks\(\)"),
        ({"data": "digits"}, "data=digits: the run has noise; leave it out"),
        ({"data": "noise(size=16)"}, r"data=noise\(size=16\): the run has noise"),
    ):
        with pytest.raises(UsageError, match=words):
            run.network(record, **given)  # type: ignore[arg-type]
    sized = {"space": "nasbench201(cells_per_stage=1)", "fitness": "params", "data": "noise"}
    mine = search(tmp_path / "sized", **sized, evaluations=1)
    assert mine.network(mine.best()[0], space="nasbench201") is not None
    assert mine.network(mine.best()[0], space=NasBench201) is not None
    with pytest.raises(UsageError, match=r"the run has nasbench201.*cells_per_stage=1"):
        mine.network(mine.best()[0], space="nasbench201(cells_per_stage=2)")


def test_what_its_caller_has_named_need_not_be_named_again(foreign: Path) -> None:
    run = Run(foreign, again=again, trust=True, placement=Placement(workers=0))
    assert run.network(run.best()[0]) is not None
    assert len(run.resume(evaluations=3).resume(evaluations=4)) == 4


def test_a_run_goes_on_where_it_ran_and_with_its_objects(tmp_path: Path) -> None:
    class Mine(CountOnes):
        """A fitness of this test's own."""

    fitness = Mine(noise=0.0)
    run = search(tmp_path / "run", space=BitStrings(), fitness=fitness, data="noise", evaluations=3)
    longer = run.resume(evaluations=5)  # in this process, too
    assert (len(longer), longer.objects["fitness"]) == (5, fitness)
    elsewhere = Run(run.path, again=again, placement=Placement(workers=0))
    with pytest.raises(UsageError, match=r"fitness .* was handed over as an object"):
        elsewhere.resume(evaluations=6, space=BitStrings())
    assert len(elsewhere.resume(evaluations=6, space=BitStrings(), fitness=Mine(noise=0.0))) == 6
    with pytest.raises(UsageError, match="holds another search"):
        run.resume(evaluations=7, fitness=CountOnes(noise=0.0))


def test_a_run_goes_on_in_its_own_folder(tmp_path: Path) -> None:
    run = search(tmp_path / "run", space=BitStrings(), fitness=CountOnes(noise=0.0), data="noise", evaluations=1)
    with pytest.raises(UsageError, match="goes on in its own folder"):
        run.resume(run_dir=tmp_path / "other")


def test_where_it_goes_on_can_be_changed(tmp_path: Path) -> None:
    claimed(tmp_path, [])
    asked: list[dict[str, Any]] = []

    def note(**given: Any) -> Run:
        asked.append(given)
        return run

    objects = {"space": BitStrings(), "fitness": CountOnes()}
    run = Run(tmp_path, again=note, objects=objects, placement=Placement(workers=3, address="auto"))
    assert run.resume(evaluations=4, workers=0, target=2.0) is run
    assert asked == [
        {
            **{**asdict(Placement(workers=0, address="auto")), "evaluations": 4, "target": 2.0},
            **{**objects, "strategy": None, "data": None, "run_dir": tmp_path, "resume": True, "trust": False},
        }
    ]


def test_weights_are_initial_or_best(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="weights='bset': must be one of initial, best"):
        Run(claimed(tmp_path, []), again=never).network("0", weights="bset")


def test_a_network_is_of_a_record_or_a_text(tmp_path: Path) -> None:
    unfit: Any = 5
    run = Run(claimed(tmp_path, [scored(1.0)]), again=never)
    for method in (run.network, run.draw, run.published):
        with pytest.raises(UsageError, match=r"^\w+\(5\): a record of the run, or a candidate's text, is needed"):
            method(unfit)


def test_a_run_writes_and_reads_the_forms_that_others_publish(foreign: Path, tmp_path: Path) -> None:
    asked = {"space": "nasbench201(cells_per_stage=1,stem_channels=4)", "fitness": "params", "data": "noise"}
    run = search(tmp_path / "published", **asked, evaluations=1)
    record = run.best()[0]
    assert run.published(record) == run.published(record.candidate) == record.candidate
    network = run.network("(0, 1, 2, 3, 4, 0)")
    assert sum(parameter.numel() for parameter in network.parameters()) > 0
    with pytest.raises(UsageError, match="is neither built in nor installed"):
        Run(foreign, again=again).published("3")
    assert Run(foreign, again=again).published("3", space=TinyNetworks()) is None

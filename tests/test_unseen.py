"""Catches: a search, a score, a label or a correlation that reads an image which ``evo.train`` is to be tested on, or
that goes on with rows that did.

Every built-in source notes which split it is asked for, by whichever of its methods; nothing here has a process of its
own, so that nothing is missed.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

import evo
from evo.labelling.labelling import Labelling
from fitness import FITNESSES
from tasks import SOURCES, Split, UsageError, option_parameters
from tasks.images.cifar import Cifar
from tasks.images.digits import Digits
from tasks.images.image_folder import ImageFolder
from tasks.images.noise import NoiseImages
from tasks.images.photos import Photos
from tests.fitness.test_contract import QUICK, SMALL, needed_by, write_needed
from tests.image_files import write_cifar, write_images
from tests.tiny import TinyNetworks, TinySequences
from tests.tiny_tasks import Tasks

READING = ("draw", "at", "whole")
KINDS = (Cifar, Digits, ImageFolder, NoiseImages, Photos)
TRAINED = "rotation(steps=1,batch=2,held_out=2)"
SIZE = {"stem_channels": 4, "cells_per_stage": 1}
SUPERNET = {"epochs": 1, "pictures": 8, "batch": 2, "held_out": 2, "threads": 1, "precision": "float32"}
LABELLED_SOURCES = ("digits", "cifar10", "cifar100", "classes", "splits")
DataOf = Callable[[str], dict[str, str]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[Split]:
    """Return the splits that are read, as they are."""
    read: set[Split] = set()

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def noted(self: Any, first: Any, *more: Any, **named: Any) -> Any:
            whole = method.__name__ == "whole"
            read.add(Split(first if whole else named.get("split", Split.TRAIN)))
            return method(self, first, *more, **named)

        return noted

    for kind in KINDS:
        for name in READING:
            if hasattr(kind, name):
                monkeypatch.setattr(kind, name, noting(getattr(kind, name)))
    return read


@pytest.fixture
def data_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataOf:
    """Return a function of a source's name that returns how it is asked for, with files of its own."""
    from torchvision.datasets import cifar

    monkeypatch.setattr(cifar, "check_integrity", lambda path, md5=None: Path(path).is_file())
    names = [f"{label}/{number}.png" for label in "abc" for number in range(8)]
    places = {
        "flat": write_images(tmp_path / "flat", *(name.replace("/", "") for name in names)),
        "classes": write_images(tmp_path / "classes", *names),
        "splits": write_images(
            tmp_path / "splits", *(f"{s}/{name}" for s in ("train", "val", "test") for name in names)
        ),
    }
    write_cifar(tmp_path)

    def asked(name: str) -> dict[str, str]:
        spec = f"imagefolder:{places[name]}" if name in places else name
        return {"data": f"{spec}(size=8)", "data_root": str(tmp_path)}

    return asked


def test_every_source_is_looked_at() -> None:
    sources = {name: SOURCES.load(name) for name in SOURCES.builtin}
    found = {getattr(source, "__annotations__", {}).get("return", source) for source in sources.values()}
    assert found == set(KINDS)
    assert all(set(READING) >= {name for name in ("draw", "at", "whole") if hasattr(kind, name)} for kind in KINDS)


def evolve(data: Mapping[str, str], path: Path) -> evo.Run:
    return evo.search(space=TinyNetworks, fitness=TRAINED, **data, evaluations=2, workers=0, run_dir=path)


def train_supernet(data: Mapping[str, str], path: Path) -> evo.Run:
    options = {"space": SIZE, "strategy": SUPERNET}
    asked = {"space": "nasbench201", "strategy": "darts", "fitness": "rotation", "options": options}
    return evo.search(**asked, **data, seeds=1, workers=0, run_dir=path)


def make_labels(data: Mapping[str, str], path: Path) -> Labelling:
    training = {"epochs": 1, "pictures": 4, "batch": 2, "options": {"fitness": {"held_out": 2}}}
    out = path.with_suffix(".csv")
    asked = {"count": 5, "seeds": 2, "least_agreement": -1, "out": out, "force": True, "workers": 0, "run_dir": path}
    return evo.label(space=TinyNetworks, **training, **data, **asked)


def correlate(data: Mapping[str, str], path: Path) -> object:
    table = path.with_suffix(".csv")
    table.write_text("candidate,accuracy\n" + "".join(f"{width},{width * 7 % 10}\n" for width in range(1, 6)))
    fitness = [TRAINED, "synflow", "regression(task=combo,steps=1)"]
    asked = {"fitness": fitness, "table": table, "metric": "accuracy", "workers": 0, "run_dir": path}
    return evo.correlate(space=TinyNetworks, **asked, **data)


@pytest.mark.parametrize("source", ["photos", "noise", "digits", "cifar10", "cifar100", "flat", "classes", "splits"])
def test_no_search_reads_a_test_image(source: str, seen: set[Split], data_of: DataOf, tmp_path: Path) -> None:
    data, supernet = data_of(source), tmp_path / "supernet"
    found = evolve(data, tmp_path / "evolution")
    assert [record.status for record in found.best(2)] == ["completed"] * 2
    assert seen == {Split.TRAIN, Split.VALIDATION}
    derived = train_supernet(data, supernet)
    assert len(derived.epochs()) == 1
    fitness = f"inherited(run={supernet})"
    evo.score(derived.best(1)[0].candidate, space="nasbench201", options={"space": SIZE}, fitness=fitness, **data)
    assert Split.TEST not in seen


def test_a_source_that_knows_two_splits_serves_searches_and_no_test(tmp_path: Path) -> None:
    data = {"data": "tests.tiny_images:two_splits"}
    run = evolve(data, tmp_path / "evolution")
    assert [record.status for record in run.best(2)] == ["completed"] * 2
    assert len(train_supernet(data, tmp_path / "supernet").epochs()) == 1
    assert make_labels(data, tmp_path / "labels").labels.without == 0
    with pytest.raises(UsageError, match=r"^--data tests\S*: there are no test images, only train and validation; Two"):
        evo.train(run, **data, epochs=1)


@pytest.mark.parametrize("source", LABELLED_SOURCES)
def test_no_label_is_of_a_test_image(source: str, seen: set[Split], data_of: DataOf, tmp_path: Path) -> None:
    assert make_labels(data_of(source), tmp_path / "labels").labels.without == 0
    assert seen == {Split.TRAIN, Split.VALIDATION}


@pytest.mark.parametrize("source", ["photos", *LABELLED_SOURCES])
def test_no_correlation_reads_a_test_image(source: str, seen: set[Split], data_of: DataOf, tmp_path: Path) -> None:
    correlate(data_of(source), tmp_path / "correlation")
    assert seen == {Split.TRAIN, Split.VALIDATION}


@pytest.mark.parametrize("make", [evolve, train_supernet, make_labels, correlate])
def test_a_folder_of_images_that_had_two_splits_does_not_go_on(
    make: Callable[[Mapping[str, str], Path], object], data_of: DataOf, tmp_path: Path
) -> None:
    data, path = data_of("digits"), tmp_path / "run"
    make(data, path)
    make(data, path)  # the same command goes on
    configs = list(path.rglob("config.json"))
    for config in configs:
        stored = json.loads(config.read_text())
        assert stored["search"].pop("data_identity") == Digits.identity
        config.write_text(json.dumps(stored))
    with pytest.raises(UsageError, match=r"its images .* were others, or divided otherwise: not said how then"):
        make(data, path)
    assert configs


HELD = "images: 3 classes ('a', 'b', 'c'); 24 train, 24 validation, 24 test"


@pytest.mark.parametrize(("make", "times"), [(evolve, 2), (train_supernet, 2), (make_labels, 2), (correlate, 1)])
def test_what_a_folder_holds_is_said_at_the_start_and_in_the_result(
    make: Callable[[Mapping[str, str], Path], object],
    times: int,
    data_of: DataOf,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO", "evo"):
        make(data_of("splits"), tmp_path / "run")
    lines = [message.splitlines() for message in caplog.messages]
    assert HELD in lines[0]
    assert sum(one.count(HELD) for one in lines) == times


def test_what_a_folder_holds_is_said_of_a_training(
    data_of: DataOf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {"space": "nds_resnet", "fitness": "params", "data": "noise", "evaluations": 1, "workers": 0}
    run = evo.search(**asked, run_dir=tmp_path / "x")
    data, training = data_of("splits"), {"epochs": 1, "batch": 8, "options": {"train": {"threads": 1}}}
    with caplog.at_level("INFO", "evo"):
        found = evo.train(run, **data, **training)
    assert caplog.messages[0] == HELD
    assert found.lines[1:3] == (HELD, "test accuracy: on 24 test images")


@pytest.fixture(scope="module")
def needed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that fitnesses need."""
    folder = tmp_path_factory.mktemp("needed")
    write_needed(folder)
    return folder


def options_of(name: str, folder: Path) -> Mapping[str, object]:
    """Return options with which a fitness is quick, and those that it cannot be made without."""
    taken = option_parameters(FITNESSES.load(name))
    return {option: value for option, value in QUICK.items() if option in taken} | needed_by(name, folder)


SPACES_OF: Mapping[str, tuple[Any, str]] = {
    "rank_correlation": (Tasks, "combo"),
    "hidden_covariance": (TinySequences, "3"),
    "ranker": ("nasbench201", "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|"),
}


@pytest.mark.parametrize("name", sorted(FITNESSES.builtin))
def test_no_fitness_reads_a_test_image(name: str, seen: set[Split], needed: Path, tmp_path: Path) -> None:
    space, candidate = SPACES_OF.get(name, (TinyNetworks, "3"))
    options = {"fitness": options_of(name, needed), "space": SMALL.get(space, {}) if isinstance(space, str) else {}}
    asked: dict[str, Any] = {"data": "digits(size=16)", "options": options, "references": tmp_path / "references"}
    scored = evo.score(candidate, space=space, fitness=name, **asked)
    assert scored.status == "completed" or name in {"naswot", "swap"}  # which draw images before they ask for a ReLU
    assert Split.TEST not in seen


def test_a_training_is_tested_on_what_no_search_has_seen(seen: set[Split], tmp_path: Path) -> None:
    run = evo.search(
        space="nds_resnet", fitness="params", data="noise", evaluations=1, workers=0, run_dir=tmp_path / "x"
    )
    evo.train(run, data="digits(size=8)", epochs=1, batch=256, options={"train": {"threads": 1}})
    assert seen == set(Split)

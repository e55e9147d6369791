"""Catches: a request of wrong types that is told after its folder was written, or by a raw error; numbers of numpy that
become texts in a configuration; a check that loads pydantic where nothing was asked for."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo.correlation.request import CorrelationRequest
from evo.labelling.request import LabelRequest
from evo.records.requests import Placement, SearchRequest
from evo.retraining.request import ComparisonRequest, TrainRequest
from tasks.foundation.errors import UsageError

TOY: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": "tests.toy:CountOnes", "data": "noise", "workers": 0}
CORRELATION = {"space": "s", "fitness": "f", "table": Path("t"), "metric": "m"}
LABELS = {"space": "s", "data": "d", "out": Path("o")}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (SearchRequest, {"seed": "1"}),
        (SearchRequest, {"seed": True}),
        (SearchRequest, {"evaluations": 3.5}),
        (SearchRequest, {"evaluations": np.float32(3.0)}),
        (SearchRequest, {"max_minutes": "1"}),
        (SearchRequest, {"reuse": 1}),
        (SearchRequest, {"ahead": 1.5}),
        (SearchRequest, {"options": {"fitness": 3}}),
        (SearchRequest, {"run_dir": 3}),
        (SearchRequest, {"placement": "local"}),
        (Placement, {"workers": 1.5}),
        (Placement, {"address": None}),
        (CorrelationRequest, {**CORRELATION, "sample": "8"}),
        (LabelRequest, {**LABELS, "learning_rate": "fast"}),
        (TrainRequest, {"run": Path("r"), "seeds": 1.0}),
        (ComparisonRequest, {"run": Path("r"), "against": 3}),
    ],
)
def test_a_wrong_type_is_told_in_a_line(kind: type, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=rf"^{list(given)[-1]}=.*: input should be .*\Z"):
        kind(**given)


def test_numbers_of_numpy_become_plain_and_paths_and_texts_what_is_needed() -> None:
    numbers: dict[str, Any] = {"seed": np.int64(1), "max_minutes": np.float32(0.5), "reuse": np.bool_(False)}
    places: dict[str, Any] = {"data_root": Path("d"), "run_dir": "x"}
    request = SearchRequest(**numbers, **places, options={"fitness": {"steps": np.int64(3)}})
    assert (request.seed, request.max_minutes, request.reuse) == (1, 0.5, False)
    assert [type(value) for value in (request.seed, request.max_minutes, request.reuse)] == [int, float, bool]
    assert type(request.options["fitness"]["steps"]) is int
    assert (request.data_root, request.run_dir) == ("d", Path("x"))
    assert Placement(gpus_per_worker=1).gpus_per_worker == 1


@pytest.mark.parametrize("wrong", [{"seed": "x"}, {"evaluations": "3"}, {"evaluations": 3.5}, {"trial_timeout": "1"}])
def test_nothing_is_written_for_a_wrong_type(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        evo.search(**TOY, **wrong, run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_asked_for_in_numbers_of_numpy_is_read_and_gone_on_with(tmp_path: Path) -> None:
    asked = {**TOY, "options": {"strategy": {"population": np.int64(3), "tournament": 2}}}
    evo.search(**asked, seed=np.int64(1), evaluations=np.int32(4), run_dir=tmp_path / "run")
    assert evo.load(tmp_path / "run").config.seed == 1
    assert len(evo.search(**asked, seed=1, evaluations=6, run_dir=tmp_path / "run")) == 6


def test_an_empty_request_loads_no_pydantic() -> None:
    program = "import sys; from evo.records.requests import SearchRequest as Asked; Asked(); "
    program += "print('pydantic' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


@pytest.mark.parametrize(("kind", "given"), [(SearchRequest, {"run_dir": ""}), (LabelRequest, {**LABELS, "out": ""})])
def test_an_empty_text_is_no_path(kind: type, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"^{list(given)[-1]}='': an empty text names no file or folder$"):
        kind(**given)

"""Catches: supernets that differ in more than their images and length, epochs of unequal steps, a mean that counts
counting, a score held against another candidate's label.
"""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from evo.commands.run_options import read_command
from evo.correlation.findings import ALL, BETTER
from evo.differentiable.config import build_gradient_plugins
from evo.engine.configuring import resolve_request
from fitness.rank_correlation.rank_statistics import Interval
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.benchmarks.supernet_images import (
    SOURCES,
    Lesson,
    arguments_of,
    lessons_of,
    main,
    parser,
    rhos_of,
    rows_of,
    table_of,
)

LESSON = Lesson("photos", 20)


def finding(label: str, rho: float, part: str = ALL) -> SimpleNamespace:
    return SimpleNamespace(label=label, part=part, rows=2, intervals={"spearman": Interval(rho, rho - 0.1, rho + 0.1)})


def correlation() -> SimpleNamespace:
    """Two supernets that rank at .2 and .4, and counting at .7; other values in the better half."""
    labels = ("inherited(run=/x,seed=0)", "inherited(run=/x,seed=1)", "params")
    found = [finding(label, rho) for label, rho in zip(labels, (0.2, 0.4, 0.7), strict=True)]
    sample = SimpleNamespace(texts=["a", "b"], labels=[90.0, 91.0])
    columns = [SimpleNamespace(label=label, scores=np.array([at, at + 1])) for at, label in enumerate(labels)]
    better = [finding(label, -1.0, BETTER) for label in labels]
    results = [SimpleNamespace(sample=sample, columns=columns)]
    return SimpleNamespace(findings=lambda: [*found, *better], results=results)


def test_every_source_is_learnt_from_at_every_length() -> None:
    options = parser().parse_args(["--table", "t.csv", "--epochs", "20,40"])
    assert lessons_of(options) == [Lesson(source, epochs) for source in SOURCES for epochs in (20, 40)]
    assert len({lesson.folder for lesson in lessons_of(options)}) == 4
    options = parser().parse_args(["--table", "t.csv", "--source", "digits", "--epochs", "3"])
    assert lessons_of(options) == [Lesson("digits", 3)]
    with pytest.raises(UsageError, match="--epochs 3,x: whole numbers"):
        lessons_of(parser().parse_args(["--table", "t.csv", "--epochs", "3,x"]))


def test_runs_differ_in_images_and_length_alone_and_take_the_steps_that_were_asked_for() -> None:
    options = parser().parse_args(["--table", "t.csv", "--steps", "5", "--batch", "8", "--epochs", "2,3"])
    with trusting(True):
        requests = [read_command(arguments_of(one, options, ["--seed", "3"])).request for one in lessons_of(options)]
        configs = [resolve_request(request).config for request in requests]
        plugins = [build_gradient_plugins(config) for config in configs]
    assert [config.strategy.options["epochs"] for config in configs] == [2, 3, 2, 3]
    assert len({config.data for config in configs}) == len(SOURCES)
    assert len({str((config.space, config.fitness, config.seed, config.strategy.name)) for config in configs}) == 1
    half = [each.search.settings.pictures // 2 for each in plugins]
    assert half == [5 * 8] * len(half)


def test_the_table_has_the_mean_of_the_supernets_over_all_rows() -> None:
    found = {LESSON: correlation()}
    assert rhos_of(found[LESSON]) == {
        "inherited(run=/x,seed=0)": 0.2,
        "inherited(run=/x,seed=1)": 0.4,
        "params": 0.7,
    }
    first, last = table_of(found).rows
    # standard error .1, and the quantile of Student's t with one degree of freedom is 12.706
    assert first == ("photos", "20", "2", "0.300 [-0.971, 1.571]", "0.20, 0.40")
    assert last == ("counting parameters, 2 rows", "", "", "0.700 [0.600, 0.800]", "")


def test_every_score_stands_beside_its_candidate_and_label() -> None:
    rows = list(rows_of({LESSON: correlation()}))
    of = {"source": "photos", "epochs": 20}
    assert rows[0] == {**of, "fitness": "inherited", "seed": 0, "candidate": "a", "label": 90.0, "score": 0.0}
    assert rows[3] == {**of, "fitness": "inherited", "seed": 1, "candidate": "b", "label": 91.0, "score": 2.0}
    assert rows[5] == {**of, "fitness": "params", "seed": None, "candidate": "b", "label": 91.0, "score": 3.0}


def test_lengths_that_are_none_are_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table", str(tmp_path / "t.csv"), "--epochs", "x"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

"""Catches: a trial without a score taken for a label, a candidate that is learnt from twice, runs of other fitnesses or
images whose labels are told as of one kind."""

from dataclasses import replace
from pathlib import Path

from evo.ranking.run_labels import read_run
from evo.records.config import TOLD, Choice, Limits, SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from tests.runs import scored, toy_config


def run(path: Path, config: SearchConfig) -> Path:
    """Log three completed trials, two of them of one candidate, and one that failed."""
    with RunFolder(path) as folder:
        folder.claim(config, Limits())
    log = RunLog(path)
    outcomes = [scored(3.0), Outcome(Status.FAILED, error="no"), scored(1.0), scored(3.0)]
    for number, (text, outcome) in enumerate(zip(["b", "c", "a", "b"], outcomes, strict=True)):
        log.append(Finished(Trial(number, None, (1,), text, text, 1), outcome, reused=number == 3))
    log.flush()
    return path


def test_every_completed_candidate_is_there_once(tmp_path: Path) -> None:
    config = toy_config(noise=0.5)
    found = read_run(run(tmp_path / "r", config))
    assert (found.rows.texts, found.rows.labels.tolist(), found.rows.name) == (["b", "a"], [3.0, 1.0], "r")
    assert (found.path, found.run) == (tmp_path / "r", config)
    assert found.kind == "fitness tests.toy:CountOnes(noise=0.5,sleep_s=0.0) on noise"


def test_the_kind_of_label_is_the_fitness_with_its_own_options_and_its_images(tmp_path: Path) -> None:
    regression = Choice("regression", {"task": "N", "steps": 100})
    config = replace(toy_config(), fitness=regression, data="photos")
    assert read_run(run(tmp_path / "a", config)).kind == "fitness regression(task=N) on photos"
    assert read_run(run(tmp_path / "b", replace(config, fitness=Choice(TOLD)))).kind == "fitness told"

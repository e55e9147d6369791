"""The Python interface. Catches: rows that differ from the command line's or between numbers of workers, a caller's Ray
that is shut down, a process that is not left as it was, objects of a script that do not reach the workers, an interrupt
that loses the run, a library that prints."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import ray
import torch

import evo
from evo.commands.run import main
from evo.records.trial import Finished
from fitness import EvalContext, Score
from tests.runs import Row, rows
from tests.toy import BitStrings

REPOSITORY = Path(__file__).parents[2]
SPACE, FITNESS, EVALUATIONS = "nasbench201(cells_per_stage=1)", "regression(task=N,steps=3)", 12
EVOLUTION = ["--population", "4", "--tournament", "2", "--seed", "5"]


class Ones:
    """A fitness of the caller's own."""

    def __init__(self, *, weight: float = 1.0) -> None:
        self.weight = weight

    def __call__(self, candidate: tuple[int, ...], context: EvalContext) -> Score:
        return Score(self.weight * sum(candidate))


def search(run_dir: Path, workers: int) -> evo.Run:
    strategy = evo.RegularizedEvolution(population=4, tournament=2)
    return evo.search(
        space=SPACE, fitness=FITNESS, strategy=strategy, data="photos", evaluations=EVALUATIONS, seed=5,
        workers=workers, run_dir=run_dir,
    )  # fmt: skip


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The rows of the command, scored in this process."""
    run_dir = tmp_path_factory.mktemp("commanded") / "run"
    asked = ["--space", "nasbench201", "--set", "space.cells_per_stage=1", "--fitness", FITNESS, "--quiet"]
    limits = ["--evaluations", str(EVALUATIONS), "--workers", "0", "--run-dir", str(run_dir)]
    assert main([*asked, *EVOLUTION, *limits]) == 0
    return rows(run_dir)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_rows_are_those_of_the_command_for_any_number_of_workers(
    workers: int, commanded: list[Row], tmp_path: Path, ray_cluster: None
) -> None:
    assert rows(search(tmp_path / "run", workers).path) == commanded
    assert ray.is_initialized()


def test_a_run_is_in_its_callers_hands(
    commanded: list[Row], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = search(tmp_path / "run", workers=0)
    assert rows(run.path) == commanded
    best = run.best(5)
    assert best[0].fitness == max(row["fitness"] for row in commanded)
    assert [record.fitness for record in best] == sorted((record.fitness for record in best), reverse=True)  # type: ignore[type-var]
    network = run.network(best[0])
    assert sum(parameter.numel() for parameter in network.parameters()) == best[0].params
    assert network(torch.zeros(1, 3, 32, 32)).shape == (1, 10)
    again = evo.score(best[0].candidate, space=SPACE, fitness=FITNESS, seed=5)
    assert (again.value, again.params, again.macs) == (best[0].fitness, best[0].params, best[0].macs)
    longer = run.resume(evaluations=EVALUATIONS + 2)
    assert rows(longer.path)[:EVALUATIONS] == commanded
    assert len(longer) == len(evo.load(run.path)) == EVALUATIONS + 2
    assert capsys.readouterr() == ("", "")
    assert best[0].candidate in "".join(map(str.strip, repr(longer).splitlines()))  # on lines of its own
    assert "<table>" in longer._repr_html_()


def test_in_this_process_nothing_is_left_behind(tmp_path: Path) -> None:
    torch.set_num_threads(2)
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()  # type: ignore[index]
    with torch.no_grad():
        evo.search(
            space=SPACE, fitness="regression(task=N,steps=1)", evaluations=1, workers=0, run_dir=tmp_path / "run"
        )
        assert not torch.is_grad_enabled()
    assert torch.get_num_threads() == 2
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before[:2]  # type: ignore[index]
    assert torch.equal(torch.get_rng_state(), before[2])


def test_it_may_be_called_from_any_thread(tmp_path: Path) -> None:
    ended: list[evo.Run] = []

    def body() -> None:
        ended.append(
            evo.search(space=BitStrings(), fitness=Ones(), data="noise", evaluations=5, workers=0, run_dir=tmp_path)
        )

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert len(ended[0]) == 5


SCRIPT = """
import logging
import ray
import evo
from fitness import Score
from tests.toy import BitStrings

class Mine(BitStrings):
    pass

class Ones:
    def __init__(self, *, weight=1.0):
        self.weight = weight
    def __call__(self, candidate, context):
        return Score(self.weight * sum(candidate))

if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    for workers in (0, 1, 2):
        evolution = evo.RegularizedEvolution(population=4, tournament=2)
        evo.search(space=Mine(), fitness=Ones(weight=2.0), strategy=evolution, data="noise", evaluations=12, seed=5,
                   workers=workers, run_dir=f"run{workers}")
    assert ray.is_initialized()
"""


@pytest.mark.slow
def test_a_space_and_a_fitness_of_the_script_itself_reach_the_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=_environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    toy = ["--space", "tests.toy:BitStrings", "--fitness", "tests.evo.test_api:Ones(weight=2)", "--data", "noise"]
    limits = ["--evaluations", "12", "--workers", "0", "--run-dir", str(tmp_path / "commanded"), "--quiet"]
    assert main([*toy, *EVOLUTION, *limits]) == 0
    expected = rows(tmp_path / "commanded")
    assert [rows(tmp_path / f"run{workers}") for workers in (0, 1, 2)] == [expected] * 3
    capsys.readouterr()
    assert main(["--resume", str(tmp_path / "run0"), "--evaluations", "20"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "'__main__:Mine' was handed over as an object" in line


def test_an_interrupt_saves_and_returns_the_run_so_far(tmp_path: Path) -> None:
    def interrupt(run: evo.LiveRun, finished: Finished) -> None:
        if finished.trial.trial_id == 3:
            raise KeyboardInterrupt

    run = evo.search(
        space=BitStrings(), fitness=Ones(), data="noise", evaluations=20, workers=0, run_dir=tmp_path / "run",
        callbacks=[interrupt],
    )  # fmt: skip
    assert (len(run), run.state) == (4, "interrupted")


def test_a_callback_stops_a_target_stops_and_another_run_begins(tmp_path: Path) -> None:
    def stop(run: evo.LiveRun, finished: Finished) -> None:
        if finished.trial.trial_id == 3:
            run.stop()

    asked = {"space": BitStrings(), "fitness": Ones(), "data": "noise", "workers": 0}
    first = evo.search(**asked, evaluations=20, run_dir=tmp_path / "first", callbacks=[stop])
    assert (len(first), first.state) == (4, "stopped")
    best = first.best(1)[0]
    second = evo.search(**asked, evaluations=20, run_dir=tmp_path / "second", initial=first, target=best.fitness)
    assert (len(second), second.state) == (1, "on target")
    assert rows(second.path)[0]["candidate"] == best.candidate


def test_a_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    asked = {"space": BitStrings(), "fitness": Ones(), "data": "noise", "workers": 0, "run_dir": tmp_path / "run"}
    evo.search(**asked, evaluations=3)
    assert len(evo.search(**asked, evaluations=4)) == 4
    with pytest.raises(evo.UsageError, match="holds another search"):
        evo.search(**asked, evaluations=4, seed=1)
    with pytest.raises(evo.UsageError, match="evaluatons"):
        evo.search(**asked, evaluatons=4)


def test_modules_of_a_functions_name_are_commands_that_nobody_imports() -> None:
    program = """
import contextlib, io, runpy, sys
import evo
for name in ("run", "correlate", "label", "train", "status"):
    sys.argv = [name, "--help"]
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        runpy.run_module(f"evo.{name}", run_name="__main__")
assert all(callable(getattr(evo, name)) for name in ("correlate", "label", "train")), vars(evo)
print("done")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(REPOSITORY)}


def test_what_a_record_is_taken_for(tmp_path: Path) -> None:
    run = evo.search(
        space=SPACE, fitness=lambda candidate, context: Score(1.0), data="noise", evaluations=2, workers=0,
        run_dir=tmp_path,
    )  # fmt: skip
    record = run.best()[0]
    assert evo.score(record, space=SPACE, fitness="params").value == record.params
    elsewhere = evo.load(tmp_path)  # which knows nothing of the fitness, and need not
    before = elsewhere.network(record).state_dict()
    torch.set_default_dtype(torch.float64)
    try:
        after = elsewhere.network(record).state_dict()
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(torch.equal(before[name], value) for name, value in after.items())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: evo.score("x", space=SPACE, fitness="params", workers=2), "unknown argument 'workers'"),
        (lambda: evo.search(space=SPACE, fitness="params", initial="text"), "a list of candidates is needed"),
        (lambda: evo.search(space=SPACE, fitness="params", initial=5), "a list of candidates is needed"),
        (lambda: evo.search(space=SPACE, fitness="params", options={"fitnes": {}}), "did you mean 'fitness'"),
    ],
)
def test_what_a_caller_gets_wrong_is_one_line_and_nothing_is_written(
    call: Callable[[], object], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(evo.UsageError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_images_may_be_larger() -> None:
    asked = {"space": "tests.tiny:TinyNetworks", "fitness": "macs", "data": "noise"}
    small, large = (evo.score("3", **asked, image_size=size).value for size in (32, 64))  # type: ignore[arg-type]
    classifier = 6 * 10
    assert small is not None
    assert large is not None
    assert large - classifier == 4 * (small - classifier)

"""Asking and telling. Catches: tells that reach the strategy in another order than their trials', rows that depend on
when a study was killed, a trial that is lost or asked twice, a tell that overwrites another, a study that a search
goes on with."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from evo.commands.run import main
from evo.records.failures import ContractError, ReplayError
from evo.records.trial import Evaluation, Proposal, Trial
from evo.reporting.run_status import run_status
from evo.storage.ask_log import ASKS
from evo.storage.locked_folder import is_running
from evo.storage.run_folder import BEST, PROGRESS
from evo.strategies.base import SearchStrategy
from evo.study import Study
from tasks.foundation.errors import UsageError
from tests.refusals import check_refused
from tests.runs import Row, rows
from tests.tiny import TinyNetworks
from tests.toy import BitStrings, Waves

REPOSITORY = Path(__file__).parents[2]
EVOLUTION = "regularized_evolution(population=3,tournament=2)"


class Recorded(SearchStrategy):
    """Proposes at random, and writes down in ``heard`` what it is asked and told."""

    heard: list[str]

    def ask(self, rng: np.random.Generator) -> Proposal:
        type(self).heard.append("ask")
        return Proposal(self.space.sample(rng))

    def tell(self, evaluation: Evaluation) -> None:
        type(self).heard.append(f"tell {evaluation.trial_id} {evaluation.status} {evaluation.fitness}")


@pytest.fixture
def heard() -> list[str]:
    """Return what a strategy hears from now on."""
    Recorded.heard = []
    return Recorded.heard


def begin(run_dir: Path, strategy: Any = EVOLUTION, **asked: Any) -> Study:
    return Study(space=asked.pop("space", BitStrings), strategy=strategy, run_dir=run_dir, **asked)


def next_of(study: Study) -> Trial:
    trial = study.ask()
    assert trial is not None
    return trial


def ones(trial: Trial) -> float:
    return float(sum(trial.candidate))


def play(study: Study, count: int) -> None:
    """Ask and tell so many trials one after the other."""
    for _ in range(count):
        trial = next_of(study)
        study.tell(trial, ones(trial))


def test_a_trial_is_a_candidate_with_its_text_and_its_row_is_what_was_told(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        first, second = next_of(study), next_of(study)
        assert (first.trial_id, second.trial_id) == (0, 1)
        assert first.text == BitStrings().encode(first.candidate)
        study.tell(first, 0.5, metrics={"zeros": 3})
        study.tell(second, error="it fell over")
        found = study.trials().to_pylist()
        assert study.best(3)[0].candidate == first.text
        assert len(study.best(3)) == 1
    assert [(row["status"], row["fitness"], row["error"]) for row in found] == [
        ("completed", 0.5, None),
        ("failed", None, "it fell over"),
    ]
    assert dict(found[0]["metrics"]) == {"zeros": 3.0}


@pytest.mark.parametrize("fitness", [float("nan"), float("inf")])
def test_a_fitness_that_is_not_finite_is_a_failure_that_keeps_its_metrics(tmp_path: Path, fitness: float) -> None:
    with begin(tmp_path / "run") as study:
        study.tell(next_of(study), fitness, metrics={"loss": 2.0})
        (row,) = study.trials().to_pylist()
    assert (row["status"], row["fitness"]) == ("failed", None)
    assert row["error"] == f"the fitness is not finite ({fitness})"
    assert dict(row["metrics"]) == {"loss": 2.0}


def test_tells_in_any_order_are_passed_on_in_the_order_of_the_trials(tmp_path: Path, heard: list[str]) -> None:
    with begin(tmp_path / "run", Recorded) as study:
        trials = [next_of(study) for _ in range(3)]
        study.tell(trials[2], 2.0)
        study.tell(trials[1], error="no")
        assert heard == ["ask"] * 3
        trials.append(next_of(study))
        study.tell(trials[0], 0.0)
        study.tell(trials[3], 3.0)
    told = ["tell 0 completed 0.0", "tell 1 failed None", "tell 2 completed 2.0", "tell 3 completed 3.0"]
    assert heard == ["ask"] * 4 + told


def test_a_study_that_is_taken_up_says_to_its_strategy_what_it_said_before(tmp_path: Path, heard: list[str]) -> None:
    with begin(tmp_path / "run", Recorded) as study:
        trials = [next_of(study) for _ in range(3)]
        study.tell(trials[1], 1.0)
        study.tell(trials[0], 0.0)
        trials.append(next_of(study))
        study.tell(trials[3], 3.0)  # behind trial 2, which is open
        before = list(heard)
    heard.clear()
    with begin(tmp_path / "run", Recorded) as study:
        assert heard == before == ["ask", "ask", "ask", "tell 0 completed 0.0", "tell 1 completed 1.0", "ask"]
        again = next_of(study)
        assert again == trials[2]
        study.tell(again, 2.0)
        assert heard[-2:] == ["tell 2 completed 2.0", "tell 3 completed 3.0"]
        assert next_of(study).trial_id == 4


def test_several_open_asks_are_asked_again_in_their_order(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        play(study, 2)
        trials = [next_of(study) for _ in range(4)]
        study.tell(trials[1], 1.0)
    with begin(tmp_path / "run") as study:
        assert [next_of(study) for _ in range(3)] == [trials[0], trials[2], trials[3]]
        assert next_of(study).trial_id == 6


def test_rows_are_a_function_of_the_order_of_asks_and_tells(tmp_path: Path) -> None:
    def scripted(run_dir: Path, pauses: Callable[[], bool]) -> list[Row]:
        """Ask two at a time and tell the later first; be made anew wherever ``pauses`` says so."""
        study = begin(run_dir)
        for _ in range(8):
            pair = [next_of(study), next_of(study)]
            if pauses():
                study.close()
                study = begin(run_dir)
                assert [next_of(study), next_of(study)] == pair
            study.tell(pair[1], ones(pair[1]))
            if pauses():
                study.close()
                study = begin(run_dir)
                assert next_of(study) == pair[0]
            study.tell(pair[0], error="no") if pair[0].trial_id % 3 == 0 else study.tell(pair[0], ones(pair[0]))
        study.close()
        return rows(run_dir)

    chance = random.Random(1)
    whole = scripted(tmp_path / "whole", lambda: False)
    assert scripted(tmp_path / "broken", lambda: chance.random() < 0.5) == whole
    assert scripted(tmp_path / "often", lambda: True) == whole
    assert any(row["parent_id"] is not None for row in whole)
    with begin(tmp_path / "one") as study:  # another order of asks and tells is another search
        play(study, 16)
    assert rows(tmp_path / "one") != whole


KILLED = """
import os, signal, sys
from evo.study import Study
from tests.toy import BitStrings
study = Study(space=BitStrings, strategy=sys.argv[2], run_dir=sys.argv[1])
for number in range(4):
    trial = study.ask()
    study.tell(trial, float(sum(trial.candidate)))
print(study.ask().text, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_asked_before_a_kill_is_asked_again_as_the_same_trial(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    command = [sys.executable, "-c", KILLED, str(run_dir), EVOLUTION]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with begin(run_dir) as study:
        trial = next_of(study)
        assert (trial.trial_id, trial.text) == (4, done.stdout.strip())
        study.tell(trial, ones(trial))
        play(study, 5)
    with begin(tmp_path / "whole") as study:
        play(study, 10)
    assert rows(run_dir) == rows(tmp_path / "whole")


@pytest.mark.parametrize("kept", [1, 15, -1])
def test_an_ask_that_was_cut_short_was_never_answered_and_is_forgotten(tmp_path: Path, kept: int) -> None:
    with begin(tmp_path / "run") as study:
        play(study, 4)
        last = next_of(study)
    path = tmp_path / "run" / ASKS
    *lines, cut = path.read_text().splitlines(keepends=True)
    assert json.loads(cut) == {"trial_id": 4, "told": 4}
    path.write_text("".join(lines) + cut[:kept])
    with begin(tmp_path / "run") as study:
        assert next_of(study) == last
        play(study, 2)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"trial_id": number, "told": told} for number, told in enumerate([0, 1, 2, 3, 4, 4, 4])
    ]


def test_every_trial_is_told_once(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        first, second = next_of(study), next_of(study)
        study.tell(second, 1.0)
        for trial in (second, Trial(7, None, (), "", "", 0)):
            with pytest.raises(UsageError, match=f"trial {trial.trial_id}.: it is not open"):
                study.tell(trial, 2.0)
        study.tell(first, 1.0)
        with pytest.raises(UsageError, match="it is not open"):
            study.tell(first, error="late")
        assert [row["fitness"] for row in rows(tmp_path / "run")] == [1.0, 1.0]


def test_a_tell_has_a_fitness_or_an_error(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        trial = next_of(study)
        for told in ({}, {"fitness": 1.0, "error": "no"}):
            with pytest.raises(UsageError, match="give a fitness, or error="):
                study.tell(trial, **told)  # type: ignore[arg-type]
        study.tell(trial, 1.0)


def test_a_strategy_that_wants_to_be_told_first_asks_for_nothing(tmp_path: Path) -> None:
    with begin(tmp_path / "run", Waves(size=2)) as study:
        first, second = next_of(study), next_of(study)
        assert study.ask() is None
        study.tell(second, 1.0)
        assert study.ask() is None
        study.tell(first, 1.0)
        assert next_of(study).trial_id == 2
    with begin(tmp_path / "run", Waves(size=2)) as study:
        assert next_of(study).trial_id == 2


def test_initial_candidates_come_first(tmp_path: Path) -> None:
    initial = ("1111111111", (0,) * 10)
    with begin(tmp_path / "run", initial=initial) as study:
        assert [next_of(study).text for _ in range(2)] == ["1111111111", "0000000000"]
    with begin(tmp_path / "run", initial=initial) as study:
        assert next_of(study).text == "1111111111"


@pytest.mark.parametrize(
    ("initial", "words"),
    [
        (("012",), "--initial: '012': 10 characters"),
        ((object(),), "--initial: "),
        ("1111111111", "a list of candidates is needed"),
        ("published", "--initial: published proxy tasks are asked for, and space .* knows none"),
        (5, "a list of candidates is needed"),
    ],
)
def test_what_is_no_candidate_to_begin_with_is_one_line(initial: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=words):
        begin(tmp_path / "run", initial=initial)
    assert list(tmp_path.iterdir()) == []


def test_published_tasks_are_begun_with(tmp_path: Path) -> None:
    for _ in range(2):  # the second time it is taken up again
        with begin(tmp_path / "run", space="proxy_tasks", initial="published") as study:
            assert [next_of(study).text for _ in range(2)] == ["preset=D", "preset=N"]
            text = next_of(study).text
    assert text == "preset=R"


def test_records_and_another_run_are_begun_with(tmp_path: Path) -> None:
    with begin(tmp_path / "before") as before:
        play(before, 4)
        best = before.best(4)
    for name, initial in (("records", best), ("run", before.run)):
        with begin(tmp_path / name, initial=initial) as study:
            assert [next_of(study).text for _ in best] == [record.candidate for record in best]


def test_networks_have_their_size(tmp_path: Path) -> None:
    with begin(tmp_path / "run", "random_search", space=TinyNetworks) as study:
        play_one = next_of(study)
        study.tell(play_one, 1.0)
        (row,) = study.trials().to_pylist()
    width = int(play_one.text)
    convolutions = 9 * (3 * width + width * width + 2 * width * width) + 4 * width
    assert row["params"] == convolutions + 10 * (2 * width + 1)
    assert row["macs"] > 0


def test_another_seed_strategy_or_space_is_another_study(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        play(study, 1)
    for other in ({"seed": 1}, {"strategy": "random_search"}, {"space": BitStrings(length=4)}):
        with pytest.raises(UsageError, match="holds another search"):
            begin(tmp_path / "run", **other)


def test_a_second_study_on_a_folder_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    study = begin(tmp_path / "run")
    with pytest.raises(UsageError, match=r"this process is running it already; end or close\(\) that one first"):
        begin(tmp_path / "run")
    study.close()
    begin(tmp_path / "run").close()


def test_a_strategy_of_this_tests_own_proposes(tmp_path: Path) -> None:
    class Mine(Waves):
        """A class that no other process finds."""

    for asked in (Mine(size=2), Mine):
        with begin(tmp_path / str(asked is Mine), asked) as study:
            play(study, 3)
    assert rows(tmp_path / "True")[:2] == rows(tmp_path / "False")[:2]


@pytest.mark.parametrize("strategy", ["darts", "p_darts(epochs=3)"])
def test_what_trains_supernets_proposes_nothing_to_ask_for(tmp_path: Path, strategy: str) -> None:
    with pytest.raises(UsageError, match=r"trains supernets, and proposes nothing to ask for; take evo\.search"):
        begin(tmp_path / "run", strategy, space="nasbench201")
    assert list(tmp_path.iterdir()) == []


def test_a_variant_as_a_class_is_refused_as_well(tmp_path: Path) -> None:
    from evo.differentiable.relaxations.darts import DartsRelaxation

    with pytest.raises(UsageError, match="trains supernets"):
        begin(tmp_path / "run", DartsRelaxation, space="nasbench201")
    assert list(tmp_path.iterdir()) == []


def test_a_search_does_not_go_on_with_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with begin(tmp_path / "run", space=BitStrings()) as study:
        play(study, 1)
        run = study.run
    assert main(["--resume", str(tmp_path / "run")]) == 2
    check_refused(capsys, "evo.run", "is a study, which its caller scores; go on with evo.Study(run_dir=...) in Python")
    with pytest.raises(UsageError, match="is a study"):
        run.resume(evaluations=5)
    toy = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--data", "noise", "--workers", "0"]
    assert main([*toy, "--run-dir", str(tmp_path / "run")]) == 2
    check_refused(capsys, "evo.run", "holds another search")


def test_a_study_never_loads_ray(tmp_path: Path) -> None:
    program = """
import sys
from evo.study import Study
with Study(space="tests.toy:BitStrings", strategy="random_search", run_dir=sys.argv[1]) as study:
    study.tell(study.ask(), 1.0)
print([name for name in sys.modules if name.partition(".")[0] == "ray"])
"""
    command = [sys.executable, "-c", program, str(tmp_path / "run")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    assert subprocess.check_output(command, cwd=REPOSITORY, env=environment, text=True) == "[]\n"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"fitness": 10**400}, "too large"),
        ({"fitness": 1.0, "metrics": {"a": None}}, "a number is needed"),
        ({"fitness": "0.5"}, "fitness='0.5': a number is needed"),
        ({"fitness": [1]}, "a number is needed"),
        ({"fitness": 1.0, "metrics": {"a": "x"}}, r"metrics\['a'\]='x': a number is needed"),
        ({"fitness": 1.0, "metrics": 5}, "metrics=5: numbers by their names"),
    ],
)
def test_what_is_no_number_is_refused_and_harms_no_other_tell(told: dict[str, Any], words: str, tmp_path: Path) -> None:
    with Study(space=BitStrings(), run_dir=tmp_path) as study:
        first, second = study.ask(), study.ask()
        assert first is not None
        assert second is not None
        with pytest.raises(UsageError, match=words):
            study.tell(first, **told)
        study.tell(first, error=ValueError("caf\udce9"))
        study.tell(second, np.float32(0.5), metrics={"steps": 5})
        assert [(row["status"], row["error"]) for row in study.trials().to_pylist()] == [
            ("failed", "ValueError: caf\\udce9"),
            ("completed", None),
        ]


def test_a_trial_of_another_study_and_a_closed_study_are_refused(tmp_path: Path) -> None:
    with (
        Study(space=BitStrings(), run_dir=tmp_path / "a") as study,
        Study(space=BitStrings(), seed=1, run_dir=tmp_path / "b") as other,
    ):
        study.ask()
        theirs = other.ask()
        assert theirs is not None
        with pytest.raises(UsageError, match="not open"):
            study.tell(theirs, 7.0)
        with pytest.raises(UsageError, match="give the trial"):
            study.tell(0, 1.0)  # type: ignore[arg-type]
    for action in (study.ask, lambda: other.tell(theirs, 1.0)):
        with pytest.raises(UsageError, match="was closed"):
            action()


def states(run_dir: Path) -> list[str]:
    return list(run_status(run_dir).lines[1:3])


def test_status_knows_whether_a_study_is_open_closed_or_was_killed(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    study = begin(run_dir)
    play(study, 2)
    next_of(study)
    assert states(run_dir)[0].startswith("state: running")
    assert states(run_dir)[1] == "2 evaluations logged, 1 open"
    assert study.run.state == "running"
    beaten = (run_dir / PROGRESS).read_text()
    study.close()
    assert states(run_dir) == ["state: closed", "2 evaluations logged, 1 open"]
    assert study.run.state == "closed"
    (run_dir / PROGRESS).write_text(beaten)
    assert "stopped without a word" in states(run_dir)[0]
    assert f"evo.Study(run_dir='{run_dir}', ...) takes it up again" in states(run_dir)[0]


def test_closing_writes_the_best_and_does_so_once(tmp_path: Path) -> None:
    with begin(tmp_path / "run") as study:
        play(study, 5)
        best = study.best()[0]
    written = json.loads((tmp_path / "run" / BEST).read_text())
    assert (written["candidate"], written["fitness"]) == (best.candidate, best.fitness)
    with begin(tmp_path / "run"):
        study.close()  # which was closed already: it takes nothing from the new one
        assert is_running(tmp_path / "run")


def test_a_study_whose_replay_fails_gives_its_folder_back(tmp_path: Path, heard: list[str]) -> None:
    class Sparing(Recorded):
        """Proposes nothing any more."""

        spares = False

        def ask(self, rng: np.random.Generator) -> Proposal:
            return None if self.spares else super().ask(rng)  # type: ignore[return-value]

    Sparing.heard = heard
    with begin(tmp_path / "run", Sparing) as study:
        play(study, 1)
    Sparing.spares = True
    with pytest.raises(ReplayError, match="this version proposes none") as caught:
        begin(tmp_path / "run", Sparing)
    assert caught.value is not None
    assert not is_running(tmp_path / "run")


def test_a_strategy_that_returns_no_proposal_ends_in_a_line(tmp_path: Path) -> None:
    class Bare(Recorded):
        """Returns candidates as they are."""

        def ask(self, rng: np.random.Generator) -> Any:
            return self.space.sample(rng)

    with begin(tmp_path / "run", Bare) as study, pytest.raises(ContractError, match="a Proposal or None is needed"):
        study.ask()


def test_the_network_of_a_text_is_that_of_its_record(tmp_path: Path) -> None:
    with begin(tmp_path / "run", "random_search", space=TinyNetworks) as study:
        play_one = next_of(study)
        study.tell(play_one, 1.0)
        run = study.run
    weights = [run.network(one).state_dict() for one in (run.best()[0], play_one.text)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])

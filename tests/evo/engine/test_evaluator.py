"""Catches: an exception of a candidate that ends its worker, a status of the wrong kind, a score that depends on what
was scored before or on global random state, a process that computes unlike the others."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from evo.engine import evaluator
from evo.engine.evaluator import Evaluator, describe, gpu_of, name_of, score_alone
from evo.engine.plugins import build_plugins, resolve_choice
from evo.records.config import SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial, evaluation_seed
from evo.storage.provenance import processor_name
from evo.storage.run_log import RunLog, read_table
from fitness import Score
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.tiny import TinyNetworks
from tests.toy import CountOnes

FINE, MARKED = "0111111111", "1100000000"


def outcome(fitness: str, text: str = MARKED, timeout_s: float | None = None, **options: Any) -> Outcome:
    return Evaluator(toy_config(fitness, **options)).evaluate(text, 5, timeout_s)


def test_a_score_is_the_fitness_of_the_decoded_candidate_with_its_own_generator() -> None:
    scored = outcome("CountOnes", FINE)
    noise = 0.01 * float(derive_rng(5).standard_normal())
    assert (scored.status, scored.fitness, scored.error) == (Status.COMPLETED, 9 + noise, None)
    assert scored.metrics == {"zeros": 1.0}
    assert (scored.params, scored.macs) == (None, None)  # bit strings build no network


class Plain:
    """A fitness that returns what it was given."""

    def __init__(self, returned: object) -> None:
        self.returned = returned

    def __call__(self, candidate: object, context: object) -> object:
        return self.returned


def test_a_number_in_place_of_a_score_is_the_fitness() -> None:
    scored = Evaluator(toy_config("CountOnes"), objects={"fitness": Plain(np.float64(2.5))}).evaluate(FINE, 5)
    assert (scored.status, scored.fitness, scored.metrics) == (Status.COMPLETED, 2.5, {})
    failed = Evaluator(toy_config("CountOnes"), objects={"fitness": Plain("2.5")}).evaluate(FINE, 5)
    assert failed.status is Status.FAILED
    assert str(failed.error).endswith("TypeError: the fitness returned '2.5', neither a Score nor a number")


def test_what_it_cost_is_recorded() -> None:
    scored = outcome("CountOnes", FINE, sleep_s=0.05)
    assert scored.evaluate_s is not None
    assert 0.05 <= scored.evaluate_s < 5
    assert scored.peak_memory_bytes is not None
    assert scored.peak_memory_bytes > 2**20
    assert (scored.worker, scored.device) == ("local", "cuda" if torch.cuda.is_available() else "cpu")
    assert scored.node
    assert scored.started_at


@pytest.mark.parametrize(("device", "expected"), [("cpu", 0.75), ("meta", None)])
def test_seconds_of_the_processor_are_recorded_where_it_computes(
    monkeypatch: pytest.MonkeyPatch, device: str, expected: float | None
) -> None:
    evaluator = Evaluator(toy_config("CountOnes"))
    evaluator._device = torch.device(device)
    monkeypatch.setattr(time, "process_time", iter([2.0, 2.75]).__next__)
    assert evaluator.evaluate(FINE, 5).cpu_s == expected


def test_what_computed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"card {device}")
    assert name_of(torch.device("cuda")) == "card cuda"
    assert name_of(torch.device("cpu")) == processor_name() != ""
    monkeypatch.setattr(evaluator, "name_of", lambda device: "Abacus")
    assert outcome("CountOnes").processor == "Abacus"


def test_the_gpu_that_computed_is_named_with_its_number_and_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setattr(evaluator, "name_of", lambda device: f"card {device}")
    assert gpu_of(torch.device("cuda")) == "card cuda #3 x1"
    assert gpu_of(torch.device("cpu")) is None
    monkeypatch.setattr(evaluator, "gpu_of", lambda device: "T4 #1 x0.5")
    assert outcome("CountOnes").gpu == "T4 #1 x0.5"


def test_a_worker_whose_gpu_is_of_no_use_is_refused_where_the_fitness_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(evaluator, "check_cuda", lambda *, needed: asked.append(needed))
    Evaluator(toy_config("CountOnes"))
    regression = replace(toy_config("CountOnes"), space=resolve_choice("space", "tests.tiny:TinyNetworks", {}))
    Evaluator(replace(regression, fitness=resolve_choice("fitness", "regression", {"task": "N"})))
    assert asked == [False, True]


def test_an_exception_is_a_failed_trial_with_its_traceback() -> None:
    failed = outcome("RaisesForSome")
    assert (failed.status, failed.fitness) == (Status.FAILED, None)
    assert failed.error is not None
    assert failed.error.startswith("Traceback")
    assert failed.error.splitlines()[-1] == "ValueError: a marked candidate"


def test_a_fitness_that_is_not_finite_is_a_failed_trial_that_keeps_its_metrics() -> None:
    failed = outcome("NanForSome")
    assert (failed.status, failed.fitness) == (Status.FAILED, None)
    assert failed.error == "the fitness is not finite (nan)"
    assert failed.metrics == {"zeros": 1.0}


def test_a_text_that_is_no_candidate_is_a_failed_trial() -> None:
    assert outcome("CountOnes", "012").status is Status.FAILED


def test_a_deadline_that_is_looked_at_is_a_time_out() -> None:
    late = outcome("Hangs", timeout_s=0.05, polite=True)
    assert (late.status, late.fitness) == (Status.TIMED_OUT, None)
    assert "time-out" in str(late.error)


def test_what_is_abandoned_below_its_threshold_has_a_bound_and_no_fitness() -> None:
    evaluator = Evaluator(toy_config("AbandonsBelow"))
    value = evaluator.evaluate(FINE, 5).fitness
    assert value is not None
    assert evaluator.evaluate(FINE, 5, threshold=value).fitness == value
    found = evaluator.evaluate(FINE, 5, threshold=value + 0.5)
    assert (found.status, found.fitness) == (Status.ABANDONED, None)
    assert (found.metrics, found.error) == ({"bound": value + 0.5}, f"below {value + 0.5}")
    assert found.evaluate_s is not None


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_running_out_of_memory_is_a_status_of_its_own(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def exhaust(self: CountOnes, candidate: object, context: object) -> None:
        raise error

    monkeypatch.setattr(CountOnes, "__call__", exhaust)
    failed = outcome("CountOnes")
    assert (failed.status, failed.error) == (Status.OUT_OF_MEMORY, str(error) or "MemoryError")


@pytest.mark.parametrize("fitness", ["RaisesForSome", "NanForSome"])
def test_one_evaluator_goes_on_after_a_failure_as_if_nothing_had_been(fitness: str) -> None:
    evaluator = Evaluator(toy_config(fitness))
    before = evaluator.evaluate(FINE, 5).fitness
    evaluator.evaluate(MARKED, 6)
    assert evaluator.evaluate(FINE, 5).fitness == before


def test_another_seed_or_candidate_gives_another_score() -> None:
    evaluator = Evaluator(toy_config())
    assert len({evaluator.evaluate(text, seed).fitness for text in (FINE, MARKED) for seed in (1, 2)}) == 4


def test_scoring_alone_uses_the_seed_that_a_run_would() -> None:
    config = toy_config(seed=3)
    alone = score_alone(config, FINE)
    assert alone.fitness == Evaluator(config).evaluate(FINE, evaluation_seed(3, FINE)).fitness
    assert alone.fitness != score_alone(toy_config(seed=4), FINE).fitness


def test_scoring_no_candidate_alone_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"--candidate '012': .*10 characters of 0 and 1"):
        score_alone(toy_config(), "012")


@pytest.fixture(scope="module")
def network_config() -> SearchConfig:
    options = {"steps": 1, "task": "single"}
    return replace(
        toy_config(),
        space=resolve_choice("space", "nasbench201", {}),
        fitness=resolve_choice("fitness", "regression", options),
    )


CELL = "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"


def test_a_network_is_scored_the_same_whatever_happened_before(network_config: SearchConfig) -> None:
    evaluator = Evaluator(network_config)
    first = evaluator.evaluate(CELL, 5)
    assert first.status is Status.COMPLETED, first.error
    torch.manual_seed(99)
    np.random.seed(99)
    torch.rand(7)
    evaluator.evaluate(CELL, 6)
    again = evaluator.evaluate(CELL, 5)
    assert again.fitness == first.fitness == Evaluator(network_config).evaluate(CELL, 5).fitness
    assert evaluator.evaluate(CELL, 6).fitness != first.fitness


def test_a_networks_size_is_in_its_outcome(network_config: SearchConfig) -> None:
    plugins = build_plugins(network_config)
    size = describe(plugins.space, plugins.images, CELL)
    assert size is not None
    scored = Evaluator(network_config).evaluate(CELL, 5)
    assert (scored.params, scored.macs) == (size.params, size.macs)
    assert size.params > 0


def test_no_network_and_no_candidate_have_no_size(network_config: SearchConfig) -> None:
    plugins = build_plugins(network_config)
    assert describe(plugins.space, plugins.images, "not a cell") is None
    toys = build_plugins(toy_config())
    assert describe(toys.space, toys.images, FINE) is None


def test_an_evaluator_computes_with_one_thread() -> None:
    torch.set_num_threads(2)
    Evaluator(toy_config())
    assert torch.get_num_threads() == 1


def test_a_configuration_that_cannot_be_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="imagefolder"):
        Evaluator(replace(toy_config(), data="imagefolder"))


def undecodable(candidate: object, context: object) -> Score:
    raise OSError("cannot open \udcff.png")


def exits(candidate: object, context: object) -> Score:
    raise SystemExit(3)


class Abort(BaseException):
    """What some libraries raise past ``except Exception``."""


def aborts(candidate: object, context: object) -> Score:
    raise Abort("enough")


def odd_metrics(candidate: object, context: object) -> Score:
    metrics: Any = {5: 1.0, "\udc00": 2.0}
    return Score(1.0, metrics=metrics)


def odd_time(candidate: object, context: object) -> Score:
    build_s: Any = "long"
    return Score(1.0, build_s=build_s)


@pytest.mark.parametrize(
    ("fitness", "status", "words"),
    [
        (undecodable, Status.FAILED, r"cannot open \udcff.png"),
        (exits, Status.FAILED, "SystemExit: 3"),
        (aborts, Status.FAILED, "Abort: enough"),
        (odd_time, Status.FAILED, "could not convert string to float"),
        (odd_metrics, Status.COMPLETED, None),
    ],
)
def test_whatever_a_fitness_does_becomes_a_row_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fitness: Callable[..., Score], status: Status, words: str | None
) -> None:
    evaluator = Evaluator(toy_config())
    monkeypatch.setattr(evaluator, "_plugins", replace(evaluator._plugins, fitness=fitness))
    scored = evaluator.evaluate(FINE, 5)
    assert scored.status == status
    assert words is None or words in str(scored.error)
    log = RunLog(tmp_path)
    log.append(Finished(Trial(0, None, FINE, FINE, FINE, 5), scored))
    log.flush()
    (row,) = read_table(tmp_path).to_pylist()
    assert dict(row["metrics"]) == ({"5": 1.0, r"\udc00": 2.0} if words is None else {})


def test_ctrl_c_is_not_the_candidates_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(candidate: object, context: object) -> Score:
        raise KeyboardInterrupt

    evaluator = Evaluator(toy_config())
    monkeypatch.setattr(evaluator, "_plugins", replace(evaluator._plugins, fitness=interrupted))
    with pytest.raises(KeyboardInterrupt):
        evaluator.evaluate(FINE, 5)


class Failing(TinyNetworks):
    """Networks whose first builds raise."""

    def __init__(self, *errors: BaseException) -> None:
        super().__init__()
        self.errors = list(errors)

    def build(self, *given: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return super().build(*given)


LACKS = [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 8 bytes"), OSError(24, "Too many")]


@pytest.mark.parametrize("error", LACKS, ids=["python", "torch", "files"])
def test_what_a_machine_lacks_for_a_moment_changes_no_size(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    space, images = TinyNetworks(), build_plugins(toy_config()).images
    text = space.encode(space.sample(derive_rng(0)))
    size = describe(space, images, text)
    assert size is not None
    assert describe(Failing(error), images, text) == size
    assert caplog.messages == []
    assert describe(Failing(error, error), images, text) is None
    (said,) = caplog.messages
    assert said.startswith(f"candidate {text}: its multiply-adds cannot be counted (")


@pytest.mark.parametrize("error", [ValueError("odd"), SystemExit(3)])
def test_a_network_that_cannot_be_built_has_no_size_at_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    space, images = TinyNetworks(), build_plugins(toy_config()).images
    failing = Failing(error, error)
    assert describe(failing, images, space.encode(space.sample(derive_rng(0)))) is None
    assert len(failing.errors) == 1  # it was asked once
    assert caplog.messages == []


def test_an_interrupt_is_no_matter_of_a_candidate() -> None:
    space, images = TinyNetworks(), build_plugins(toy_config()).images
    with pytest.raises(KeyboardInterrupt):
        describe(Failing(KeyboardInterrupt()), images, space.encode(space.sample(derive_rng(0))))

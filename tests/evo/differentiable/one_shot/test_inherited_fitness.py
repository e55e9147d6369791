"""Catches: a score of the wrong sign or of untrained weights, one that depends on the order of scoring or on the data
that scores are asked for with, a space that the supernet is not of, options that are not settled, a replaced supernet.

The checks of ``fitness.conformance`` are run on it, too, as on every built-in fitness.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from evo.differentiable.one_shot.inherited_fitness import InheritedFitness
from evo.engine.evaluator import score_alone
from evo.engine.plugins import SCORING, build_plugins, resolve_choice
from evo.records.config import Choice, SearchConfig
from evo.records.trial import Status
from evo.storage import checkpoint
from fitness import EvalContext, Score
from fitness.conformance import CHECKS, Check
from fitness.conformance.case import Case
from fitness.conformance.other_process import OtherProcess
from fitness.conformance.subject import Subject
from spaces import SPACES
from spaces.conformance.case import NotApplicable
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tests.evo.differentiable.saved_runs import SIZES, config_of, write_run
from tests.tiny_images import tiny_noise

NAME = "evo.differentiable.one_shot.inherited_fitness:InheritedFitness"
SPACE = SPACES.build("nasbench201", SIZES["nasbench201"])
CELL = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|skip_connect~1|nor_conv_1x1~2|"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search by masked images with a supernet of seed 0, trained to its end."""
    return write_run(tmp_path_factory.mktemp("run"), config_of())


def scored(fitness: Any, text: str = CELL, *, images: Any = None, data_seed: int = 0) -> Score:
    context = EvalContext(SPACE, images or tiny_noise(), data_seed, derive_rng(1), torch.device("cpu"))
    found: Score = fitness(SPACE.decode(text), context)
    return found


def asked(fitness: Choice, space: str = "nasbench201", **size: object) -> SearchConfig:
    chosen = resolve_choice("space", space, {**SIZES[space], **size})
    return SearchConfig(chosen, fitness, resolve_choice("strategy", "random_search", {}), data="noise")


def test_a_supernet_of_images_that_changed_scores_nothing(tmp_path: Path) -> None:
    config = replace(config_of(), data="digits(size=8)", data_identity="two splits")
    folder = write_run(tmp_path / "run", config)
    with pytest.raises(
        UsageError, match=r"were others, or divided otherwise: two splits then, train, validation, test"
    ):
        InheritedFitness(run=folder)


def test_the_score_is_minus_the_loss(run: Path) -> None:
    found = scored(InheritedFitness(run=run))
    assert found.value == -found.metrics["loss"] < 0
    assert set(found.metrics) == {"loss"}


@pytest.mark.parametrize(("objective", "judged"), [("masked_autoencoding", 32), ("random_labels", 24)])
def test_the_images_that_are_judged_by_are_told_where_they_are_not_as_many_as_asked_for(
    tmp_path: Path, objective: str, judged: int
) -> None:
    run = write_run(tmp_path, config_of(objective=objective))  # 48 images, 24 of them for the weights, in batches of 8
    fitness = InheritedFitness(run=run, held_out=38)
    assert fitness.options_in_force(tiny_noise())[1:] == (f"held_out=38: judged on {judged}, in whole batches of 8",)
    context = EvalContext(SPACE, tiny_noise(), 0, derive_rng(1), torch.device("cpu"))
    assert 8 * len(fitness._children(context)._batches) == judged
    kind = "held-out" if objective == "masked_autoencoding" else "training"
    end = f"judged on 16 {kind} images; none shifted or mirrored"
    for options, norms in (
        ({}, "measured for each candidate on 24 training images"),  # a half, which 8 batches repeat
        ({"batches": 2}, "measured for each candidate on 16 training images"),
        ({"statistics": "batch"}, "those of each batch that is judged"),
        ({"statistics": "running"}, "as they were trained, of no candidate"),
    ):
        (said,) = InheritedFitness(run=run, **options).options_in_force(tiny_noise())
        assert said == f"norms: {norms}; {end}"


def test_an_objective_with_right_answers_says_their_share(tmp_path: Path) -> None:
    found = scored(InheritedFitness(run=write_run(tmp_path, config_of(objective="rotation"))))
    assert found.value == -found.metrics["loss"]
    assert 0 <= found.metrics["accuracy"] <= 1


def test_a_trained_supernet_paints_better_than_an_untrained_one(tmp_path: Path) -> None:
    longer = {"epochs": "6", "pictures": "96"}
    trained = write_run(tmp_path / "trained", config_of(**longer), epochs=6)
    idle = write_run(tmp_path / "idle", config_of(learning_rate="1e-9", least_rate="1e-9", **longer), epochs=6)
    cells = [SPACE.encode(SPACE.sample(derive_rng(number))) for number in range(4)]
    better, worse = ([scored(fitness, cell).value for cell in cells] for fitness in map(_of, (trained, idle)))
    assert all(one > other for one, other in zip(better, worse, strict=True))


def _of(run: Path) -> InheritedFitness:
    return InheritedFitness(run=run)


def test_images_are_the_runs_whatever_the_data_of_the_scores(run: Path) -> None:
    usual = scored(InheritedFitness(run=run)).value
    assert scored(InheritedFitness(run=run), images=Digits(), data_seed=9).value == usual
    assert scored(InheritedFitness(run=run, held_out=16)).value == usual
    assert scored(InheritedFitness(run=run, held_out=8)).value != usual


@pytest.mark.parametrize("option", [{"statistics": "batch"}, {"statistics": "running"}, {"batches": 1}])
def test_statistics_matter(run: Path, option: dict[str, Any]) -> None:
    assert scored(InheritedFitness(run=run, **option)).value != scored(InheritedFitness(run=run)).value


def test_a_relative_folder_is_settled(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.parent)
    named = resolve_choice("fitness", "inherited", {"run": run.name, "seed": "0"})
    options = named.options
    assert (options["run"], options["statistics"], len(str(options["supernet"]))) == (str(run), "recalibrated", 16)
    assert SCORING.resolve("inherited", options) == options
    outcome = score_alone(asked(named), CELL)
    assert (outcome.status, outcome.fitness) == (Status.COMPLETED, scored(InheritedFitness(run=run)).value)


@pytest.mark.parametrize(("space", "size"), [("nasbench201", {"cells_per_stage": 2}), ("darts", {})])
def test_another_space_or_size_is_refused(run: Path, space: str, size: dict[str, object]) -> None:
    config = asked(resolve_choice("fitness", "inherited", {"run": str(run)}), space, **size)
    with pytest.raises(
        UsageError, match=r"is of nasbench201\(stem_channels=4,cells_per_stage=1,affine=False\), and this"
    ):
        build_plugins(config)


@pytest.mark.parametrize("space", ["darts", "s4"])
def test_spaces_are_told_apart_by_what_they_are_made_of(tmp_path: Path, space: str) -> None:
    fitness = InheritedFitness(run=write_run(tmp_path, config_of(space=space)))
    assert fitness.accepts(SPACES.build(space, SIZES[space])) is None
    assert fitness.accepts(SPACES.build("s2", SIZES[space])) is not None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": "4"}, "has no supernet of seed 4; it has 0"),
        ({"batches": "0"}, "batches=0: must be at least 1"),
        ({"held_out": "3"}, "held_out=3"),
        ({"statistics": "mean"}, "'recalibrated', 'batch' or 'running'"),
        ({"supernet": "0123456789abcdef"}, "is not the one that was to be scored by"),
    ],
)
def test_bad_options_are_refused_in_one_line(run: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        SCORING.build("inherited", {"run": str(run), **options}, source=tiny_noise())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_run_nothing_is_scored(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs fitness\.run"):
        SCORING.resolve("inherited", {})
    with pytest.raises(UsageError, match="no run here"):
        SCORING.resolve("inherited", {"run": str(tmp_path)})


def test_a_supernet_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    run = write_run(tmp_path, config_of())
    options = SCORING.resolve("inherited", {"run": str(run)})
    checkpoint.path_of(run, 0).unlink()
    write_run(tmp_path, replace(config_of(clip="1")))
    with pytest.raises(UsageError, match="is not the one that was to be scored by"):
        SCORING.build("inherited", options)


@pytest.fixture(scope="module")
def case(run: Path) -> Iterator[Case]:
    """Its case on a few cells, one for all checks."""
    with OtherProcess() as process:
        yield Subject(
            NAME, {"run": str(run)}, "nasbench201", SIZES["nasbench201"], str(run), data="digits", members=4
        ).open(process)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_passes_the_checks_of_every_fitness(check: Check, case: Case) -> None:
    try:
        assert check(case)
    except NotApplicable as reason:
        pytest.skip(str(reason))

"""Catches: a resumed run whose stored options are lost or silently changed, an option that wins over one with the last
word, an object that its caller did not pass again, limits below what is logged, a study that a search goes on with."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.engine.configuring import limits_of, resolve_request
from evo.records.config import AUTO_AHEAD, TOLD, Choice, Limits, SearchConfig
from evo.records.requests import SearchRequest
from evo.records.tell_order import TellOrder
from evo.storage.run_folder import RunFolder
from evo.strategies.regularized_evolution import RegularizedEvolution
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.runs import log_outcomes, scored, toy_config
from tests.tiny_images import TinyLabels
from tests.toy import BitStrings, CountOnes

COUNT = "tests.toy:CountOnes"
AXES: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": COUNT}


class Local(CountOnes):
    """A fitness that says of itself that it cannot be made by its name."""

    def __init__(self, *, secret: object = None) -> None:
        super().__init__()


@pytest.fixture(autouse=True)
def _trusted() -> Iterator[None]:
    """Folders of these tests name plug-ins of tests."""
    with trusting():
        yield


def config_of(**asked: Any) -> SearchConfig:
    return resolve_request(SearchRequest(**asked)).config


def stored(folder: Path, config: SearchConfig, limits: Limits | None = None) -> dict[str, Any]:
    """Let a folder hold a run; returns what a request says to resume it."""
    with RunFolder(folder) as claimed:
        claimed.claim(config, limits or Limits(5))
    return {"run_dir": folder, "resume": True}


def test_names_texts_classes_and_objects_mean_the_same() -> None:
    evolution = {"population": 5, "tournament": 2}
    by_name = config_of(**AXES, strategy="regularized_evolution", population=5, tournament=2, data="digits")
    assert by_name == config_of(
        space=BitStrings, fitness=CountOnes(), strategy=RegularizedEvolution(**evolution), data="digits"
    )
    assert by_name == config_of(
        space="tests.toy:BitStrings(length=10)",
        fitness=f"{COUNT}(noise=0.01)",
        strategy="regularized_evolution(population=5)",
        options={"strategy": {"tournament": 2}},
        data="digits",
    )


def test_an_option_with_a_name_of_its_own_wins_over_set_and_neither_over_a_text() -> None:
    asked = {"strategy": "regularized_evolution(population=7)", "population": 7}
    config = config_of(**AXES, **asked, options={"strategy": {"population": 6, "tournament": 3}})
    assert config.strategy.options == {"population": 7, "tournament": 3}
    text = {"strategy": "regularized_evolution(population=5)"}
    for other in ({"population": 7}, {"options": {"strategy": {"population": 7}}}):
        with pytest.raises(UsageError, match=r"strategy.population is '5' in the text of the strategy and '7' beside"):
            config_of(**AXES, **text, **other)


@pytest.mark.parametrize("axis", ["space", "fitness"])
def test_a_missing_axis_is_told_with_the_known_ones(axis: str) -> None:
    with pytest.raises(UsageError, match=f"--{axis} is missing; known: .*, or module:attribute"):
        config_of(**{name: value for name, value in AXES.items() if name != axis})


def test_a_resumed_run_keeps_what_is_not_given(tmp_path: Path) -> None:
    config = toy_config(seed=3, noise=0.5, reuse=False)
    again = stored(tmp_path, config)
    assert config_of(**again) == config
    assert config_of(**again, ahead="auto") == config  # which is settled already


def test_what_is_given_to_a_resumed_run_lies_over_what_is_stored(tmp_path: Path) -> None:
    again = stored(tmp_path, toy_config(noise=0.5, sleep_s=0.25))
    assert config_of(**again, fitness=f"{COUNT}(noise=0.125)").fitness.options == {"noise": 0.125, "sleep_s": 0.25}
    asked = {"fitness": f"{COUNT}(noise=0.125)", "options": {"fitness": {"noise": 0.25}}}
    with pytest.raises(UsageError, match=r"fitness.noise is '0.125' in the text of the fitness and '0.25' beside it"):
        config_of(**again, **asked)
    other = config_of(**again, fitness="tests.toy:NanForSome").fitness
    assert other == Choice("tests.toy:NanForSome", {"noise": 0.01, "sleep_s": 0.0})


def test_the_same_folder_without_resume_is_asked_for_in_full(tmp_path: Path) -> None:
    config = toy_config(noise=0.5)
    stored(tmp_path, config)
    asked = resolve_request(SearchRequest(**AXES, run_dir=tmp_path))
    assert asked.stored == config
    assert asked.config.fitness.options["noise"] == 0.01
    assert asked.config.ahead == config.ahead  # settled there
    with pytest.raises(UsageError, match="holds another search"):
        RunFolder(tmp_path).check(asked.config)


def test_a_folder_without_a_run_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run here"):
        resolve_request(SearchRequest(run_dir=tmp_path, resume=True))


def test_an_object_is_kept_by_name_and_options_and_must_be_passed_again(tmp_path: Path) -> None:
    fitness = Local(secret=object())
    asked = resolve_request(SearchRequest(space=BitStrings(length=4), fitness=fitness, data="noise"))
    assert asked.config.objects == ("fitness",)  # the space can be made by its name
    assert (asked.config.fitness, asked.config.space.options) == (Choice(f"{__name__}:Local", {}), {"length": 4})
    assert asked.objects["fitness"] is fitness
    again = stored(tmp_path, asked.config)
    with pytest.raises(UsageError, match=r"fitness '.*:Local' was handed over as an object .* pass it again") as caught:
        config_of(**again)
    assert "\n" not in str(caught.value)
    resumed = resolve_request(SearchRequest(**again, fitness=fitness))
    assert resumed.config == asked.config
    assert resumed.objects["fitness"] is fitness


def test_a_strategy_of_ones_own_goes_by_its_object_wherever_its_class_stands(tmp_path: Path) -> None:
    class Mine(RegularizedEvolution):
        """A strategy of this test's own."""

    asked = resolve_request(SearchRequest(**AXES, strategy=Mine(population=3, tournament=2)))
    assert asked.config.objects == ("strategy",)
    assert asked.config.strategy.options == {"population": 3, "tournament": 2}
    again = stored(tmp_path, asked.config)
    with pytest.raises(UsageError, match=r"strategy .*Mine' was handed over as an object"):
        config_of(**again)
    assert config_of(**again, strategy=Mine(population=3, tournament=2)) == asked.config


def test_images_of_ones_own_are_kept_by_name_and_must_be_passed_again(tmp_path: Path) -> None:
    class Mine(TinyLabels):
        """Images of this test's own."""

    images = Mine()
    asked = resolve_request(SearchRequest(**AXES, data=images))
    assert (asked.objects["data"], asked.config.objects) == (images, ("data",))
    again = stored(tmp_path, asked.config)
    with pytest.raises(UsageError, match=r"data '.*Mine.*' was handed over as an object"):
        config_of(**again)
    assert config_of(**again, data=images) == asked.config


@pytest.mark.parametrize("ahead", [0, -1, "0", "many", "9" * 5_000, "2.5", 10**6 + 1])
def test_a_look_ahead_is_a_number_or_left_open(ahead: Any) -> None:
    with pytest.raises(UsageError, match="must be auto or a number from 1 to 1,000,000"):
        config_of(**AXES, ahead=ahead)
    assert config_of(**AXES, ahead="3").ahead == config_of(**AXES, ahead=3).ahead == 3
    assert config_of(**AXES, ahead="auto").ahead == AUTO_AHEAD


def test_a_study_is_not_gone_on_with_by_a_search(tmp_path: Path) -> None:
    again = stored(tmp_path, replace(toy_config(), fitness=Choice(TOLD)))
    with pytest.raises(UsageError, match=r"is a study, which its caller scores; go on with evo\.Study"):
        config_of(**again)


def test_limits_are_those_asked_for_and_else_the_folders(tmp_path: Path) -> None:
    assert limits_of(resolve_request(SearchRequest(**AXES))) == Limits(450)
    again = stored(tmp_path, toy_config(), Limits(9, max_minutes=3.0, trial_timeout_s=5.0, target=7.0))
    kept = limits_of(resolve_request(SearchRequest(**again)))
    assert kept == Limits(9, max_minutes=None, trial_timeout_s=5.0, target=7.0)  # minutes are of one process
    given: dict[str, Any] = {"evaluations": 4, "max_minutes": 2.0, "trial_timeout": 6.0, "target": 8.0}
    assert limits_of(resolve_request(SearchRequest(**again, **given))) == Limits(4, 2.0, 6.0, 8.0)


def test_fewer_evaluations_than_are_logged_are_refused(tmp_path: Path) -> None:
    again = stored(tmp_path, toy_config())
    log_outcomes(tmp_path, [scored(1.0), scored(2.0)])
    assert limits_of(resolve_request(SearchRequest(**again, evaluations=2))).evaluations == 2
    with pytest.raises(UsageError, match=r"--evaluations 1: .* has 2 already; ask for at least that many"):
        limits_of(resolve_request(SearchRequest(**again, evaluations=1)))
    with pytest.raises(UsageError, match="--evaluations -1: must be at least 1"):
        limits_of(resolve_request(SearchRequest(**again, evaluations=-1)))


def test_the_size_of_images_is_kept_on_resume(tmp_path: Path) -> None:
    config = config_of(**AXES, image_size=64)
    assert config.data == "photos(size=64)"
    again = stored(tmp_path / "run", config)
    for said in ({}, {"image_size": 64}, {"data": "photos", "image_size": 64}, {"image_size": 64, "channels": 3}):
        assert config_of(**again, **said) == config
    with pytest.raises(UsageError, match="--image-size 48"):
        config_of(**again, image_size=48)
    own = config_of(**AXES, data=TinyLabels())
    kept = stored(tmp_path / "own", replace(own, objects=("data",)))
    with pytest.raises(UsageError, match="was handed over as an object"):
        config_of(**kept, image_size=8)


def test_an_order_of_telling_is_a_known_one_or_left_open(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown --tell-order 'complete'; did you mean 'completion'\? \(known: auto"):
        config_of(**AXES, tell_order="complete")
    assert config_of(**AXES, tell_order="completion").tell_order is TellOrder.COMPLETION
    assert config_of(**AXES, tell_order="auto").tell_order is config_of(**AXES).tell_order is TellOrder.TRIAL
    config = replace(toy_config(), tell_order=TellOrder.EXPECTED)
    again = stored(tmp_path, config)
    for kept in (None, "auto"):
        assert config_of(**again, tell_order=kept) == config
        assert resolve_request(SearchRequest(**AXES, run_dir=tmp_path, tell_order=kept)).config.tell_order is (
            TellOrder.EXPECTED
        )
    with pytest.raises(UsageError, match=r"holds another search \(tell_order expected there, trial here\)"):
        RunFolder(tmp_path).check(config_of(**again, tell_order="trial"))

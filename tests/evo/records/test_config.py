"""Catches: a configuration that changes on its way through ``config.json``, limits that cannot end a search."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evo.records.config import AUTO_AHEAD, Choice, Limits, SearchConfig, as_json, former_choices, whole_number
from evo.records.tell_order import TellOrder
from evo.records.trial import Status
from tasks.foundation.errors import UsageError
from tests.runs import toy_config


def test_a_configuration_survives_json() -> None:
    config = replace(toy_config("CountOnes", seed=3, noise=0.5, reuse=False), data_root="x", ahead=9)
    assert SearchConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_options_that_came_later_are_as_they_were_before() -> None:
    then = replace(toy_config(), strategy=Choice("darts", {"eigenvalue_every": 2}))
    read = SearchConfig.from_json(then.to_json())
    assert read.strategy == Choice("darts", {"eigenvalue_every": 2, "eigenvalue_mode": "eval"})
    assert replace(read, strategy=then.strategy) == then
    assert former_choices(then.to_json()) == {"strategy": Choice("darts", {"eigenvalue_mode": "eval"})}
    assert former_choices(read.to_json()) == {}


@pytest.mark.parametrize("broken", [{}, {"space": {"name": "x"}}, {**toy_config().to_json(), "colour": "red"}])
def test_other_json_is_refused_rather_than_guessed(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        SearchConfig.from_json(broken)


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ({"evaluations": 0}, "--evaluations 0: must be at least 1"),
        ({"evaluations": -5}, "--evaluations -5: must be at least 1"),
        ({"max_minutes": 0.0}, "--max-minutes 0: must be more than 0"),
        ({"max_minutes": float("nan")}, "--max-minutes nan: must be more than 0"),
        ({"target": float("nan")}, "--target nan: must be a finite fitness"),
        ({"trial_timeout_s": -1.0}, "--trial-timeout -1: must be more than 0 seconds, and finite"),
    ],
)
def test_limits_that_allow_nothing_are_refused(limits: dict[str, float], line: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(line)}$"):
        Limits(**limits)  # type: ignore[arg-type]


def test_the_look_ahead_is_left_open_until_the_workers_are_known() -> None:
    assert SearchConfig(Choice("a"), Choice("b"), Choice("c")).ahead == AUTO_AHEAD


def test_what_is_seldom_said_is_left_out_of_the_json_of_old_folders_and_read_back_where_it_is() -> None:
    assert {"initial", "objects", "data_identity"}.isdisjoint(toy_config().to_json())
    config = replace(toy_config(), initial=("01", "10"), objects=("space", "data"), data_identity="ab")
    assert SearchConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    for broken in ({"initial": "01"}, {"objects": 3}, {"seed": "0"}, {"data": None}, {"data_identity": 3}):
        with pytest.raises(TypeError):
            SearchConfig.from_json({**config.to_json(), **broken})
    assert "target" not in Limits(5).to_json()
    assert Limits(**Limits(5, target=0.5).to_json()) == Limits(5, target=0.5)
    assert Limits(5, target=float("inf")) == Limits(5)


def test_images_that_changed_are_told_and_others_are_none() -> None:
    config = replace(toy_config(), data="digits", data_identity="ab")
    assert config.other_images("ab") is None
    told = "its images (digits) were others, or divided otherwise: ab then, not said how now"
    assert config.other_images("") == told


def test_options_are_written_as_what_they_are_read_back_from_or_not_at_all() -> None:
    options = {"file": Path("a/b"), "seen": {3, 1, 2}, "status": Status.LOST}
    assert as_json(Choice("x", options))["options"] == {"file": "a/b", "seen": [1, 2, 3], "status": "lost"}
    with pytest.raises(UsageError, match="cannot be written into a configuration"):
        as_json(Choice("x", {"made": object()}))


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("0", 0), ("-1", 0), ("1.5", 0), ("", 0), ("9" * 30, 0)])
def test_a_number_in_digits_is_read_and_any_other_text_is_none(text: str, number: int) -> None:
    assert whole_number(text) == number


def test_the_order_of_telling_is_stored_and_folders_of_before_were_told_by_number() -> None:
    config = replace(toy_config(), tell_order=TellOrder.EXPECTED)
    stored = config.to_json()
    assert stored["tell_order"] == "expected"
    assert SearchConfig.from_json(stored) == config
    del stored["tell_order"]
    assert SearchConfig.from_json(stored).tell_order is TellOrder.TRIAL
    with pytest.raises(ValueError, match="sideways"):
        SearchConfig.from_json({**stored, "tell_order": "sideways"})

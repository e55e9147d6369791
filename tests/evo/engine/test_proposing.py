"""Catches: a strategy or a space that breaks its contract unnoticed, a first candidate that is refused too late, a
trial whose weights depend on anything but its key."""

from typing import Any

import pytest

from evo.engine.proposing import evaluation_of, started_with, trial_of
from evo.records.failures import ContractError
from evo.records.trial import Evaluation, Outcome, Proposal, Status, Trial, evaluation_seed
from spaces import SPACES
from tasks import preset_names
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.toy import BitStrings, PublishedBits

SPACE = BitStrings(length=4)
BITS = (0, 1, 1, 0)


def trial(proposal: object, key: Any = "same") -> Trial:
    return trial_of(proposal, 7, seed=3, space=SPACE, key_of=lambda candidate: key)


def test_a_proposal_becomes_a_trial_with_the_seed_of_its_key() -> None:
    made = trial(Proposal(BITS, parent_id=2, threshold=0.5))
    assert made == Trial(7, 2, BITS, "0110", "same", evaluation_seed(3, "same"), threshold=0.5)


@pytest.mark.parametrize("proposal", [BITS, "0110", 5])
def test_what_is_no_proposal_breaks_the_contract(proposal: object) -> None:
    with pytest.raises(ContractError, match="a Proposal or None is needed"):
        trial(proposal)


@pytest.mark.parametrize("key", [5, None, "\udce9"])
def test_a_key_that_cannot_be_logged_breaks_the_contract(key: object) -> None:
    with pytest.raises(ContractError, match=r"the space's key\(\) returned"):
        trial(Proposal(BITS), key)


def test_a_strategy_is_told_what_became_of_its_trial() -> None:
    outcome = Outcome(Status.COMPLETED, fitness=1.5, metrics={"steps": 2.0})
    told = evaluation_of(trial(Proposal(BITS, parent_id=2)), outcome)
    assert told == Evaluation(7, 2, BITS, Status.COMPLETED, 1.5, {"steps": 2.0})


def test_first_candidates_are_kept_as_their_texts() -> None:
    config = toy_config()
    assert started_with(config, SPACE, None) == config
    assert started_with(config, SPACE, [BITS, "1111"]).initial == ("0110", "1111")
    for wrong in (["12"], [object()]):
        with pytest.raises(UsageError, match="--initial: "):
            started_with(config, SPACE, wrong)


def test_published_tasks_are_kept_as_their_texts_and_refused_by_what_has_none() -> None:
    config = toy_config(seed=3)
    found = started_with(config, SPACES.build("proxy_tasks", {}), "published")
    assert found.initial == tuple(f"preset={name}" for name in preset_names())  # of a population of 10, the half
    with pytest.raises(UsageError, match=r"^--initial: published proxy tasks are asked for, and space"):
        started_with(config, SPACE, "published")


def test_a_first_candidate_may_be_in_a_published_form() -> None:
    found = started_with(toy_config(), PublishedBits(length=4), ["bits 1010", "0110", BITS])
    assert found.initial == ("1010", "0110", "0110")

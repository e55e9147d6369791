"""Checks that a score is a function of the candidate and the seeds, and of nothing else."""

import random

import numpy as np
import torch

from fitness.conformance.attempt import Attempt, left_as_they_were
from fitness.conformance.case import Case
from spaces.conformance.case import require


def scores_repeat(case: Case) -> str:
    """Scored again by the same instance, with other candidates in between and at once, a member has the same score."""
    for number in case.again:
        _compare(case, number, case.score(case.candidates[number]), "with others scored in between")
        _compare(case, number, case.score(case.candidates[number]), "scored twice in a row")
    return f"{len(case.again)} members, equal to the bit"


def fresh_instance_agrees(case: Case) -> str:
    """A fresh instance gives the same scores, whichever member it meets first."""
    for number, made in case.in_a_fresh_instance.items():
        _compare(case, number, made, "a fresh instance, in another order")
    return f"{len(case.again)} members, equal to the bit"


def another_process_agrees(case: Case) -> str:
    """A fresh instance in another process, made of the same names and options, gives the same scores."""
    answers = case.ask([case.text(case.candidates[number]) for number in case.again])
    for number, made in zip(case.again, answers, strict=True):
        _compare(case, number, made, "in another process")
    return f"{len(case.again)} members, equal to the bit"


def global_randomness_has_no_say(case: Case) -> str:
    """Scores do not depend on the global generators of random, numpy and torch."""
    for number in case.again:
        with left_as_they_were():
            _seed_globally(number + 1)
            made = case.score(case.candidates[number])
        _compare(case, number, made, "after seeding the global generators; draw from the context's rng instead")
    return f"{len(case.again)} members, under other global seeds"


def _compare(case: Case, number: int, again: Attempt, how: str) -> None:
    first = case.attempts[number]
    said = f"{first.said} and then {again.said}, {how}; for {case.describe(number)}"
    require(first.said == again.said, said)


def _seed_globally(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)

"""Catches: a global generator or setting that scoring disturbs, images that differ from candidate to candidate,
networks and tensors that are kept, and checks of these that see nothing, or that take what is shared for a trace."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from fitness import EvalContext, Score
from fitness.base import network_shape
from fitness.conformance import traces
from fitness.conformance.case import Case
from spaces import InputSpec
from spaces.conformance.case import NotApplicable
from tests.tiny import TinyNetworks
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes


def using(disturb: Callable[[], Any]) -> type[Brightness]:
    class Uses(Brightness):
        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            disturb()
            return super().__call__(candidate, context)

    return Uses


class OwnPictures(Brightness):
    """The first candidate's generator draws the images."""

    def pictures(self, context: EvalContext) -> tuple[Tensor, Tensor]:
        if self.shared is None:
            self.shared = context.images.draw(8, context.rng).images, torch.zeros(8)
        return self.shared


class FreshPictures(Brightness):
    """Images of the run, drawn again for every candidate."""

    def pictures(self, context: EvalContext) -> tuple[Tensor, Tensor]:
        self.shared = None
        return super().pictures(context)


class KeepsNetworks(Brightness):
    kept: Any = None

    def network(self, candidate: int, context: EvalContext) -> Any:
        self.kept = [*(self.kept or []), super().network(candidate, context)]
        return self.kept[-1]


class KeepsTheLast(Brightness):
    last: Any = None

    def network(self, candidate: int, context: EvalContext) -> Any:
        self.last = super().network(candidate, context)
        return self.last


class KeepsTensors(Brightness):
    kept: Any = None

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        self.kept = [*(self.kept or []), torch.ones(3)]
        return super().__call__(candidate, context)


class HasTeacher(Brightness):
    """Shares one network of its own among all candidates."""

    teacher: Any = None

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        if self.teacher is None:
            self.teacher = TinyNetworks().build(3, *network_shape(context.images))
        return super().__call__(candidate, context)


FAULTS = [
    (traces.global_randomness_is_left_alone, using(random.random), "the global generator of random was used"),
    (traces.global_randomness_is_left_alone, using(np.random.rand), "the global generator of numpy.random was used"),
    (traces.global_randomness_is_left_alone, using(lambda: torch.manual_seed(1)), "the global generator of torch was"),
    (
        traces.settings_are_left_alone,
        using(lambda: torch.set_num_threads(2)),
        "torch's number of threads changed",
    ),
    (traces.images_are_the_same_for_all, OwnPictures, "draw them from the context's data_seed"),
    (traces.nothing_of_a_candidate_is_kept, KeepsNetworks, "4 networks are still alive after scoring 4 members"),
    (traces.nothing_of_a_candidate_is_kept, KeepsTheLast, "1 networks are still alive"),
    (traces.nothing_of_a_candidate_is_kept, KeepsTensors, "2 more tensors are alive each time that 2 members"),
]


@pytest.mark.parametrize(("check", "fitness", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_fitness_is_noticed(complaint: Callable[..., str], check: Any, fitness: type, words: str) -> None:
    assert words in complaint(check, fitness)


def test_what_an_instance_disturbs_when_it_is_new_is_noticed_unless_the_process_is_new_too(
    complaint: Callable[..., str], make_case: Callable[..., Case]
) -> None:
    class Prepares(Brightness):
        def pictures(self, context: EvalContext) -> tuple[Tensor, Tensor]:
            if self.shared is None:
                torch.manual_seed(0)
            return super().pictures(context)

    class Imports(Brightness):
        imported = False

        def pictures(self, context: EvalContext) -> tuple[Tensor, Tensor]:
            if not Imports.imported:
                random.random()
            Imports.imported = True
            return super().pictures(context)

    assert "of torch was used" in complaint(traces.global_randomness_is_left_alone, Prepares)
    assert traces.global_randomness_is_left_alone(make_case(Imports)) == "untouched"


@pytest.mark.parametrize("fitness", [Brightness, FreshPictures])
def test_what_all_candidates_share_is_no_trace(make_case: Callable[..., Case], fitness: type) -> None:
    assert traces.nothing_of_a_candidate_is_kept(make_case(fitness)) == "nothing alive"
    assert traces.images_are_the_same_for_all(make_case(fitness)) == "1 draws"


def test_a_network_that_all_candidates_share_is_no_trace(make_case: Callable[..., Case]) -> None:
    assert traces.nothing_of_a_candidate_is_kept(make_case(HasTeacher)) == "nothing alive"


def test_a_fitness_that_draws_no_pictures_has_none_to_compare(complaint: Callable[..., str]) -> None:
    said = complaint(traces.images_are_the_same_for_all, CountOnes, space=BitStrings(), kind=NotApplicable)
    assert said == "it draws no images"


def test_pictures_of_one_member_are_not_compared_with_themselves(complaint: Callable[..., str]) -> None:
    said = complaint(traces.images_are_the_same_for_all, OwnPictures, members=1, kind=NotApplicable)
    assert said == "two members with a score are needed"


def test_only_what_was_made_inside_counts_as_newly_living() -> None:
    before = torch.zeros(1)
    with traces._newly_living() as count:
        networks, tensors = count()
        kept = [TinyNetworks().build(1, InputSpec(3, 16), 2), torch.ones(1)]
        torch.ones(1)  # not held
        more_networks, more_tensors = count()
    assert (networks, more_networks) == (0, 1)
    assert more_tensors - tensors == 1 + len(list(kept[0].parameters()))
    assert float(before) == 0

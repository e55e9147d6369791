"""Catches: a network with other weights than those it was scored with, a caller's random state that is changed, a
text that is no candidate."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from evo import networks
from evo.engine.evaluator import score_alone
from evo.engine.plugins import resolve_choice
from evo.records.config import Limits
from evo.storage.run_folder import RunFolder
from spaces import InputSpec
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.tiny import TinyNetwork, TinyNetworks

States = list[dict[str, torch.Tensor]]
CONFIG = replace(
    toy_config(seed=3),
    space=resolve_choice("space", "tests.tiny:TinyNetworks", {}),
    fitness=resolve_choice("fitness", "regression", {"steps": 1, "task": "single"}),
)


class SpiedNetworks(TinyNetworks):
    """Tiny networks; ``built`` holds the weights that each was built with."""

    def __init__(self, built: States) -> None:
        self._built = built

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        if not any(parameter.is_meta for parameter in network.parameters()):
            self._built.append({name: value.clone() for name, value in network.state_dict().items()})
        return network


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Return whether two networks' weights are equal bit for bit, where they have the same names and shapes."""
    shapes = [{name: value.shape for name, value in state.items()} for state in (one, other)]
    return shapes[0] == shapes[1] and all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("fitness", ["regression", "synflow", "rotation"])
def test_its_weights_are_those_that_it_was_scored_with_bit_for_bit(fitness: str) -> None:
    options = dict(CONFIG.fitness.options) if fitness == "regression" else {}
    if fitness == "rotation":
        options = {"steps": 1, "batch": 2, "held_out": 2, "pictures": 4}
    config = replace(CONFIG, fitness=resolve_choice("fitness", fitness, options))
    built: States = []
    outcome = score_alone(config, "3", objects={"space": SpiedNetworks(built)})
    assert outcome.fitness is not None, outcome.error
    found = networks.initial(config, "3", objects={}).state_dict()
    assert any(same({name: state[name] for name in found if name in state}, found) for state in built)
    assert not same(networks.initial(replace(config, seed=4), "3", objects={}).state_dict(), found)


def test_the_seed_of_a_trial_decides_where_it_is_given() -> None:
    own = networks.initial(CONFIG, "3", objects={}).state_dict()
    assert not same(networks.initial(CONFIG, "3", seed=5, objects={}).state_dict(), own)
    assert same(*(networks.initial(CONFIG, "3", seed=5, objects={}).state_dict() for _ in range(2)))


def test_the_callers_random_state_is_left_alone() -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    networks.initial(CONFIG, "3", objects={})
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_no_candidate_or_no_network_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"candidate '12': .*a width from 1 to 9"):
        networks.initial(CONFIG, "12", seed=1, objects={})
    with pytest.raises(UsageError, match=r"'tests.toy:BitStrings' builds no networks"):
        networks.initial(toy_config(), "0000000000", seed=1, objects={})


def test_without_trained_weights_there_are_no_best(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(CONFIG, Limits(1))
    with pytest.raises(UsageError, match=r"no trained weights of '3'; use evo\.train, or weights='initial'"):
        networks.best(tmp_path, CONFIG, "3", objects={})

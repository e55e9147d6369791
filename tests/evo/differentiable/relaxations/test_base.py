"""Catches: a variant that does not keep the contract: gates that do not fit a supernet, architecture parameters that no
gradient reaches, randomness that is not the step's, a judgement that is random, state that does not survive JSON.
"""

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch

from evo.differentiable.relaxations.base import (
    Level,
    Moment,
    Relaxation,
)
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.differentiable.relaxations.darts_minus import DartsMinus
from evo.differentiable.relaxations.gdas import Gdas
from evo.differentiable.relaxations.p_darts import PDarts
from evo.differentiable.relaxations.path_binarised import PathBinarised
from evo.differentiable.relaxations.pc_darts import PcDarts
from evo.differentiable.relaxations.setn import Setn
from spaces import Supernet
from tests.evo.differentiable.small_supernets import SPACES, pass_of, plain, supernet_of

VARIANTS: dict[str, Callable[[], Relaxation]] = {
    "darts": lambda: DartsRelaxation(drop_path=0.5),
    "darts_minus": DartsMinus,
    "gdas": Gdas,
    "p_darts": lambda: PDarts(cells=3, deeper=0, skip_dropout=True),
    "path_binarised": PathBinarised,
    "pc_darts": lambda: PcDarts(portion=2),
    "setn": Setn,
}
CASES = [
    *((name, "darts") for name in VARIANTS),
    *((name, "nasbench201") for name in VARIANTS if name != "p_darts"),
    ("path_binarised", "layered"),
]
EARLY = Moment(1, 6)  # architecture parameters learn, nothing is frozen, the first stage is not over

for_every_case = pytest.mark.parametrize(("name", "space"), CASES)


shared_supernet = cache(supernet_of)  # nothing here changes a parameter


def prepared(name: str, space: str) -> tuple[Relaxation, Supernet[Any]]:
    variant = VARIANTS[name]()
    supernet = shared_supernet(space, variant.options())
    variant.begin(supernet)
    assert variant.on_epoch(EARLY, supernet) is None
    return variant, supernet


@for_every_case
def test_gradients_reach_what_a_pass_is_for(name: str, space: str) -> None:
    variant, supernet = prepared(name, space)
    x = torch.randn(2, 3, 8, 8)
    for level, trained in (
        (Level.WEIGHTS, supernet.weight_parameters()),
        (Level.ARCHITECTURE, supernet.architecture_parameters()),
    ):
        loss = supernet(x, variant.gates(supernet.alphas, pass_of(level))).square().mean()
        found = [each for each in torch.autograd.grad(loss, trained, allow_unused=True) if each is not None]
        assert found
        assert all(gradient.isfinite().all() for gradient in found)
        if level is Level.ARCHITECTURE:
            assert len(found) == len(trained)
            assert all(gradient.any() for gradient in found)


@for_every_case
def test_all_randomness_is_the_steps_and_a_judgement_has_none(name: str, space: str) -> None:
    variant, supernet = prepared(name, space)
    for level in Level:
        torch.manual_seed(1)
        before = torch.get_rng_state()
        first = plain(variant.gates(supernet.alphas, pass_of(level)))
        assert torch.equal(torch.get_rng_state(), before)
        torch.manual_seed(2)
        assert plain(variant.gates(supernet.alphas, pass_of(level))) == first
    supernet_pass = pass_of(Level.JUDGING)
    before = supernet_pass.generator.get_state()
    gates = variant.gates(supernet.alphas, supernet_pass)
    assert torch.equal(supernet_pass.generator.get_state(), before)
    assert gates.dropping is None
    with torch.no_grad():
        assert supernet(torch.randn(2, 3, 8, 8), gates).isfinite().all()


@for_every_case
def test_what_is_derived_is_a_candidate_of_the_space(name: str, space: str) -> None:
    variant, supernet = prepared(name, space)
    candidate = variant.derive(supernet)
    assert SPACES[space].decode(SPACES[space].encode(candidate)) == candidate
    supernet.gates_of(candidate)


@for_every_case
def test_state_survives_json_and_says_which_supernet_is_wanted(name: str, space: str) -> None:
    variant, supernet = prepared(name, space)
    variant.on_epoch(Moment(5, 6), supernet)
    again = VARIANTS[name]()
    again.recall(json.loads(json.dumps(variant.state())))
    assert again.state() == variant.state()
    assert (variant.state() == VARIANTS[name]().state()) == (name not in ("p_darts", "path_binarised"))
    assert again.options() == variant.options()


@pytest.mark.parametrize(
    ("method", "owners"),
    [
        ("trains_architecture", {"path_binarised"}),
        ("before_architecture_step", {"path_binarised"}),
        ("after_architecture_step", {"path_binarised", "gdas"}),  # both know parameters, which then have moved
    ],
)
def test_only_path_binarisation_has_phases_and_rescales(method: str, owners: set[str]) -> None:
    made = {name: type(make()) for name, make in VARIANTS.items()}
    assert {name for name, kind in made.items() if getattr(kind, method) is not getattr(Relaxation, method)} == owners


def test_only_p_darts_has_stages() -> None:
    assert {name: make().stages for name, make in VARIANTS.items() if make().stages != 1} == {"p_darts": 3}


def test_progress_is_the_share_of_epochs_done() -> None:
    assert [Moment(epoch, 4).progress for epoch in range(4)] == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@for_every_case
def test_a_supernet_on_a_device_is_driven_by_the_hosts_generator(name: str, space: str) -> None:
    variant, supernet = prepared(name, space)
    expected = {level: plain(variant.gates(supernet.alphas, pass_of(level))) for level in Level}
    supernet = copy.deepcopy(supernet).cuda()
    variant.begin(supernet)
    for level in Level:
        gates = variant.gates(supernet.alphas, pass_of(level))
        found = plain(gates)
        assert all(found[cell][1] == expected[level][cell][1] for cell in supernet.candidates)
        assert supernet(torch.randn(2, 3, 8, 8, device="cuda"), gates).isfinite().all()

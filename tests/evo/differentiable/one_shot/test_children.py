"""Catches: a child that computes something else than its derived network with inherited weights, one that is judged by
the mixture or by another head, statistics of one child that are left for the next or come from held-out images, noise
that goes on, a slow copy that keeps to the mixture.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from statistics import fmean
from typing import Any

import pytest
import torch
from torch import nn

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.config import GradientPlugins, build_gradient_plugins
from evo.differentiable.one_shot.children import Children, Statistics
from evo.differentiable.relaxations.base import Level
from evo.differentiable.relaxations.darts import DartsRelaxation
from fitness.base import network_shape
from fitness.training.loop import Trainee
from spaces import FeatureNetwork, InputSpec
from spaces.supernet.inheritance import inherit
from tasks import derive_rng
from tests.evo.differentiable.saved_runs import config_of

MODES: tuple[Statistics, ...] = ("recalibrated", "batch", "running")
CELLS = [
    "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|skip_connect~1|nor_conv_1x1~2|",
    "|skip_connect~0|+|nor_conv_3x3~0|none~1|+|avg_pool_3x3~0|nor_conv_3x3~1|skip_connect~2|",
]
BATCHES = 2


@cache
def trained(objective: str, space: str) -> tuple[GradientPlugins, dict[str, Any], dict[str, Any]]:
    """Return a search and the states of a supernet and of its head after an epoch of it."""
    plugins = build_gradient_plugins(config_of("darts", objective, space))
    trainer = trainer_of(plugins)
    trainer.epoch(0)
    states = (trainer.supernet.state_dict(), trainer.head.state_dict())
    supernet, head = ({name: torch.clone(value) for name, value in state.items()} for state in states)
    return plugins, supernet, head


def course_of(plugins: GradientPlugins) -> SupernetSetup:
    settings = replace(plugins.search.settings, augment=False)
    return SupernetSetup(plugins.space, plugins.images, plugins.objective, settings, 0, torch.device("cpu"))


def trainer_of(plugins: GradientPlugins) -> SupernetTrainer:
    setup = course_of(plugins)
    return SupernetTrainer(setup, SupernetData(setup), DartsRelaxation(), 2)


def restored(objective: str, space: str) -> tuple[SupernetTrainer, SupernetSetup]:
    plugins, supernet, head = trained(objective, space)
    trainer = trainer_of(plugins)
    trainer.supernet.load_state_dict(supernet)
    trainer.head.load_state_dict(head)
    return trainer, course_of(plugins)


def children_of(statistics: Statistics, objective: str = "masked_autoencoding", space: str = "nasbench201") -> Children:
    trainer, setup = restored(objective, space)
    return Children(setup, SupernetData(setup), trainer, statistics, batches=BATCHES)


def loss_of(children: Children, candidate: Any, setup: SupernetSetup) -> float:
    return children.judge(candidate, setup.context()).loss


def derived(candidate: Any, objective: str, space: str) -> tuple[FeatureNetwork, nn.Module, SupernetSetup]:
    """Return a candidate's own network with the weights that it inherits, and the trained head."""
    trainer, setup = restored(objective, space)
    spec, outputs = network_shape(setup.images)
    assert isinstance(spec, InputSpec)
    network = setup.space.build(candidate, spec, outputs, searched=True)
    assert inherit(trainer.supernet, candidate, network).fresh == ()
    return network, trainer.head, setup


def norms_of(*modules: nn.Module) -> list[nn.BatchNorm2d]:
    found = [module for each in modules for module in each.modules() if isinstance(module, nn.BatchNorm2d)]
    return [norm for norm in found if norm.running_mean is not None]


def losses(
    network: FeatureNetwork, head: nn.Module, setup: SupernetSetup, images: Sequence[Any], name: str
) -> list[float]:
    generator, trainee, found = setup.generator(name), Trainee(network, head), []
    for each in images:
        batch = setup.objective.prepare(each, generator)
        with torch.no_grad():
            loss = setup.objective.loss(trainee.features(batch, setup.objective), head, batch)
        found.append(float(loss))
    return found


def expected(text: str, statistics: Statistics, space: str = "nasbench201") -> float:
    """Return the loss of the derived network by torch's own means."""
    setup = course_of(trained("masked_autoencoding", space)[0])
    network, head, setup = derived(setup.space.decode(text), "masked_autoencoding", space)
    data = SupernetData(setup)
    network.eval()
    head.eval()
    if statistics == "recalibrated":
        means = {norm: list[tuple[torch.Tensor, torch.Tensor]]() for norm in norms_of(network, head)}
        for batch in range(BATCHES):
            for norm in means:
                norm.train()
                norm.momentum = 1.0  # the averages are those of the last batch alone
            seen = list(data.batches(Level.WEIGHTS, 0, BATCHES))[: batch + 1]
            losses(network, head, setup, seen, "recalibrate")
            for norm, kept in means.items():
                assert norm.running_mean is not None
                assert norm.running_var is not None
                kept.append((norm.running_mean.clone(), norm.running_var.clone()))
        for norm, kept in means.items():
            norm.eval()
            norm.running_mean, norm.running_var = (torch.stack(part).mean(0) for part in zip(*kept, strict=True))
    if statistics == "batch":
        for norm in norms_of(network, head):
            norm.train()
    return fmean(losses(network, head, setup, data.held_out, "judge"))


@pytest.mark.parametrize("statistics", MODES)
def test_a_child_is_its_derived_network_with_inherited_weights(statistics: Statistics) -> None:
    children = children_of(statistics)
    setup = course_of(trained("masked_autoencoding", "nasbench201")[0])
    found = [loss_of(children, setup.space.decode(text), setup) for text in CELLS]
    assert found == pytest.approx([expected(text, statistics) for text in CELLS], abs=1e-5)
    assert abs(found[0] - found[1]) > 1e-3


def test_so_it_is_where_all_norms_keep_averages() -> None:
    children = children_of("recalibrated", space="darts")
    setup = course_of(trained("masked_autoencoding", "darts")[0])
    candidate = setup.space.sample(derive_rng(1))
    wanted = expected(setup.space.encode(candidate), "recalibrated", "darts")
    assert loss_of(children, candidate, setup) == pytest.approx(wanted, abs=1e-5)
    assert loss_of(children_of("running", space="darts"), candidate, setup) != pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("statistics", MODES)
@pytest.mark.parametrize(("objective", "space"), [("masked_autoencoding", "s4"), ("byol", "nasbench201")])
def test_nothing_of_a_child_is_left_for_the_next(statistics: Statistics, objective: str, space: str) -> None:
    children, fresh = children_of(statistics, objective, space), children_of(statistics, objective, space)
    setup = course_of(trained(objective, space)[0])
    candidates = [setup.space.sample(derive_rng(number)) for number in range(3)]
    forwards = [loss_of(children, candidate, setup) for candidate in candidates]
    assert [loss_of(fresh, candidate, setup) for candidate in reversed(candidates)] == forwards[::-1]
    assert loss_of(children, candidates[0], setup) == forwards[0]
    assert len(set(forwards)) == 3


def test_the_slow_copy_of_byol_is_of_the_same_child() -> None:
    children, setup = children_of("running", "byol"), course_of(trained("byol", "nasbench201")[0])
    candidate = setup.space.decode(CELLS[0])
    network, head, setup = derived(candidate, "byol", "nasbench201")
    copy: Any = head.target
    slow = setup.space.build(candidate, InputSpec(3, 8), 10, searched=True)
    inherit(copy.network.supernet, candidate, slow)
    copy.network = slow
    network.eval()
    head.eval()
    wanted = fmean(losses(network, head, setup, SupernetData(setup).held_out, "judge"))
    assert loss_of(children, candidate, setup) == pytest.approx(wanted, abs=1e-5)


def test_memorised_labels_are_judged_on_the_images_they_belong_to() -> None:
    trainer, setup = restored("random_labels", "nasbench201")
    data = SupernetData(setup)
    children = Children(setup, data, trainer, "running", batches=1)
    candidate = setup.space.decode(CELLS[0])
    found = loss_of(children, candidate, setup)
    data.held_out = ()
    assert (
        loss_of(
            Children(setup, data, restored("random_labels", "nasbench201")[0], "running", batches=1),
            candidate,
            setup,
        )
        == found
    )


def test_a_candidate_of_another_space_is_refused() -> None:
    setup = course_of(trained("masked_autoencoding", "nasbench201")[0])
    other = course_of(trained("masked_autoencoding", "darts")[0]).space.sample(derive_rng(0))
    with pytest.raises((ValueError, AttributeError)):
        loss_of(children_of("running"), other, setup)

"""Catches: a weight of another edge, operation or cell, statistics left behind, a derived network that computes
something else than the frozen supernet and does not say so, a network of another candidate or depth taken for its own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from spaces import FeatureNetwork, InputSpec, Supernet, SupernetOptions
from spaces.darts.edges import EDGES
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCells
from spaces.nasbench201.space import NasBench201
from spaces.supernet.inheritance import Inheritance, build_options, inherit

SPEC = InputSpec(3, 8)
SPACES: dict[str, Callable[[], Any]] = {
    **{
        space: lambda space=space: DartsCells(space=space, channels=2, cells=4)
        for space in ("s0", "s1", "s2", "s3", "s4")
    },
    "layered": lambda: LayeredDarts(channels=2, cells=4),
    "nasbench201": lambda: NasBench201(stem_channels=2, cells_per_stage=2),
    "nasbench201_affine": lambda: NasBench201(stem_channels=2, cells_per_stage=2, affine=True),
}


def images(seed: int = 1) -> Tensor:
    return torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(seed))


def trained(supernet: Supernet[Any], candidate: Any) -> Supernet[Any]:
    """Move the running statistics of all that the candidate has, as training does."""
    with torch.no_grad():
        for seed in (2, 3):
            supernet(images(seed), supernet.gates_of(candidate))
    return supernet


def pair_of(
    space: Any, seed: int = 0, *, searched: bool = True
) -> tuple[Supernet[Any], Any, FeatureNetwork, Inheritance]:
    torch.manual_seed(seed)
    candidate = space.sample(np.random.default_rng(seed))
    supernet = trained(space.relax(SPEC, 10, SupernetOptions(auxiliary_skip=True)), candidate)
    network = space.build(candidate, SPEC, 10, searched=searched)
    return supernet, candidate, network, inherit(supernet, candidate, network)


def test_norms_that_a_supernet_has_no_scale_for_start_as_ones_and_zeros_whatever_they_were() -> None:
    space = SPACES["nasbench201_affine"]()
    candidate = space.decode("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|")
    supernet, network = trained(space.relax(SPEC, 10), candidate), space.build(candidate, SPEC, 10)
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.constant_(norm.weight, 3.0)
            nn.init.constant_(norm.bias, 2.0)
    fresh = inherit(supernet, candidate, network).fresh
    assert fresh
    for name in fresh:
        wanted = 1.0 if name.endswith(("weight", "running_var")) else 0.0
        assert (network.state_dict()[name] == wanted).all()
    assert max(differences(supernet, candidate, network, training=True)) < 1e-4


def differences(supernet: Supernet[Any], candidate: Any, network: FeatureNetwork, *, training: bool) -> list[float]:
    supernet.train(training)
    network.train(training)
    with torch.no_grad():
        expected = supernet.forward_features(images(), supernet.gates_of(candidate))
        found = network.forward_features(images())
        assert all(feature.std() > 0.01 for feature in expected)
        maps = zip(expected, found, strict=True)
        logits = supernet(images(), supernet.gates_of(candidate)) - network(images())
        return [*(float((one - other).abs().max()) for one, other in maps), float(logits.abs().max())]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", SPACES)
def test_a_network_built_as_searched_computes_what_the_frozen_supernet_does(name: str, seed: int) -> None:
    supernet, candidate, network, said = pair_of(SPACES[name](), seed)
    assert (said.fresh, said.lost) == ((), ())
    for training in (True, False):
        assert max(differences(supernet, candidate, network, training=training)) < 1e-5


@pytest.mark.parametrize("name", ["s2", "nasbench201"])
def test_without_pooling_a_network_built_as_usual_does_too(name: str) -> None:
    supernet, candidate, network, said = pair_of(SPACES[name](), searched=False)
    assert said.lost == ()
    assert all(part.endswith(("weight", "bias")) for part in said.fresh)
    assert len(said.fresh) > 0 or name == "nasbench201"
    for training in (True, False):
        assert max(differences(supernet, candidate, network, training=training)) < 1e-5


def test_auxiliary_skips_are_counted_edge_by_edge_in_every_cell() -> None:
    assert pair_of(SPACES["s2"]())[-1].skips == 4 * 14
    assert pair_of(SPACES["nasbench201"]())[-1].skips == 3 * 2 * 6
    space = SPACES["s2"]()
    candidate = space.sample(np.random.default_rng(0))
    assert inherit(space.relax(SPEC, 10), candidate, space.build(candidate, SPEC, 10)).skips == 0


def test_a_space_whose_networks_have_all_norms_of_its_supernet_needs_nothing_to_build_them() -> None:
    for name, make in SPACES.items():
        assert build_options(make()) == ({} if name.startswith("nasbench201") else {"searched": True})


def test_what_is_fresh_is_every_scale_and_shift_inside_cells_and_nothing_else() -> None:
    _, _, network, said = pair_of(SPACES["s2"](), searched=False)
    norms = {name for name, module in network.named_modules() if isinstance(module, nn.BatchNorm2d)}
    expected = {f"{name}.{part}" for name in norms if not name.startswith("stem") for part in ("weight", "bias")}
    assert set(said.fresh) == expected


def test_pooling_without_its_normalisation_is_lost_and_said() -> None:
    space = DartsCells(channels=2, cells=4)
    node = "max_pool_3x3~0,sep_conv_3x3~1"
    cell = "/".join([node, *["skip_connect~0,avg_pool_3x3~1"] * 3])
    candidate = space.decode(f"normal={cell}:reduction={cell}")
    torch.manual_seed(0)
    supernet = trained(space.relax(SPEC, 10), candidate)
    network = space.build(candidate, SPEC, 10)
    said = inherit(supernet, candidate, network)
    norms = {name.rpartition(".")[0] for name in said.lost}
    expected = {
        f"body.stages.{stage}.{position}.graph.edges.{EDGES.index(edge)}.operations.{operation}.1"
        for stage, position in ((0, 0), (1, 0), (2, 0), (2, 1))
        for edge, operation in (((0, 2), "max_pool_3x3"), *(((1, n), "avg_pool_3x3") for n in (3, 4, 5)))
    }
    assert norms == expected
    assert max(differences(supernet, candidate, network, training=True)) > 1e-3


def test_nasbench201_with_affine_agrees_in_training_alone() -> None:
    space = SPACES["nasbench201_affine"]()
    candidate = space.decode("|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|")
    torch.manual_seed(0)
    supernet, network = trained(space.relax(SPEC, 10), candidate), space.build(candidate, SPEC, 10)
    said = inherit(supernet, candidate, network)
    assert said.lost == ()
    assert {name.rpartition(".")[2] for name in said.fresh} == {
        *("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    }
    assert max(differences(supernet, candidate, network, training=True)) < 1e-5
    assert max(differences(supernet, candidate, network, training=False)) > 1e-3


def test_an_inherited_network_is_a_copy() -> None:
    supernet, _, network, _ = pair_of(SPACES["s2"]())
    before = {name: value.clone() for name, value in supernet.state_dict().items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert all(torch.equal(value, before[name]) for name, value in supernet.state_dict().items())


@pytest.mark.parametrize("name", ["s2", "nasbench201"])
def test_a_classifier_for_other_classes_is_fresh_and_all_else_is_not(name: str) -> None:
    space = SPACES[name]()
    torch.manual_seed(0)
    candidate = space.sample(np.random.default_rng(0))
    supernet = trained(space.relax(SPEC, 1), candidate)
    network = space.build(candidate, SPEC, 7, searched=True)
    before = {name: value.clone() for name, value in network.classifier.state_dict().items()}
    said = inherit(supernet, candidate, network)
    assert said.fresh == tuple(f"classifier.{name}" for name in before)
    assert all(torch.equal(value, before[name]) for name, value in network.classifier.state_dict().items())
    with torch.no_grad():
        found = network.forward_features(images())
        expected = supernet.forward_features(images(), supernet.gates_of(candidate))
    assert all(map(torch.equal, found, expected))


@pytest.mark.parametrize(
    "text",
    [
        "|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|",
        "|skip_connect~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
    ],
    ids=["weights", "no weights"],
)
def test_a_network_with_more_cells_is_refused_whatever_is_in_them(text: str) -> None:
    supernet = SPACES["nasbench201"]().relax(SPEC, 10, SupernetOptions(cells=1))
    for cells in (1, 2):
        space = NasBench201(stem_channels=2, cells_per_stage=cells)
        candidate = space.decode(text)
        network = space.build(candidate, SPEC, 10, searched=True)
        if cells == 1:
            assert inherit(supernet, candidate, network).fresh == ()
        else:
            before = {name: value.clone() for name, value in network.state_dict().items()}
            with pytest.raises(ValueError, match=r"the supernet has no stages\.0\.2\.layers\.0_to_1"):
                inherit(supernet, candidate, network)
            assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_cell_of_zeros_is_one_of_the_supernets() -> None:
    space = SPACES["nasbench201"]()
    candidate = space.decode("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")
    assert inherit(space.relax(SPEC, 10), candidate, space.build(candidate, SPEC, 10)) == Inheritance((), ())


def test_operations_of_a_portion_of_the_channels_are_no_inheritance() -> None:
    space = DartsCells(channels=4, cells=3)
    candidate = space.sample(np.random.default_rng(0))
    supernet = space.relax(SPEC, 10, SupernetOptions(portion=4))
    with pytest.raises(ValueError, match="1 / 4 of the network's channels"):
        inherit(supernet, candidate, space.build(candidate, SPEC, 10))


@pytest.mark.parametrize(
    ("built", "message"),
    [
        (lambda space, other: DartsCells(channels=4, cells=4).build(other, SPEC, 10), "must be of one size"),
        (lambda space, other: DartsCells(channels=2, cells=3).build(other, SPEC, 10), "the network has no part"),
        (lambda space, other: DartsCells(channels=2, cells=5).build(other, SPEC, 10), "the supernet has no stages"),
        (lambda space, other: space.build(other, SPEC, 10), "the supernet's has"),
    ],
    ids=["wider", "shorter", "longer", "another"],
)
def test_another_network_is_refused(built: Any, message: str) -> None:
    space = DartsCells(channels=2, cells=4)
    torch.manual_seed(0)
    nodes = "/".join(["{0}~0,{0}~1"] * 4)
    one, other = (
        space.decode("normal={0}:reduction={0}".format(nodes.format(operation)))
        for operation in ("sep_conv_3x3", "dil_conv_3x3")
    )
    network = built(space, other if message.startswith("the supernet") else one)
    with pytest.raises(ValueError, match=message):
        inherit(space.relax(SPEC, 10), one, network)

"""Catches: a broken network that is not broken in the way its name says, or in another way as well; a space that
changes or loses its own members by having broken ones beside them."""

import copy

import pytest
import torch
from torch import Tensor

from fitness.conformance.broken_networks import NETWORKS, Broken, WithBrokenNetworks
from spaces import FeatureInfo, FeatureNetwork, InputSpec, NetworkSpace, count_complexity, count_parameters
from tasks import derive_rng
from tests.tiny import TinyNetworks

SPEC = InputSpec(3, 16)


def network(broken: Broken) -> FeatureNetwork:
    torch.manual_seed(0)
    return WithBrokenNetworks(TinyNetworks(), 5).build(broken, SPEC, 7)


def pictures(seed: int = 0) -> Tensor:
    return torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(seed))


def gradients(net: FeatureNetwork) -> list[Tensor]:
    net(pictures()).square().sum().backward()
    return [parameter.grad for parameter in net.parameters() if parameter.grad is not None]


@pytest.mark.parametrize("broken", [kind for kind in Broken if kind is not Broken.RAISING])
def test_stages_and_logits_have_the_shapes_of_the_model(broken: Broken) -> None:
    net = network(broken)
    assert net.feature_info == [FeatureInfo(5, 1), FeatureInfo(5, 2), FeatureInfo(10, 4)]
    shapes = [tuple(feature.shape) for feature in net.forward_features(pictures())]
    assert shapes == [(2, 5, 16, 16), (2, 5, 8, 8), (2, 10, 4, 4)]
    assert net(pictures()).shape == (2, 7)


def test_every_candidate_has_a_network_of_its_own() -> None:
    assert set(NETWORKS) == set(Broken)
    assert len(set(NETWORKS.values())) == len(Broken)


def test_the_linear_one_is_linear_and_learns() -> None:
    net = network(Broken.LINEAR)
    x, y, zero = pictures(1), pictures(2), torch.zeros(2, 3, 16, 16)
    for both, one, other, none in zip(*map(net.forward_features, (x + y, x, y, zero)), strict=True):
        assert torch.allclose(both - none, one - none + other - none, atol=1e-5)
    assert any(gradient.abs().max() > 0 for gradient in gradients(net))


def test_the_parameterless_one_pools_its_picture() -> None:
    net = network(Broken.PARAMETERLESS)
    assert count_parameters(net) == 0
    features = net.forward_features(pictures())
    assert torch.equal(features[0][:, 3], pictures()[:, 0])
    assert torch.allclose(features[2][0, 1, 0, 0], pictures()[0, 1, :4, :4].mean())
    assert torch.allclose(net(pictures())[:, 2], pictures()[:, 2].mean((1, 2)), atol=1e-6)


def test_the_constant_one_sees_nothing_and_learns() -> None:
    net = network(Broken.CONSTANT)
    assert torch.equal(net(pictures(1)), net(pictures(2)))
    assert net(pictures()).abs().max() > 0
    assert any(gradient.abs().max() > 0 for gradient in gradients(net))


def test_the_dead_one_is_zero_and_never_learns() -> None:
    net = network(Broken.DEAD)
    assert all(not feature.any() for feature in (*net.forward_features(100 * pictures()), net(pictures())))
    assert all(not gradient.any() for gradient in gradients(net))
    assert count_parameters(net) > 0


def test_the_others_give_nan_and_raise() -> None:
    net = network(Broken.NAN)
    assert all(feature.isnan().all() for feature in (*net.forward_features(pictures()), net(pictures())))
    for call in (network(Broken.RAISING), network(Broken.RAISING).forward_features):
        with pytest.raises(RuntimeError, match="on purpose"):
            call(pictures())


def test_the_space_keeps_its_members() -> None:
    space, own = WithBrokenNetworks(TinyNetworks(), 5), TinyNetworks()
    assert isinstance(space, NetworkSpace)
    assert [space.sample(derive_rng(i)) for i in range(9)] == [own.sample(derive_rng(i)) for i in range(9)]
    assert space.mutate(3, derive_rng(0)) == own.mutate(3, derive_rng(0))
    assert (space.encode(3), space.decode("3")) == ("3", 3)
    assert count_complexity(space, 3, SPEC, 4) == count_complexity(own, 3, SPEC, 4)
    assert space.built == 0
    with pytest.raises(ValueError, match="a width from 1 to 9"):
        space.decode("broken:colour")
    assert not hasattr(space, "functional_key")
    assert copy.copy(space).encode(3) == "3"


@pytest.mark.parametrize("broken", Broken)
def test_texts_of_broken_candidates_lead_back_and_their_networks_are_counted(broken: Broken) -> None:
    space = WithBrokenNetworks(TinyNetworks(), 5)
    assert space.decode(space.encode(broken)) is broken
    space.build(broken, SPEC, 4)
    assert space.built == 1


def test_stages_are_looked_up_without_touching_torchs_generator() -> None:
    before = torch.get_rng_state()
    WithBrokenNetworks(TinyNetworks(), 5).build(Broken.PARAMETERLESS, SPEC, 4)
    assert torch.equal(torch.get_rng_state(), before)

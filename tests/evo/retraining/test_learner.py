"""Catches: a body that a linear probe moves, statistics of normalisation included; an auxiliary loss that is missing,
not weighed or taken in the test; drop path that does not reach the network; a result under other names.
"""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from evo.retraining.learner import LinearProbe, NetworkLearner
from spaces.darts.space import DartsCells
from tests.evo.differentiable.small_supernets import SPACES
from tests.evo.retraining.small_runs import CLASSES, SPEC, quick_settings

X, Y = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(1)), torch.arange(6) % CLASSES


def network() -> torch.nn.Module:
    import numpy as np

    torch.manual_seed(0)
    space: DartsCells = SPACES["darts"]
    return space.build(space.sample(np.random.default_rng(0)), SPEC, CLASSES)


def learner(**options: float) -> NetworkLearner:
    torch.manual_seed(1)
    return NetworkLearner(network(), quick_settings(**options), 8, CLASSES)  # type: ignore[arg-type]


def test_the_auxiliary_loss_is_weighed_and_added_in_training_alone() -> None:
    own = learner(auxiliary=0.4, drop_path=0.0)
    seen: list[Tensor] = []
    cell, _ = own.network.two_thirds()  # type: ignore[operator]
    cell.register_forward_hook(lambda module, inputs, output: seen.append(output))
    loss, logits = own.loss(X, Y, 0.1), own(X)
    assert own.auxiliary is not None
    second = own.auxiliary(seen[0])
    expected = functional.cross_entropy(logits, Y, label_smoothing=0.1)
    expected = expected + 0.4 * functional.cross_entropy(second, Y, label_smoothing=0.1)
    torch.testing.assert_close(loss, expected)
    assert learner(auxiliary=0.0).auxiliary is None
    own.eval()
    torch.testing.assert_close(own(X), own.network(X))


def test_a_network_without_an_auxiliary_classifier_has_its_own_loss() -> None:
    own = learner(auxiliary=0.0, drop_path=0.0)
    torch.testing.assert_close(own.loss(X, Y, 0.0), functional.cross_entropy(own.network(X), Y))


def test_paths_are_dropped_in_training_by_the_epochs_generator() -> None:
    own = learner(auxiliary=0.0, drop_path=0.5)
    whole = own(X)

    def dropped(seed: int) -> Tensor:
        own.begin(0.5, torch.Generator().manual_seed(seed))
        found: Tensor = own(X)
        return found

    assert not torch.equal(dropped(0), whole)
    assert torch.equal(dropped(0), dropped(0))
    assert not torch.equal(dropped(0), dropped(1))
    own.eval()
    assert torch.equal(dropped(0), dropped(1))


def test_a_linear_probe_leaves_the_network_as_it_is_bit_for_bit() -> None:
    body = network()
    before = {name: value.clone() for name, value in body.state_dict().items()}
    probe = LinearProbe(body, CLASSES).train()  # type: ignore[arg-type]
    optimizer = torch.optim.SGD(probe.trained(), lr=0.5, weight_decay=0.1)
    losses = []
    for _ in range(20):
        loss = probe.loss(X, Y, 0.0)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
    assert all(torch.equal(value, before[name]) for name, value in body.state_dict().items())
    assert not any(module.training for module in body.modules())
    assert [parameter.shape for parameter in probe.trained()] == [(CLASSES, 64), (CLASSES,)]
    with pytest.raises(AssertionError):
        probe.begin(0.1, torch.Generator())


def test_the_result_has_the_networks_own_names() -> None:
    own = learner()
    assert list(own.result()) == list(network().state_dict())
    probe = LinearProbe(network(), CLASSES)  # type: ignore[arg-type]
    assert set(probe.result()) - set(own.result()) == {"probe.linear.weight", "probe.linear.bias"}

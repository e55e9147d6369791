"""What others may do with a network of every class of space: trace, export, compile and transform it, copy it, save it.

Catches: functions of autograd, generators, caches and types that a tracer, an exporter, a compiler or torch.func cannot
follow; constants of an exporter that stay behind; a capture that computes something else; a copy, a pickle or a state
that is not the whole network.
"""

import copy
import io
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.autograd.forward_ad import dual_level, make_dual
from torch.func import functional_call, grad, replace_all_batch_norm_modules_, vmap

from spaces import FeatureNetwork, InputSpec, NetworkSpace, PreparedSpace, SequenceSpec, reads_sequences
from spaces.program_capture import is_captured
from tests.small_spaces import small_space
from tests.spaces.test_contract import FIRST_OF_CLASS

OUTPUTS, SAMPLES = 3, 40
RANDOM = {"nasbench_nlp": "drops values in training", "s4": "has noise for an operation"}
NAMES = [name for name in (*FIRST_OF_CLASS, "s4") if isinstance(small_space(name), NetworkSpace)]

for_every_class = pytest.mark.parametrize("name", NAMES)


class Member:
    """The smallest network of a space that averages, where networks of the space do, in training; and its input."""

    def __init__(self, name: str) -> None:
        self.space = small_space(name)
        with TemporaryDirectory() as folder:
            if isinstance(self.space, PreparedSpace):
                self.space.prepare(Path(folder))
        rng = np.random.default_rng(0)
        texts = [self.space.encode(self.space.sample(rng)) for _ in range(SAMPLES)]
        self.candidate = self.space.decode(min(texts, key=lambda text: ("avg_pool" not in text, len(text), text)))
        self.spec = SequenceSpec(length=2) if reads_sequences(self.space) else InputSpec(3, 8)
        self.batch_axis = 1 if reads_sequences(self.space) else 0
        self.x = torch.randn(self.spec.shape(2), generator=torch.Generator().manual_seed(0))
        self.is_random = name in RANDOM

    def network(self, seed: int = 0) -> FeatureNetwork:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network: FeatureNetwork = self.space.build(self.candidate, self.spec, OUTPUTS)
        return network

    def trained(self) -> FeatureNetwork:
        """Return it in training mode, its norms without running statistics, which torch.func asks for."""
        network = replace_all_batch_norm_modules_(self.network()).train()
        assert isinstance(network, FeatureNetwork)
        return network

    def check(self, computed: Tensor, network: FeatureNetwork) -> None:
        expected = network(self.x)
        assert computed.shape == expected.shape
        assert computed.isfinite().all()
        if not self.is_random:
            torch.testing.assert_close(computed, expected, atol=1e-4, rtol=1e-4)


@cache
def member(name: str) -> Member:
    return Member(name)


@pytest.fixture(autouse=True)
def _forget_programs() -> Iterator[None]:
    yield
    torch._dynamo.reset()


def test_networks_that_average_are_among_them() -> None:
    assert sum("avg_pool" in one.space.encode(one.candidate) for one in map(member, NAMES)) >= 4


@for_every_class
@pytest.mark.filterwarnings("ignore")
def test_a_trace_is_saved_and_loaded(name: str) -> None:
    network, file = member(name).trained(), io.BytesIO()
    torch.jit.save(torch.jit.trace(network, member(name).x, check_trace=False), file)
    file.seek(0)
    member(name).check(torch.jit.load(file)(member(name).x), network)


@for_every_class
@pytest.mark.filterwarnings("ignore")
def test_an_export_is_saved_and_loaded_and_leaves_nothing_behind(name: str) -> None:
    network, file = member(name).trained(), io.BytesIO()
    torch.export.save(torch.export.export(network, (member(name).x,)), file)
    file.seek(0)
    member(name).check(torch.export.load(file).module()(member(name).x), network)
    network(member(name).x).sum().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert gradients
    assert all(type(gradient) is Tensor for gradient in gradients)


@for_every_class
def test_it_compiles_as_a_whole_and_learns(name: str) -> None:
    network = member(name).trained()
    computed = torch.compile(network, backend="eager", fullgraph=True)(member(name).x)
    member(name).check(computed, network)
    computed.sum().backward()
    assert any(parameter.grad is not None for parameter in network.parameters())


@for_every_class
def test_other_weights_are_put_in_by_a_call(name: str) -> None:
    network, other = member(name).trained(), member(name).network(seed=1)
    weights = {key: value.detach() for key, value in other.named_parameters()}
    computed = functional_call(network, weights, (member(name).x,))
    network.load_state_dict(weights, strict=False)
    member(name).check(computed, network)


@for_every_class
def test_gradients_by_torch_func_are_those_of_autograd(name: str) -> None:
    network = member(name).trained()
    weights = {key: value.detach() for key, value in network.named_parameters()}

    def loss(weights: dict[str, Tensor]) -> Tensor:
        computed: Tensor = functional_call(network, weights, (member(name).x,))
        return computed.square().mean()

    found = grad(loss)(weights)
    network(member(name).x).square().mean().backward()
    for key, parameter in network.named_parameters():
        assert found[key].isfinite().all()
        if parameter.grad is not None and not member(name).is_random:
            torch.testing.assert_close(found[key], parameter.grad, atol=1e-3, rtol=1e-3)


@for_every_class
def test_one_input_at_a_time_by_vmap_is_all_at_once(name: str) -> None:
    network, axis = member(name).network().eval(), member(name).batch_axis
    weights = {**dict(network.named_parameters()), **dict(network.named_buffers())}

    def one(x: Tensor) -> Tensor:
        computed: Tensor = functional_call(network, weights, (x.unsqueeze(axis),))
        return computed.squeeze(axis)

    computed = vmap(one, in_dims=axis, out_dims=axis, randomness="different")(member(name).x)
    assert computed.isfinite().all()
    if name != "nasbench201" and not member(name).is_random:  # whose norms know the batch alone
        torch.testing.assert_close(computed, network(member(name).x), atol=1e-4, rtol=1e-4)


COPIES: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda network: pickle.loads(pickle.dumps(network)),
}


@for_every_class
@pytest.mark.parametrize("how", COPIES)
def test_a_copy_computes_the_same_and_shares_nothing(name: str, how: str) -> None:
    network = member(name).network().train()
    network(member(name).x).sum().backward()  # which may leave something in it
    other = COPIES[how](network).eval()
    assert other.state_dict().keys() == network.state_dict().keys()
    assert not {value.data_ptr() for value in other.parameters()} & {p.data_ptr() for p in network.parameters()}
    assert torch.equal(other(member(name).x), network.eval()(member(name).x))  # noise goes on alike


@for_every_class
def test_a_state_makes_another_network_the_same(name: str) -> None:
    network, other = member(name).network().train(), member(name).network(seed=1)
    network(member(name).x)
    other.load_state_dict(network.state_dict())
    assert torch.equal(other.eval()(member(name).x), network.eval()(member(name).x))


def test_nobody_looks_on_in_training() -> None:
    assert not is_captured(torch.ones(1, requires_grad=True))
    assert not is_captured(nn.Parameter(torch.ones(1)))


def test_a_tensor_of_another_type_and_one_with_a_tangent_are_captured() -> None:
    class Other(Tensor):
        pass

    assert is_captured(torch.ones(1).as_subclass(Other))
    with dual_level():
        assert is_captured(make_dual(torch.ones(1), torch.ones(1)))
        assert not is_captured(torch.ones(1))

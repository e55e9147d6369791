"""Catches: networks whose stages, logits, weights, size or inputs are not what they say, and a check that does not say
which candidate or input; spaces of sequences checked as if they read images."""

import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from spaces import FeatureInfo, InputSpec, SequenceSpec
from spaces.conformance import networks
from spaces.conformance.case import Nonconformance, SpaceCase
from spaces.conformance.networks import check_stages
from tasks.conformance.verdicts import judge
from tests.tiny import NanNetworks, TinyNetwork, TinyNetworks, TinySequences


class Changed(TinyNetworks):
    """Tiny networks with one thing changed after they are built."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        network = super().build(candidate, input_spec, num_outputs)
        self.change(network)
        return network

    def change(self, network: TinyNetwork) -> None:
        raise NotImplementedError


class WrongChannels(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.feature_info[1] = FeatureInfo(100, 2)


class WrongReduction(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.feature_info[2] = FeatureInfo(network.feature_info[2].channels, 8)


class CoarseToFine(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.feature_info.reverse()


class OneStageTooMany(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.feature_info.pop()


class NoStages(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.feature_info.clear()


class PlainModule(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        return nn.Sequential(super().build(candidate, input_spec, num_outputs))


class NineOutputs(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        return super().build(candidate, input_spec, 9)


class ThreeChannels(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        return super().build(candidate, InputSpec(), num_outputs)


class InfiniteLogits(Changed):
    def change(self, network: TinyNetwork) -> None:
        nn.init.constant_(network.classifier.bias, torch.inf)


class InfiniteGradient(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.classifier.weight.register_hook(lambda gradient: gradient / 0)


class Frozen(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.requires_grad_(False)
        network.register_parameter("scale", nn.Parameter(torch.ones(1)))
        network.register_forward_hook(lambda module, inputs, logits: logits.detach().requires_grad_())


class DetachedStages(Changed):
    """Logits reach the weights, stages do not."""

    factor = 1

    def change(self, network: TinyNetwork) -> None:
        stages = network.forward_features
        network.forward_features = lambda x: [self.factor * x.detach() for x in stages(x)]  # type: ignore[method-assign]


class BlindStages(DetachedStages):
    """A network through which no path leads."""

    factor = 0


class InfiniteFirstGradient(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.get_parameter("convolutions.0.weight").register_hook(lambda gradient: gradient / 0)


class BreaksWhenMoved(Changed):
    """Networks that are finite only with the weights that they begin with."""

    def change(self, network: TinyNetwork) -> None:
        stages, weight = network.forward_features, network.get_parameter("convolutions.0.weight")
        first = weight.detach().clone()
        network.forward_features = lambda x: [x / torch.equal(weight, first) for x in stages(x)]  # type: ignore[method-assign]


class FiveStages(Changed):
    """Five stages, of which the first two have nothing to learn from."""

    def change(self, network: TinyNetwork) -> None:
        stages, info = network.forward_features, network.feature_info
        network.feature_info = [*info[:1], *info[:1], *info]
        network.forward_features = lambda x: [x.detach() * torch.inf for x in stages(x)[:1] * 2] + stages(x)  # type: ignore[method-assign]


class OwnSeed(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        torch.manual_seed(3)
        return super().build(candidate, input_spec, num_outputs)


class NumpyWeights(Changed):
    def change(self, network: TinyNetwork) -> None:
        with torch.no_grad():
            network.classifier.bias += torch.from_numpy(np.random.rand(10)).float()


class EntropyWeights(Changed):
    def change(self, network: TinyNetwork) -> None:
        with torch.no_grad():
            network.classifier.bias += float(np.random.default_rng().random())


class PythonRandom(Changed):
    def change(self, network: TinyNetwork) -> None:
        random.random()


class OtherOnMeta(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        on_meta = torch.empty(0).is_meta
        return super().build(1 if on_meta else candidate, input_spec, num_outputs)


class NotOnMeta(Changed):
    def change(self, network: TinyNetwork) -> None:
        network.classifier.weight.sum().item()


class BuildsAnything(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        return TinyNetwork(candidate, input_spec, num_outputs)


class RaisesOtherwise(TinyNetworks):
    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        if input_spec.channels < 1:
            raise KeyError("channels")
        return super().build(candidate, input_spec, num_outputs)


class BatchFirst(TinySequences):
    def build(self, candidate: int, input_spec: SequenceSpec, num_outputs: int) -> Any:
        network = super().build(candidate, input_spec, num_outputs)
        stages = network.forward_features
        network.forward_features = lambda x: [stages(x)[0].transpose(0, 1)]  # type: ignore[method-assign]
        return network


FAULTS = [
    (networks.stages_match_feature_info, WrongChannels, "stage 2 is"),
    (networks.stages_match_feature_info, WrongReduction, "stage 3 is"),
    (networks.stages_match_feature_info, CoarseToFine, "not fine to coarse"),
    (networks.stages_match_feature_info, OneStageTooMany, "3 stages, but 2 entries in feature_info"),
    (networks.stages_match_feature_info, NoStages, "feature_info is empty"),
    (networks.stages_match_feature_info, NanNetworks, "stage 1 is not finite"),
    (networks.stages_match_feature_info, PlainModule, "build gave a Sequential, no FeatureNetwork"),
    (networks.stages_match_feature_info, BatchFirst, "stage 1 is [2, 8, 8]; feature_info says [8, 2, 8]"),
    (networks.logits_and_gradients, NineOutputs, "logits are [2, 9], not [2, 10]"),
    (networks.logits_and_gradients, InfiniteLogits, "logits are not finite"),
    (networks.logits_and_gradients, InfiniteGradient, "a gradient is not finite"),
    (networks.logits_and_gradients, Frozen, "no parameter gets a gradient"),
    (networks.logits_and_gradients, BatchFirst, "logits are [2, 8, 10], not [8, 2, 10]"),
    (networks.a_step_of_regression, NoStages, "feature_info is empty"),
    (networks.a_step_of_regression, DetachedStages, "no parameter gets a gradient from the stages"),
    (networks.a_step_of_regression, InfiniteFirstGradient, "a gradient of the stages is not finite"),
    (networks.a_step_of_regression, BreaksWhenMoved, "a step of regression leaves a loss that is not finite"),
    (networks.weights_follow_torchs_seed, OwnSeed, "torch's seed changes no weight"),
    (
        networks.weights_follow_torchs_seed,
        NumpyWeights,
        "uses the global generator of numpy.random; torch's alone is allowed",
    ),
    (networks.weights_follow_torchs_seed, PythonRandom, "uses the global generator of random;"),
    (networks.weights_follow_torchs_seed, EntropyWeights, "torch's seed does not determine ['classifier.bias']"),
    (networks.counted_parameters_are_built, OtherOnMeta, "parameters counted on the meta device"),
    (networks.counted_parameters_are_built, NotOnMeta, "meta"),
    (networks.other_inputs_and_outputs, ThreeChannels, "; for InputSpec(channels=1, size=16) with 1 outputs; for "),
    (
        networks.other_inputs_and_outputs,
        NineOutputs,
        "logits are [2, 9], not [2, 1]; for InputSpec(channels=1, size=16) with 1 outputs",
    ),
    (networks.impossible_inputs_are_refused, BuildsAnything, "InputSpec(channels=0, size=32) with 10 outputs"),
    (networks.impossible_inputs_are_refused, RaisesOtherwise, "KeyError"),
]


@pytest.mark.parametrize(("check", "space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_space_is_noticed(complaint: Callable[..., str], check: Any, space: type, words: str) -> None:
    said = complaint(check, space())
    assert words in said
    assert re.search(r"; for [1-9]$", said)  # the candidate


def test_regression_is_tried_on_the_last_three_stages_alone() -> None:
    said = networks.a_step_of_regression(SpaceCase(FiveStages(), FiveStages(), networks=2))
    assert said == "2 networks, by their last 3 stages"
    assert networks.a_step_of_regression(SpaceCase(TinySequences(), TinySequences(), networks=1)).endswith("1 stages")


def test_stages_that_see_nothing_of_the_input_need_no_gradient() -> None:
    assert networks.a_step_of_regression(SpaceCase(BlindStages(), BlindStages())).startswith("3 networks")


def test_an_input_that_is_refused_is_reported_not_held_against_the_space() -> None:
    class OnlyCifar(TinyNetworks):
        def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
            if input_spec.size != 32:
                raise ValueError("only 32 pixels")
            return super().build(candidate, input_spec, num_outputs)

    said = networks.other_inputs_and_outputs(SpaceCase(OnlyCifar(), OnlyCifar()))
    assert said.startswith("3 others; refused: InputSpec(channels=1, size=16) with 1 outputs; ")


class Dropping(TinyNetworks):
    """Networks whose logits are not a number wherever torch's generator drops the first of them."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
        network = super().build(candidate, input_spec, num_outputs)
        network.register_forward_hook(lambda module, given, logits: logits / (torch.rand(()) > 0.5))
        return network


@pytest.mark.parametrize("check", [networks.logits_and_gradients, networks.other_inputs_and_outputs])
def test_what_a_network_draws_itself_is_the_same_each_time(check: Any) -> None:
    said = set()
    for seed in range(6):
        torch.manual_seed(seed)
        said.add(judge("", lambda: check(SpaceCase(Dropping(), Dropping(), networks=1))).said)
    assert len(said) == 1


def test_only_the_default_input_must_give_finite_maps() -> None:
    assert networks.other_inputs_and_outputs(SpaceCase(NanNetworks(), NanNetworks())) == "3 others"


def test_the_size_of_networks_is_reported() -> None:
    # width 2: 3*2*9+2, 2*2*9+2, 2*4*9+4 and 4*10+10; positions 32*32, 16*16, 8*8
    class WidthTwo(TinyNetworks):
        def sample(self, rng: np.random.Generator) -> int:
            return 2

    said = networks.counted_parameters_are_built(SpaceCase(WidthTwo(), WidthTwo(), networks=1))
    params, macs = 56 + 38 + 76 + 50, 54 * 1024 + 36 * 256 + 72 * 64 + 40
    assert said == f"{params} to {params} parameters, {macs:,} to {macs:,} multiply-adds"


@pytest.mark.parametrize(("side", "fits"), [(4, False), (5, True), (6, True), (7, False)])
def test_a_size_that_does_not_divide_may_be_rounded_either_way(side: int, fits: bool) -> None:
    feature: list[Tensor] = [torch.zeros(2, 7, side, side)]
    if fits:
        check_stages(feature, [FeatureInfo(7, 4)], InputSpec(3, 22))
        return
    with pytest.raises(Nonconformance, match="stage 1 is"):
        check_stages(feature, [FeatureInfo(7, 4)], InputSpec(3, 22))

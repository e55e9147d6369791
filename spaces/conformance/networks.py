"""Checks of the networks that a space builds.

Letters: B batch, C channels, S height and width; L length of a sequence, D values in each of its steps.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from spaces.base import FeatureInfo, FeatureNetwork, InputSpec, NetworkSpace, SequenceSpec, reads_sequences
from spaces.complexity import count_complexity, count_parameters
from spaces.conformance.case import NotApplicable, SpaceCase, naming, require
from tasks import NUM_STAGES
from tasks.conformance.global_states import global_states

Spec = InputSpec | SequenceSpec

BATCH, OUTPUTS = 2, 10
_RATE = 0.1  # of regression as published
_OTHERS: tuple[tuple[Spec, int], ...] = ((InputSpec(1, 16), 1), (InputSpec(5, 20), 3), (InputSpec(3, 48), 100))
_OTHER_SEQUENCES: tuple[tuple[Spec, int], ...] = ((SequenceSpec(1, 2), 1), (SequenceSpec(50, 35), 100))
_IMPOSSIBLE: tuple[tuple[Spec, int], ...] = ((InputSpec(0, 32), 10), (InputSpec(3, 0), 10), (InputSpec(), 0))
_IMPOSSIBLE_SEQUENCES: tuple[tuple[Spec, int], ...] = ((SequenceSpec(width=0), 10), (SequenceSpec(), 0))


def stages_match_feature_info(case: SpaceCase) -> str:
    """In training, the stages are finite and have the channels and the reduction that ``feature_info`` says."""
    spec, built = input_of(_networks_of(case)), []
    for candidate in case.to_build():
        with case.about(candidate), _torch_seeded():
            network = _build(case, candidate)
            require(isinstance(network, FeatureNetwork), f"build gave a {type(network).__name__}, no FeatureNetwork")
            features = network.train().forward_features(inputs(spec))
            check_stages(features, network.feature_info, spec)
            built.append(len(features))
    return f"{len(built)} networks, {built[-1]} stages, for inputs {list(spec.shape(BATCH))}"


def logits_and_gradients(case: SpaceCase) -> str:
    """In training, the logits are finite, and so are the gradients."""
    spec, candidates = input_of(_networks_of(case)), case.to_build()
    for candidate in candidates:
        with case.about(candidate), _torch_seeded():
            network = _build(case, candidate)
            check_gradients(network.train(), spec)
    return f"{len(candidates)} networks, {OUTPUTS} outputs"


def a_step_of_regression(case: SpaceCase) -> str:
    """The stages can be taught signals: one step of the default fitness's training leaves a finite loss."""
    spec, candidates = input_of(_networks_of(case)), case.to_build()
    for candidate in candidates:
        with case.about(candidate), _torch_seeded():
            network = _build(case, candidate).train()
            stages = len(network.feature_info[-NUM_STAGES:])
            check_regression(network, spec)
    return f"{len(candidates)} networks, by their last {stages} stages"


def weights_follow_torchs_seed(case: SpaceCase) -> str:
    """Initial weights are a function of torch's seed, and no other generator is used."""
    candidate = _networks_of(case).sample(case.rng("network"))
    before = global_states()
    with case.about(candidate):
        one, same, other = (_build(case, candidate, seed).state_dict() for seed in (1, 1, 2))
        moved = [name for name, state in global_states().items() if state != before[name]]
        require(not moved, f"building uses the global generator of {', '.join(moved)}; torch's alone is allowed")
        require(not _different(one, same), f"torch's seed does not determine {_different(one, same)[:1]}")
        require(_different(one, other), "torch's seed changes no weight")
    return f"{len(one)} tensors"


def counted_parameters_are_built(case: SpaceCase) -> str:
    """Built on torch's meta device, the network has as many parameters as in memory; reports its size."""
    spec, sizes = input_of(_networks_of(case)), []
    for candidate in case.to_build():
        with case.about(candidate):
            counted = count_complexity(case.space, candidate, spec, OUTPUTS)
            built = count_parameters(_build(case, candidate))
            said = f"{counted.params:,} parameters counted on the meta device, {built:,} built"
            require(counted.params == built, said)
            sizes.append(counted)
    params, macs = sorted(size.params for size in sizes), sorted(size.macs for size in sizes)
    return f"{params[0]:,} to {params[-1]:,} parameters, {macs[0]:,} to {macs[-1]:,} multiply-adds"


def other_inputs_and_outputs(case: SpaceCase) -> str:
    """Other channels, sizes and outputs are built alike, or refused with a ValueError."""
    others = _OTHER_SEQUENCES if reads_sequences(_networks_of(case)) else _OTHERS
    candidate = case.space.sample(case.rng("network"))
    with case.about(candidate):
        refused = [_name(spec, outputs) for spec, outputs in others if _refuses(case, candidate, spec, outputs)]
    return f"{len(others)} others" + (f"; refused: {'; '.join(refused)}" if refused else "")


def impossible_inputs_are_refused(case: SpaceCase) -> str:
    """No channels, no pixels or no outputs is a ValueError of one line from ``build``."""
    impossible = _IMPOSSIBLE_SEQUENCES if reads_sequences(_networks_of(case)) else _IMPOSSIBLE
    candidate = case.space.sample(case.rng("network"))
    with case.about(candidate), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, about weights without elements
        for spec, outputs in impossible:
            require(
                _is_refused(case, candidate, spec, outputs),
                f"build raises no ValueError of one line; for {_name(spec, outputs)}",
            )
    return f"{len(impossible)} refused"


def input_of(space: Any) -> Spec:
    """Return what the networks of a space read where nothing else is asked for."""
    return SequenceSpec() if reads_sequences(space) else InputSpec()


def inputs(spec: Spec) -> Tensor:
    """Return normally distributed inputs [B, C, S, S] or [L, B, D], the same each time."""
    return torch.randn(spec.shape(BATCH), generator=torch.Generator().manual_seed(0))


def check_stages(features: Sequence[Tensor], feature_info: Sequence[FeatureInfo], spec: Spec) -> None:
    """Raise Nonconformance unless there is one finite map of the described shape for each entry, fine to coarse."""
    check_shapes(features, feature_info, spec)
    for number, feature in enumerate(features, start=1):
        require(feature.isfinite().all(), f"stage {number} is not finite")


def check_shapes(features: Sequence[Tensor], feature_info: Sequence[FeatureInfo], spec: Spec) -> None:
    """Raise Nonconformance unless there is one map of the described shape for each entry, fine to coarse."""
    require(len(feature_info) > 0, "feature_info is empty")
    reductions = [info.reduction for info in feature_info]
    require(reductions == sorted(reductions), f"feature_info has the reductions {reductions}, not fine to coarse")
    require(
        len(features) == len(feature_info), f"{len(features)} stages, but {len(feature_info)} entries in feature_info"
    )
    for number, (feature, info) in enumerate(zip(features, feature_info, strict=True), start=1):
        expected = _stage_shapes(info, spec)
        shape = tuple(feature.shape)
        require(shape in expected, f"stage {number} is {list(shape)}; feature_info says {list(expected[0])}")


def check_gradients(network: FeatureNetwork, spec: Spec) -> None:
    """Raise Nonconformance unless logits have their shape and they and their gradients are finite."""
    logits = network(inputs(spec))
    _check_logits_shape(logits, spec, OUTPUTS)
    require(logits.isfinite().all(), "logits are not finite")
    logits.square().mean().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    require(gradients, "no parameter gets a gradient from the logits")
    require(all(gradient.isfinite().all() for gradient in gradients), "a gradient is not finite")


def check_regression(network: FeatureNetwork, spec: Spec) -> None:
    """Raise Nonconformance unless the last stages learn noise: heads on them, and a step of gradient descent."""
    heads = [_head(info, spec) for info in network.feature_info[-NUM_STAGES:]]
    require(heads, "feature_info is empty")
    parameters = [parameter for module in (network, *heads) for parameter in module.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=_RATE)
    loss = _signal_loss(network, heads, spec)
    loss.backward()  # type: ignore[no-untyped-call]
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    require(gradients or _is_blind(network, spec), "no parameter gets a gradient from the stages")
    require(all(gradient.isfinite().all() for gradient in gradients), "a gradient of the stages is not finite")
    optimizer.step()
    require(_signal_loss(network, heads, spec).isfinite(), "a step of regression leaves a loss that is not finite")


def _is_blind(network: FeatureNetwork, spec: Spec) -> bool:
    """Return whether the last stages see nothing of the input, as in a cell without a path: no weight can matter."""
    seen, zeros = (network.forward_features(each)[-NUM_STAGES:] for each in (inputs(spec), 0 * inputs(spec)))
    return all(torch.equal(one, other) for one, other in zip(seen, zeros, strict=True))


def _head(info: FeatureInfo, spec: Spec) -> nn.Module:
    if isinstance(spec, SequenceSpec):
        return nn.Linear(info.channels, 1)
    return nn.Sequential(nn.BatchNorm2d(info.channels), nn.Conv2d(info.channels, 1, kernel_size=1))


def _signal_loss(network: FeatureNetwork, heads: Sequence[nn.Module], spec: Spec) -> Tensor:
    """Return the mean squared error of noise that each of the last stages is to predict at every position."""
    noise = torch.Generator().manual_seed(1)
    maps = zip(heads, network.forward_features(inputs(spec))[-len(heads) :], strict=True)
    predictions = [head(feature) for head, feature in maps]
    losses = [(made - torch.randn(made.shape, generator=noise)).square().mean() for made in predictions]
    return torch.stack(losses).mean()


def _networks_of(case: SpaceCase) -> Any:
    if not isinstance(case.space, NetworkSpace):
        raise NotApplicable("no networks: the space has no build()")
    return case.space


def _build(case: SpaceCase, candidate: Any, seed: int = 0) -> FeatureNetwork:
    with _torch_seeded(seed):
        network: FeatureNetwork = case.space.build(candidate, input_of(case.space), OUTPUTS)
    return network


@contextmanager
def _torch_seeded(seed: int = 0) -> Iterator[None]:
    """Give torch's own generator a seed, for weights and dropout, and leave it as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _stage_shapes(info: FeatureInfo, spec: Spec) -> list[tuple[int, ...]]:
    """Return the shapes that a stage may have: a side that cannot be divided evenly is rounded either way."""
    if isinstance(spec, SequenceSpec):
        return [(spec.length, BATCH, info.channels)]
    sides = (spec.size // info.reduction, math.ceil(spec.size / info.reduction))
    return [(BATCH, info.channels, side, side) for side in sides]


def _check_logits_shape(logits: Tensor, spec: Spec, outputs: int) -> None:
    expected = (spec.length, BATCH, outputs) if isinstance(spec, SequenceSpec) else (BATCH, outputs)
    require(tuple(logits.shape) == expected, f"logits are {list(logits.shape)}, not {list(expected)}")


def _different(one: dict[str, Tensor], other: dict[str, Tensor]) -> list[str]:
    return [name for name, value in one.items() if not torch.equal(value, other[name])]


def _refuses(case: SpaceCase, candidate: Any, spec: Spec, outputs: int) -> bool:
    """Return whether an input is refused; raises Nonconformance where it is taken and not honoured."""
    with naming(lambda: _name(spec, outputs)), _torch_seeded(), torch.no_grad():
        try:
            network = case.space.build(candidate, spec, outputs)
        except ValueError:
            return True
        check_shapes(network.forward_features(inputs(spec)), network.feature_info, spec)
        _check_logits_shape(network(inputs(spec)), spec, outputs)
    return False


def _is_refused(case: SpaceCase, candidate: Any, spec: Spec, outputs: int) -> bool:
    with naming(lambda: _name(spec, outputs)):
        try:
            case.space.build(candidate, spec, outputs)
        except ValueError as error:
            return len(str(error).splitlines()) == 1
    return False


def _name(spec: Spec, outputs: int) -> str:
    return f"{spec} with {outputs} outputs"

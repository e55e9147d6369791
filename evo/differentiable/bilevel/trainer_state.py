"""The state of a supernet's training, as tensors by name."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer

Tensors = dict[str, Tensor]
Modules = Mapping[str, nn.Module]
Optimizers = Mapping[str, torch.optim.Optimizer]

SUPERNET = "supernet"
"""What names of a supernet's own tensors begin with."""


def tensors_of(trainer: SupernetTrainer, *, optimizers: bool = True) -> Tensors:
    """Return weights, architecture parameters, statistics of batch norms and, if wanted, what both optimisers keep."""
    modules, keeping = _parts(trainer)
    return gather_tensors(modules, keeping if optimizers else {})


def load_tensors(trainer: SupernetTrainer, tensors: Mapping[str, Tensor], *, optimizers: bool = True) -> None:
    """Put back what ``tensors_of`` returned of an equal trainer; raises KeyError or RuntimeError for any other."""
    modules, keeping = _parts(trainer)
    put_back(modules, keeping if optimizers else {}, tensors)


def gather_tensors(modules: Modules, optimizers: Optimizers) -> Tensors:
    """Return the state of modules and what optimisers keep, both by their names."""
    found: Tensors = {}
    for prefix, module in modules.items():
        found |= {f"{prefix}.{name}": value for name, value in module.state_dict().items()}
    for prefix, optimizer in optimizers.items():
        for number, parameter in enumerate(_parameters(optimizer)):
            kept = optimizer.state.get(parameter, {})
            found |= {f"{prefix}.{number}.{name}": value for name, value in kept.items() if value is not None}
    return {name: value.detach() for name, value in found.items()}


def put_back(modules: Modules, optimizers: Optimizers, tensors: Mapping[str, Tensor]) -> None:
    """Load what ``gather_tensors`` returned of equal ones; raises KeyError or RuntimeError for any other."""
    for prefix, module in modules.items():
        own = {name: tensors[f"{prefix}.{name}"] for name in module.state_dict()}
        module.load_state_dict(own)
    for prefix, optimizer in optimizers.items():
        for number, parameter in enumerate(_parameters(optimizer)):
            optimizer.state[parameter] = _kept(f"{prefix}.{number}.", tensors, parameter)


def _parts(trainer: SupernetTrainer) -> tuple[Modules, Optimizers]:
    optimizers = {"weights": trainer.weights_optimizer, "architecture": trainer.architecture_optimizer}
    return {SUPERNET: trainer.supernet, "head": trainer.head}, optimizers


def _parameters(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _kept(prefix: str, tensors: Mapping[str, Tensor], parameter: nn.Parameter) -> dict[str, Tensor]:
    """Return what an optimiser keeps of a parameter, laid out in memory as that is."""
    saved = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    return {
        name: torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value.clone()
        for name, value in saved.items()
    }

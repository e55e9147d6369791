"""A small supernet of NAS-Bench-201 and losses of it, in float64, for the mathematics of differentiable search."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional

from spaces import InputSpec, SupernetOptions
from spaces.nasbench201.space import NasBench201

CLASSES = 3


class TinySupernet:
    """One cell between ReLUs and batch norms in each of three stages, 30 architecture parameters, 10 images."""

    def __init__(self, dtype: torch.dtype = torch.float64) -> None:
        torch.manual_seed(0)
        space = NasBench201(stem_channels=2, cells_per_stage=1)
        self.network = space.relax(InputSpec(3, 8), CLASSES, SupernetOptions(spread=0.5)).to(dtype)
        self.architecture = self.network.architecture_parameters()
        self.weights = self.network.weight_parameters()
        self._images = torch.randn(10, 3, 8, 8).to(dtype)
        self._labels = torch.randint(CLASSES, (10,))

    def training(self, parameters: Mapping[str, Tensor] | None = None) -> Tensor:
        """Return the loss of the first five images, with other parameters by name where they are given."""
        return self._loss(parameters or {}, slice(5))

    def validation(self, parameters: Mapping[str, Tensor] | None = None) -> Tensor:
        """Return the loss of the last five images."""
        return self._loss(parameters or {}, slice(5, None))

    def state(self) -> dict[str, Tensor]:
        """Return a copy of all parameters and running statistics."""
        return {name: value.clone() for name, value in self.network.state_dict().items()}

    def is_in(self, state: Mapping[str, Tensor]) -> bool:
        """Return whether parameters and running statistics, of which there are some, equal ``state`` bit by bit."""
        assert any(name.endswith("running_mean") for name in state)
        return all(torch.equal(value, state[name]) for name, value in self.network.state_dict().items())

    def _loss(self, parameters: Mapping[str, Tensor], part: slice) -> Tensor:
        logits = functional_call(self.network, dict(parameters), (self._images[part],))
        return functional.cross_entropy(logits, self._labels[part])

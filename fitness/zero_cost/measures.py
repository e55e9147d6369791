"""The table of one-batch measures, each a function in a file of this folder that is imported when first asked for."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Measure:
    """One score of an untrained network in training mode.

    of: ``module:function`` of this folder: network, inputs [B, ...] and labels -> score
    batch: images, or sentences, it was published with
    steps, words: of a sentence, and there are, None for as many as networks are built for elsewhere
    draws: initial weights that the score is a mean over
    by_labels: whether it depends on the images' labels
    recurrent: whether it is defined for recurrent networks, which have no convolutions and no ReLUs, and whose weights
        have no second derivatives
    images: whether it is defined for networks that read images
    tells_apart: whether it is undefined where two images of the batch are equal
    made_by: ``module:class`` of its fitness
    """

    of: str
    batch: int = 64
    steps: int | None = None
    words: int | None = None
    draws: int = 1
    by_labels: bool = False
    recurrent: bool = False
    images: bool = True
    tells_apart: bool = False
    made_by: str = "fitness.zero_cost.fitness:ZeroCostFitness"

    def load(self) -> "Callable[[nn.Module, Tensor, Tensor], float]":
        """Return the function."""
        module, _, name = self.of.partition(":")
        function: Callable[[nn.Module, Tensor, Tensor], float]
        function = getattr(importlib.import_module(f"{__package__}.{module}"), name)
        return function


MEASURES: Mapping[str, Measure] = {
    "az_expressivity": Measure("az_nas:az_expressivity"),
    "az_progressivity": Measure("az_nas:az_progressivity"),
    "az_trainability": Measure("az_nas:az_trainability"),
    "fisher": Measure("saliency:fisher", by_labels=True),
    "grad_norm": Measure("saliency:grad_norm", by_labels=True, recurrent=True),
    "grasp": Measure("saliency:grasp", by_labels=True),
    "hidden_covariance": Measure(
        "hidden_covariance:hidden_covariance", batch=10, steps=35, words=10_000, recurrent=True, images=False
    ),
    "intrain": Measure("intrain:intrain", by_labels=True),
    "jacob_cov": Measure("saliency:jacob_cov", recurrent=True),
    "logsynflow": Measure("synflow:logsynflow"),
    "meco": Measure("meco:meco", batch=4),
    "naswot": Measure("naswot:naswot", batch=128, tells_apart=True),
    "near": Measure("near:near", batch=16),
    "num_layers": Measure("num_layers:num_layers", batch=2, recurrent=True),
    "snip": Measure("saliency:snip", by_labels=True, recurrent=True),
    "swap": Measure("swap:swap", batch=16, made_by="fitness.zero_cost.swap:SwapFitness"),
    "synflow": Measure("synflow:synflow"),
    "vkdnw": Measure("vkdnw:vkdnw", batch=16),
    "zico": Measure("zico:zico", batch=128, by_labels=True, recurrent=True),
}

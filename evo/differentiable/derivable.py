"""Whether a differentiable search can derive anything within its constraints, told before it begins."""

import torch

from evo.cluster.caller_process import left_as_it_was
from evo.constraints.size_limits import said
from evo.differentiable.config import GradientPlugins
from evo.differentiable.sized_derivation import SizedDerivation
from evo.engine.asked_sizes import on_images, size_limits
from evo.records.config import SearchConfig
from fitness import network_shape
from spaces import InputSpec
from tasks import UsageError


def check_derivable(config: SearchConfig, plugins: GradientPlugins) -> None:
    """Raise UsageError where a supernet whose operations are all as strong brings forth nothing within constraints."""
    sizes = size_limits(config, plugins.space, on_images(plugins.images))
    if sizes is None:
        return
    sized, variant = SizedDerivation(sizes, plugins.space.encode), plugins.search.relaxation()
    spec, outputs = network_shape(plugins.images)
    assert isinstance(spec, InputSpec)  # supernets read images
    with left_as_it_was(), torch.no_grad():
        supernet = plugins.space.relax(spec, outputs, variant.options())
        for parameter in supernet.architecture_parameters():
            parameter.zero_()
        variant.begin(supernet)
        derived = sized.derive(variant, supernet)
    if not sized.admits(derived):
        size = sizes.size(plugins.space.encode(derived))
        nearest = "" if size is None else f"; the nearest found has {said(size)}"
        raise UsageError(
            f"--constraint {sizes}: strategy {config.strategy.name!r} derives nothing within it from space "
            f"{config.space.name!r}{nearest}; give other constraints"
        )

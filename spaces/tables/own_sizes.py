"""How large the spaces themselves say that candidates are, in the columns and units of the published files.

A file states sizes with every run. They are no measurements, whose mean would say more than one of them: where runs of
one architecture disagree, some of them were of another network.
"""

from collections.abc import Callable, Mapping

from spaces import SPACES
from spaces.base import InputSpec, NetworkSpace
from spaces.tables.published import OwnSizes, Sizes, unknown_sizes
from tasks.foundation.errors import UsageError

PARAMETERS = "params"
_CIFAR, _IMAGENET = (InputSpec(3, 32), 10), (InputSpec(3, 224), 1_000)
_MILLION = 1e6
_PUBLISHED_STEM = 128  # channels of NAS-Bench-101's networks


def nasbench201_sizes(name: str) -> OwnSizes:
    """Return the sizes of the networks for CIFAR-10; their multiply-adds include the biases of the classifier."""
    columns = ("params_c10_m", "flops_c10_m")
    if name != "nasbench201":
        return OwnSizes(columns)
    space = SPACES.build(name, {"affine": True})

    def counted(text: str) -> Sizes:
        size = space.operation_costs(space.decode(text), *_CIFAR).total
        macs = size.macs + _CIFAR[1]
        return dict(zip(columns, (size.params / _MILLION, macs / _MILLION), strict=True))

    return OwnSizes(columns, counted, every=True)


def nasbench101_sizes(name: str) -> OwnSizes:
    """Return the parameters of the benchmark's networks, at its own width."""
    return OwnSizes((PARAMETERS,), _parameters(name, {"stem_channels": _PUBLISHED_STEM}, _CIFAR))


def nds_sizes(name: str) -> OwnSizes:
    """Return the parameters of the study's networks; its multiply-adds, which count more, are left to the file."""
    return OwnSizes((PARAMETERS, "flops"), _parameters(name, {}, _IMAGENET if name.endswith("_in") else _CIFAR))


def _parameters(name: str, options: Mapping[str, object], shape: tuple[InputSpec, int]) -> Callable[[str], Sizes]:
    try:
        space = SPACES.build(name, options)
    except UsageError:  # another space than the benchmark's own
        return unknown_sizes
    decode = space.decode
    if not isinstance(space, NetworkSpace):
        return unknown_sizes
    from spaces.operation_costs import network_complexity

    return lambda text: {PARAMETERS: float(network_complexity(space, decode(text), *shape).params)}

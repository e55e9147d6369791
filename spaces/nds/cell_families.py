"""The cell families of the NDS study as data (Radosavovic et al., On Network Design Spaces, 2019)."""

from dataclasses import dataclass
from math import prod

from spaces.cells.genotype import INPUTS, Concatenation
from tasks.foundation.errors import unknown_name


@dataclass(frozen=True)
class NdsFamily:
    """Operations in the study's order, number of nodes of a cell, which nodes its output is made of."""

    operations: tuple[str, ...]
    nodes: int
    concatenation: Concatenation

    @property
    def cells(self) -> int:
        """Number of cells of one type: every node has two ordered choices of an operation and an earlier state."""
        return prod((len(self.operations) * (INPUTS + node)) ** 2 for node in range(self.nodes))


@dataclass(frozen=True)
class NdsSizes:
    """Channels of the first cell and numbers of cells that a form of a family may have."""

    widths: tuple[int, ...]
    depths: tuple[int, ...]


FAMILIES = {
    "nasnet": NdsFamily(
        (
            "skip_connect",
            "conv_3x1_1x3",
            "conv_7x1_1x7",
            "dil_conv_3x3",
            "avg_pool_3x3",
            "max_pool_3x3",
            "max_pool_5x5",
            "max_pool_7x7",
            "conv_1x1",
            "conv_3x3",
            "sep_conv_3x3",
            "sep_conv_5x5",
            "sep_conv_7x7",
        ),
        5,
        Concatenation.LOOSE_ENDS,
    ),
    "amoeba": NdsFamily(
        (
            "skip_connect",
            "sep_conv_3x3",
            "sep_conv_5x5",
            "sep_conv_7x7",
            "avg_pool_3x3",
            "max_pool_3x3",
            "dil_sep_conv_3x3",
            "conv_7x1_1x7",
        ),
        5,
        Concatenation.LOOSE_ENDS,
    ),
    "pnas": NdsFamily(
        (
            "sep_conv_3x3",
            "sep_conv_5x5",
            "sep_conv_7x7",
            "conv_7x1_1x7",
            "skip_connect",
            "avg_pool_3x3",
            "max_pool_3x3",
            "dil_conv_3x3",
        ),
        5,
        Concatenation.ALL,
    ),
    "enas": NdsFamily(
        ("skip_connect", "sep_conv_3x3", "sep_conv_5x5", "avg_pool_3x3", "max_pool_3x3"), 5, Concatenation.LOOSE_ENDS
    ),
    "darts": NdsFamily(
        (
            "none",
            "max_pool_3x3",
            "avg_pool_3x3",
            "skip_connect",
            "sep_conv_3x3",
            "sep_conv_5x5",
            "dil_conv_3x3",
            "dil_conv_5x5",
        ),
        4,
        Concatenation.ALL,
    ),
}

_CIFAR = NdsSizes((16, 24, 32), (4, 8, 12, 16, 20))
_CIFAR_FIXED = NdsSizes((16,), (20,))
_IMAGENET = NdsSizes((32, 48, 64, 80, 96), (6, 10, 14, 18, 22))
_IMAGENET_FIXED = NdsSizes((32,), (22,))


def family_named(name: str) -> NdsFamily:
    """Return a family; raises ValueError for an unknown one."""
    if name not in FAMILIES:
        raise unknown_name("family of cells", name, FAMILIES)
    return FAMILIES[name]


def sizes_of(*, fixed: bool, imagenet: bool) -> NdsSizes:
    """Return the widths and depths of a form: free or fixed, for CIFAR or for ImageNet."""
    if imagenet:
        return _IMAGENET_FIXED if fixed else _IMAGENET
    return _CIFAR_FIXED if fixed else _CIFAR

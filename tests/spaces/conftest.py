"""What several tests of search spaces need: published tables, and counts made by running a network."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class NasBench201Table:
    """Texts and float32 millions of parameters and FLOPs of all cells, in the benchmark's order.

    Its FLOPs are the multiply-adds of all convolutions, dead edges included, and of the classifier, and one for each
    of the classifier's ten biases; nothing for normalisation and pooling.
    """

    texts: list[str]
    params_m: np.ndarray
    flops_m: np.ndarray


def read_table(name: str, columns: list[str]) -> Any:
    """Read columns of a published table; skip the test where it is absent."""
    path = Path(os.environ.get("SELFNAS_TABLES", REPOSITORY.parent / "shared" / "tables")) / name
    if not path.is_file():
        pytest.skip(f"{path} is absent; SELFNAS_TABLES names the folder of published tables")
    return pytest.importorskip("pyarrow.parquet").read_table(path, columns=columns)


@pytest.fixture(scope="session")
def nasbench_nlp_params() -> dict[str, int]:
    """Return the parameters of language models on WikiText-2, by their cells' JSON recipes."""
    table = read_table("nasbench_nlp_wikitext2_sample.parquet", ["recepie", "num_params"])
    return dict(zip(table["recepie"].to_pylist(), table["num_params"].to_pylist(), strict=True))


@pytest.fixture(scope="session")
def nasbench201_table() -> NasBench201Table:
    table = read_table("nasbench201.parquet", ["arch", "params_c10_m", "flops_c10_m"])
    return NasBench201Table(
        texts=table["arch"].to_pylist(),
        params_m=table["params_c10_m"].to_numpy(),
        flops_m=table["flops_c10_m"].to_numpy(),
    )


@dataclass
class LayerCounts:
    """Multiply-adds of convolution and linear layers, their biases' additions, elements put out by normalisation."""

    macs: int = 0
    linear_biases: int = 0
    normalised: int = 0


def _count_layers(network: nn.Module, size: int) -> LayerCounts:
    counts = LayerCounts()

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if isinstance(module, nn.Conv2d):
            inputs_per_output = module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1]
            counts.macs += output.numel() * inputs_per_output
        elif isinstance(module, nn.Linear):
            counts.macs += output.numel() * module.in_features
            counts.linear_biases += output.numel()
        elif isinstance(module, nn.BatchNorm2d):
            counts.normalised += output.numel()

    handles = [module.register_forward_hook(count) for module in network.modules()]
    with torch.no_grad():
        network.eval()(torch.zeros(1, 3, size, size))
    for handle in handles:
        handle.remove()
    return counts


@pytest.fixture
def count_layers() -> Callable[..., LayerCounts]:
    """A count independent of ``spaces.complexity``: really run a network on one input and look at its layers."""
    return _count_layers


@dataclass(frozen=True)
class NasBench101Row:
    """A published cell: adjacency matrix, labels of its vertices, parameters from 128 channels to 10 classes."""

    matrix: list[list[int]]
    labels: list[str]
    params: int


@pytest.fixture(scope="session")
def nasbench101_table() -> list[NasBench101Row]:
    """20,000 of the benchmark's cells, in the order of vertices that fixes their channels."""
    table = read_table("nasbench101_sample.parquet", ["matrix", "ops", "params"])
    columns = (table[name].to_pylist() for name in ("matrix", "ops", "params"))
    return [
        NasBench101Row(json.loads(matrix), json.loads(ops), params)
        for matrix, ops, params in zip(*columns, strict=True)
    ]

"""Catches: source that computes something else than the network it stands for, by a bit, has another state, or needs
this project; source that is too long, or that linters and formatters would change."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from evo.exporting.torch_source import imported
from spaces import SPACES, InputSpec, SequenceSpec, reads_sequences
from tasks.foundation.errors import UsageError
from tests.evo.exporting.networks.test_cells import check_same
from tests.exported import OUTPUTS, imported_alone, shapes_of, write_export, written_source
from tests.small_spaces import small_space
from tests.tiny import TinyNetworks, TinySequences

NETWORKS = [name for name in SPACES.builtin if not name.startswith("proxy_task")]
KINDS = ("nds_resnext_a", "nasbench101", "nasbench201", "s4", "darts_layered", "nasbench_nlp")
MOST_LINES = 400


def spec_of(space: object) -> InputSpec | SequenceSpec:
    return SequenceSpec(width=6, length=3) if reads_sequences(space) else InputSpec(channels=2, size=16)


@pytest.mark.parametrize("name", NETWORKS)
def test_source_makes_the_network_it_stands_for_with_the_same_first_weights(name: str) -> None:
    space, rng = small_space(name), np.random.default_rng(1)
    candidate, spec = space.sample(rng), spec_of(space)
    text = written_source(space, candidate, spec)
    assert text.count("\n") < MOST_LINES
    torch.manual_seed(0)
    ours = space.build(candidate, spec, OUTPUTS)
    torch.manual_seed(0)
    check_same(ours, imported(text).create_model(), torch.randn(spec.shape(2)))


def test_source_runs_where_nothing_of_this_project_is_and_tools_change_nothing(tmp_path: Path) -> None:
    rng, shapes = np.random.default_rng(2), []
    for name in KINDS:
        space = small_space(name)
        candidate, spec = space.sample(rng), spec_of(space)
        network = space.build(candidate, spec, OUTPUTS)
        write_export(tmp_path / name, written_source(space, candidate, spec), network, spec)
        shapes.append(shapes_of(network))
    found = imported_alone([tmp_path / name for name in KINDS])
    assert [one.equal for one in found] == [True] * len(KINDS)
    assert [list(one.shapes.items()) for one in found] == [list(shape.items()) for shape in shapes]
    for command in (["check", "--isolated"], ["format", "--isolated", "--line-length", "120", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_classes_channels_and_size_are_arguments_and_default_to_those_of_the_run() -> None:
    space = small_space("nasbench201")
    candidate = space.sample(np.random.default_rng(0))
    model = imported(written_source(space, candidate, InputSpec(channels=2, size=16)))
    assert model.create_model()(torch.zeros(2, 2, 16, 16)).shape == (2, OUTPUTS)
    assert model.create_model(num_classes=3, in_channels=1, image_size=8)(torch.zeros(2, 1, 8, 8)).shape == (2, 3)
    with pytest.raises(ValueError, match="image_size is 10; a multiple of 4 is needed"):
        model.create_model(image_size=10)


@pytest.mark.parametrize(("space", "spec"), [(TinyNetworks(), InputSpec(3, 16)), (TinySequences(), SequenceSpec(5, 2))])
def test_a_space_of_ones_own_is_written_with_what_its_networks_need(space: Any, spec: Any) -> None:
    text = written_source(space, 3, spec, by=type(space))
    assert "def mutate" not in text
    torch.manual_seed(0)
    ours = space.build(3, spec, OUTPUTS)
    torch.manual_seed(0)
    other = imported(text).create_model()
    check_same(ours, other, torch.randn(spec.shape(2)))
    assert other.feature_info.channels() == [stage.channels for stage in ours.feature_info]


def test_a_space_that_came_as_an_object_is_refused() -> None:
    with pytest.raises(UsageError, match="how it is made is not known; pass its class"):
        written_source(TinyNetworks(), 3, InputSpec(3, 16))

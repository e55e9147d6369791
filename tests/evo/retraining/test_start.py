"""Catches: a pair of trainings with different fresh parts, or of two kinds of networks; inherited weights that never
reach the network; what was lost that is not counted; a deeper supernet that nobody says how to train.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from evo.retraining import start as module
from evo.retraining.inherited_weights import NOTHING
from evo.retraining.request import INHERITED, RANDOM
from evo.retraining.start import start_of
from spaces import count_parameters
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import gradient_config, resolved_of, write_gradient_run


def test_a_pair_differs_in_inherited_weights_alone(searched: Path) -> None:
    resolved = resolved_of(searched, "--init", "both")
    inherited, random = (start_of(resolved, init, 0) for init in (INHERITED, RANDOM))
    assert random.inherited == NOTHING
    equal = {
        name
        for name, value in inherited.learner.state_dict().items()
        if torch.equal(value, random.learner.state_dict()[name])
    }
    for part in ("auxiliary.", "network.classifier."):
        fresh = {name for name in random.learner.state_dict() if name.startswith(part)}
        assert fresh
        assert fresh <= equal
    convolutions = {name for name, value in random.learner.network.named_parameters() if value.ndim == 4}
    assert convolutions
    assert not {f"network.{name}" for name in convolutions} & equal
    assert inherited.learner.state_dict().keys() == random.learner.state_dict().keys()
    assert (inherited.inherited.lost, inherited.inherited.fresh) == (0, 2)


def test_a_pair_that_inherits_nothing_is_caught(searched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "inherit_weights", lambda supernet, candidate, network: NOTHING)
    with pytest.raises(AssertionError):
        test_a_pair_differs_in_inherited_weights_alone(searched)


def test_what_was_inherited_lost_and_fresh_is_counted_in_a_line(searched: Path) -> None:
    start = start_of(resolved_of(searched, "--init", "inherited"), INHERITED, 0)
    network = start.learner.network
    share = 1 - sum(p.numel() for p in network.classifier.parameters()) / count_parameters(network)
    counts = f"{share:.1%} of {start.params / 1e6:.2f} M parameters; 2 tensors fresh"
    assert start.line == f"inherited: {counts}; statistics of norms as the supernet left them"
    measured = f"inherited: {counts}; norms measured anew on 24 training images as they are"
    assert start.with_measured(24).line == measured
    lost = replace(start, inherited=replace(start.inherited, lost=1, skips=42, fresh=1))
    assert "; 1 tensor of normalisation lost, so that features differ; 42 auxiliary skips of the supernet lost; " in (
        lost.line
    )
    assert "; 1 tensor fresh; " in lost.line
    assert start_of(resolved_of(searched), RANDOM, 0).line == ""


def test_a_network_of_nasbench201_for_use_begins_with_ones_and_zeros_that_count_as_fresh(tmp_path: Path) -> None:
    run = write_gradient_run(tmp_path / "run", gradient_config("darts_minus", space="nasbench201"), seeds=(11,))
    cell = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"
    found = start_of(resolved_of(run, "--init", "inherited", "--candidate", cell), INHERITED, 0).inherited
    # a scale and a shift of two convolutions in three cells, and the classifier's norm and map
    assert (found.fresh, found.lost, found.skips) == (2 * 2 * 3 + 4, 0, 3 * 6)


def test_a_supernet_of_another_depth_than_the_space_is_told_with_what_to_do(tmp_path: Path) -> None:
    config = gradient_config("p_darts", deeper="1", cells="3")
    run = write_gradient_run(tmp_path / "run", config, seeds=(11,), epochs=2)
    with pytest.raises(UsageError, match=r"the supernet has 4 cells: train as many, --set space\.cells=4"):
        start_of(resolved_of(run, "--init", "inherited"), INHERITED, 0)
    found = start_of(resolved_of(run, "--init", "inherited", "--set", "space.cells=4"), INHERITED, 0).inherited
    assert (found.lost, found.fresh) == (0, 2)

"""Catches: a network that inherits nothing, or another edge's weights; statistics that stay behind; an untrained
classifier that is handed on; a share that counts what was not inherited; a supernet that is not the checkpoint's.
"""

from pathlib import Path
from typing import Any

import pytest
import torch

from evo.differentiable.one_shot.saved_supernet import SavedSupernet
from evo.retraining.inherited_weights import inherit_weights, load_supernet
from evo.retraining.searched_run import SupernetRun, open_run
from evo.storage import checkpoint
from spaces import FeatureNetwork, Supernet
from spaces.darts.space import DartsCells
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.evo.retraining.small_runs import (
    BEST,
    CLASSES,
    SPEC,
    gradient_config,
    write_gradient_run,
)

CLASSIFIER = {"classifier.2.weight", "classifier.2.bias"}


def heirs(run: SupernetRun, *, searched: bool) -> tuple[Supernet[Any], Any, FeatureNetwork]:
    """Return the supernet, its candidate and that one's network with weights of its own."""
    supernet, progress, _ = load_supernet(run, BEST, SPEC)
    assert progress.derived is not None
    candidate = run.space.decode(progress.derived)
    torch.manual_seed(5)
    return supernet, candidate, run.space.build(candidate, SPEC, CLASSES, searched=searched)


def test_the_supernet_is_the_checkpoints_bit_for_bit(searched: Path) -> None:
    supernet, progress, _ = load_supernet(open_run(searched).with_supernets(), BEST, SPEC)
    tensors, stored = checkpoint.unpack(checkpoint.path_of(searched, BEST).read_bytes())
    assert progress == stored
    state = supernet.state_dict()
    assert state.keys() == {name.removeprefix("supernet.") for name in tensors if name.startswith("supernet.")}
    assert all(torch.equal(value, tensors[f"supernet.{name}"]) for name, value in state.items())


@pytest.mark.parametrize("training", [True, False])
def test_a_network_with_inherited_weights_shows_the_frozen_supernets_features(searched: Path, training: bool) -> None:
    run = open_run(searched).with_supernets()
    supernet, candidate, network = heirs(run, searched=True)
    inherited = inherit_weights(supernet, candidate, network)
    x = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = supernet.train(training).forward_features(x, supernet.gates_of(candidate))
        found = network.train(training).forward_features(x)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)
    assert inherited.lost == 0


def test_every_inherited_weight_is_one_of_the_supernets_and_the_rest_is_fresh(searched: Path) -> None:
    supernet, candidate, network = heirs(open_run(searched).with_supernets(), searched=False)
    fresh = {name: value.clone() for name, value in network.state_dict().items()}
    inherited = inherit_weights(supernet, candidate, network)
    pairs = dict((other, own) for own, other in supernet.counterparts(candidate))
    kept = taken = 0
    for name, parameter in network.named_parameters():
        part = next(part for part in pairs if name.startswith(f"{part}."))
        source = supernet.state_dict().get(f"{pairs[part]}{name.removeprefix(part)}")
        if source is None or name in CLASSIFIER:
            assert torch.equal(parameter, fresh[name])
            kept += parameter.numel()
        else:
            assert torch.equal(parameter, source)
            assert parameter.ndim == 1 or not torch.equal(parameter, fresh[name])
            taken += parameter.numel()
    assert inherited.share == pytest.approx(taken / (taken + kept))
    assert 0.5 < inherited.share < 1


def test_an_untrained_classifier_stays_behind_though_it_would_fit(searched: Path) -> None:
    run = open_run(searched).with_supernets()
    supernet, candidate, _ = heirs(run, searched=True)
    untrained = supernet.body.classifier.state_dict()
    outputs = len(untrained["2.weight"])
    network = run.space.build(candidate, SPEC, outputs, searched=True)
    fresh = {name: value.clone() for name, value in network.classifier.state_dict().items()}
    inherited = inherit_weights(supernet, candidate, network)
    assert all(torch.equal(value, fresh[name]) for name, value in network.classifier.state_dict().items())
    assert not any(torch.equal(value, untrained[name]) for name, value in fresh.items())
    parameters = {name: parameter.numel() for name, parameter in network.named_parameters()}
    own = sum(count for name, count in parameters.items() if name in CLASSIFIER)
    assert inherited.share == pytest.approx(1 - own / sum(parameters.values()))
    assert own > 0


def test_the_digest_is_the_one_that_a_saved_supernet_has(searched: Path) -> None:
    with trusting():  # its images are those of a test
        saved = SavedSupernet(searched, BEST)
    assert load_supernet(open_run(searched).with_supernets(), BEST, SPEC).digest == saved.digest


def test_another_seeds_supernet_is_another_one(searched: Path) -> None:
    run = open_run(searched).with_supernets()
    one, other = (load_supernet(run, seed, SPEC)[0].state_dict() for seed in (10, 11))
    assert not torch.equal(one["body.stem.layers.0.weight"], other["body.stem.layers.0.weight"])


def test_a_later_stage_with_fewer_candidates_is_rebuilt_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    config = gradient_config("p_darts", deeper="0", cells="3")
    run = open_run(write_gradient_run(tmp_path / "run", config, seeds=(10,), epochs=2)).with_supernets()
    supernet, progress, _ = load_supernet(run, 10, SPEC)
    assert progress.rows[-1]["stage"] == 1
    assert [len(row) for row in supernet.candidates["normal"]] == [5] * 14


def test_partial_channels_leave_nothing_to_inherit(tmp_path: Path) -> None:
    config = gradient_config("pc_darts", portion="2")
    run = open_run(write_gradient_run(tmp_path / "run", config, seeds=(BEST,))).with_supernets()
    with pytest.raises(ValueError, match="there is nothing to inherit"):
        inherit_weights(*heirs(run, searched=True))


def test_a_run_without_its_checkpoint_leaves_nothing(run: Path) -> None:
    checkpoint.path_of(run, BEST).unlink()
    with pytest.raises(UsageError, match=r"seed-11\.safetensors does not exist"):
        load_supernet(open_run(run).with_supernets(), BEST, SPEC)


def test_a_checkpoint_of_another_space_is_refused(run: Path) -> None:
    searched = open_run(run).with_supernets()
    searched.space = DartsCells(channels=6, cells=3)
    with pytest.raises(UsageError, match="does not fit"):
        load_supernet(searched, BEST, SPEC)

"""Catches: inherited norms that are not measured anew, or that are where they were not before; a line that is not said,
or not kept; a network that does not begin with the features of its supernet.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from evo.retraining.folder import TrainingPlace
from evo.retraining.inherited_weights import load_supernet
from evo.retraining.labelled_images import load_images
from evo.retraining.one_training import train_place
from evo.retraining.running_statistics import measure_statistics
from evo.retraining.start import start_of
from evo.retraining.training import Training
from spaces import FeatureNetwork, GatedNetwork
from tests.benchmarks.inherited_start import relative_difference
from tests.evo.retraining.small_runs import BEST, CPU, SPEC, resolved_of

KIND = "inherited"


def begun(run: Path, monkeypatch: pytest.MonkeyPatch, measured: int, *options: str) -> tuple[Any, FeatureNetwork]:
    """Return a training that is stopped before its first epoch, and the network that it would have trained."""
    resolved, seen = resolved_of(run, "--init", KIND, *options), list[Training]()
    digest = start_of(resolved, KIND, 0).inherited.digest

    def stopped(self: Training, number: int) -> dict[str, Any]:
        seen.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "epoch", stopped)
    place = TrainingPlace(run / "train" / "mine", KIND, 0, digest, measured=measured)
    with pytest.raises(KeyboardInterrupt):
        train_place(resolved, place, load_images(resolved.images, CPU))
    return resolved, seen[0]._learner.network


@pytest.mark.parametrize("probe", [[], ["--linear-probe"]], ids=["whole", "probe"])
def test_a_training_begins_with_the_features_of_the_supernet_in_both_modes(
    run: Path, monkeypatch: pytest.MonkeyPatch, probe: list[str]
) -> None:
    resolved, network = begun(run, monkeypatch, 1000, *probe)
    supernet, progress, _ = load_supernet(resolved.run.with_supernets(), BEST, SPEC)
    gated = GatedNetwork(supernet, supernet.gates_of(resolved.space.decode(progress.derived)))
    seen = load_images(resolved.images, CPU).train.images
    x = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    measure_statistics(gated, seen)
    for training in (False, True):
        assert relative_difference(gated.train(training), network.train(training), x) <= 1e-5


def test_norms_of_trainings_that_began_before_stay_as_the_supernet_left_them(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved, network = begun(run, monkeypatch, 0)
    left = start_of(resolved, KIND, 0).learner.network.state_dict()
    norms = {name for name, part in network.named_modules() if isinstance(part, nn.BatchNorm2d)}
    statistics = {f"{name}.running_var" for name in norms}
    assert statistics
    assert all(torch.equal(network.state_dict()[name], left[name]) for name in statistics)
    _, measured = begun(run, monkeypatch, 1000)
    assert not any(torch.equal(measured.state_dict()[name], left[name]) for name in statistics)


def test_the_line_is_said_at_the_start_and_stands_in_the_result(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    resolved = resolved_of(run, "--init", KIND, "--epochs", "1")
    start = start_of(resolved, KIND, 0)
    place = TrainingPlace(run / "train" / "mine", KIND, 0, start.inherited.digest, measured=1000)
    train_place(resolved, place, load_images(resolved.images, CPU))
    line = start.with_measured(24).line  # all of its training images
    assert caplog.messages == [f"inherited, seed 0: {line}"]
    kept = json.loads((place.path / "result.json").read_text())["inherited"]
    assert (kept["line"], kept["measured"], kept["lost"], kept["fresh"]) == (line, 24, 0, 2)
    assert kept["digest"] == start.inherited.digest

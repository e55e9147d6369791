"""Catches: a folder without a trained supernet of the whole space that is taken for one, a refusal that does not say
why in one line, a supernet that is restored otherwise than it was saved, a replaced one that is not noticed.
"""

from pathlib import Path

import pytest
import torch

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.trainer_state import tensors_of
from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.one_shot.saved_supernet import SavedSupernet
from evo.records.config import SearchConfig
from evo.storage import checkpoint
from evo.storage.checkpoint import unpack
from evo.storage.durable_files import write_json
from evo.storage.run_folder import CONFIG
from tasks.foundation.errors import UsageError
from tests.evo.differentiable.saved_runs import config_of, write_run
from tests.runs import toy_config


def configured(folder: Path, config: SearchConfig) -> Path:
    write_json(folder / CONFIG, {"search": config.to_json(), "limits": {"evaluations": 1}})
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("run"), config_of(), seed=3)


def refused(run: Path, seed: int = 0) -> str:
    with pytest.raises(UsageError) as caught:
        SavedSupernet(run, seed)
    said = str(caught.value)
    assert str(run) in said
    assert "\n" not in said
    return said


def test_what_holds_no_trained_supernet_is_refused(tmp_path: Path, run: Path) -> None:
    assert "no run here" in refused(tmp_path)
    assert "strategy 'regularized_evolution' trains no supernet" in refused(configured(tmp_path, toy_config()))
    assert refused(run).endswith("has no supernet of seed 0; it has 3")
    assert refused(configured(tmp_path, config_of())).endswith("it has none yet")


def test_an_unfinished_supernet_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path, config_of(), epochs=1)
    assert f"has 1 of 2 epochs; train it to its end first: python -m evo.run --resume {run}" in refused(run)


def test_a_supernet_of_a_part_of_the_space_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path, config_of("p_darts", space="darts", cells="3", deeper="0", epochs="1"), epochs=3)
    assert "strategy 'p_darts' ends with a supernet of a part of the space" in refused(run)


def test_a_damaged_one_is_refused(tmp_path: Path) -> None:
    configured(tmp_path, config_of())
    checkpoint.write(tmp_path, 0, b"nonsense")
    assert "is damaged" in refused(tmp_path)


def test_it_is_restored_as_it_was_saved(run: Path) -> None:
    saved = SavedSupernet(run, 3)
    plugins = build_gradient_plugins(saved.config)
    setup = SupernetSetup(
        plugins.space, plugins.images, plugins.objective, plugins.search.settings, 3, torch.device("cpu")
    )
    found = tensors_of(saved.restore(plugins, setup, SupernetData(setup)))
    wanted, _ = unpack(checkpoint.path_of(run, 3).read_bytes())
    assert found.keys() == wanted.keys()
    assert all(torch.equal(value, wanted[name]) for name, value in found.items())


def test_the_digest_tells_one_supernet_from_another(tmp_path: Path, run: Path) -> None:
    before = SavedSupernet(run, 3).digest
    assert (len(before), SavedSupernet(run, 3).digest) == (16, before)
    assert SavedSupernet(write_run(tmp_path, config_of("darts", clip="1"), seed=3), 3).digest != before

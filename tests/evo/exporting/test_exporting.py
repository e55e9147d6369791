"""Catches: an export without its weights or its card, a half-written one, weights that the source does not read, a
link in the folder that is written through."""

from pathlib import Path

import pytest
import torch

import evo
from evo.exporting.torch_source import imported
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import DATA, write_evolution_run
from tests.tiny_images import TinyLabels

RESNET = "ds=1,1,1,1:ws=16,16,16,16"
OTHER = "ds=1,1,1,1:ws=16,16,24,16"


def test_the_best_is_written_once_and_again_the_same(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [OTHER, RESNET])
    found = evo.export(run)
    assert (found.folder, found.files) == (run / "best", ("model.py", "README.md"))
    assert str(found).splitlines()[0] == f"{run / 'best'}: model.py, README.md"
    assert str(found).splitlines()[-1] == f"weights: none; python -m evo.train {run} trains some"
    assert RESNET in (run / "best" / "model.py").read_text()
    assert evo.export(run) == found
    (run / "best" / "model.py").write_text("mine")
    with pytest.raises(UsageError, match="--force replaces it"):
        evo.export(run)
    assert evo.export(run, force=True) == found


def test_a_named_candidate_goes_elsewhere_and_a_run_exports_its_records(tmp_path: Path) -> None:
    run = evo.load(write_evolution_run(tmp_path / "run", [OTHER, RESNET]))
    found = run.export(OTHER)
    assert found.folder.parent == run.path / "exports"
    assert run.export(run.best(2)[1]).folder == found.folder
    assert not (run.path / "best").exists()
    assert OTHER in (found.folder / "README.md").read_text()


def test_trained_weights_are_read_by_the_source_itself(run: Path) -> None:
    searched = evo.load(run, trust=True)
    options = {"train": {"threads": 1, "precision": "float32"}}
    trained = evo.train(searched, data=DATA, epochs=1, batch=4, options=options).results[0]
    found = searched.export()
    assert found.files == ("model.py", "weights.safetensors", "README.md")
    assert found.lines[-1] == f"weights: trained (random, seed 0), test accuracy {trained.test_accuracy:.2%}"
    model = imported((found.folder / "model.py").read_text())
    x = torch.randn(2, 3, 8, 8)
    with torch.no_grad():
        ours = searched.network(searched.best()[0], weights="best").eval()(x)
        assert torch.equal(model.load(found.folder / "weights.safetensors")(x), ours)
    assert ours.shape == (2, TinyLabels.num_classes)


def test_inherited_weights_are_told(searched: Path, tmp_path: Path) -> None:
    import shutil

    run = shutil.copytree(searched, tmp_path / "run")
    found = evo.export(run, trust=True)
    assert "weights.safetensors" in found.files
    assert found.lines[-1] == "weights: inherited from the supernet of seed 11"


def test_bad_input_is_refused_with_nothing_written(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [RESNET])
    with pytest.raises(UsageError, match="a run, or its folder, is needed"):
        evo.export(3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="unknown argument 'forse'; did you mean 'force'"):
        evo.export(run, forse=True)
    with pytest.raises(UsageError, match="unknown --format 'pickle'"):
        evo.export(run, format="pickle")
    assert not (run / "best").exists()


@pytest.mark.parametrize("place", ["best", "exports", "best/README.md"])
def test_nothing_is_written_through_a_link_in_the_folder(tmp_path: Path, place: str) -> None:
    run = write_evolution_run(tmp_path / "run", [RESNET, OTHER])
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (run / place).parent.mkdir(exist_ok=True)
    (run / place).symlink_to(theirs)
    for candidate in (None, RESNET):
        with pytest.raises(UsageError, match=f"{place} is a link to "):
            evo.export(run, candidate, force=True)
    assert list(theirs.iterdir()) == []

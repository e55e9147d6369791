"""Catches: a cell of another seed than the one named, or with another's weights; a default that is not the best, or not
said; a cell that is the run's best and is not put there."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

import evo
from evo import networks
from evo.commands.export import main
from evo.exporting.chosen_cell import ChosenCell, chosen_cell, chosen_lines
from evo.exporting.request import ExportRequest
from evo.storage import checkpoint
from tasks.foundation.command_line import USAGE
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import (
    BEST,
    SEEDS,
    gradient_config,
    write_evolution_run,
    write_failed_run,
)
from tests.refusals import check_refused

OTHER = SEEDS[0]
TEXT = "ds=1,1,1,1:ws=16,16,16,16"


def derived(run: Path, seed: int) -> str:
    return str(checkpoint.read_progress(run, seed).derived)


def test_the_best_held_out_loss_decides_unless_a_seed_is_named(searched: Path) -> None:
    best, other = (ExportRequest(run=searched, seed_of=seed) for seed in (None, OTHER))
    assert chosen_cell(best) == ChosenCell(derived(searched, BEST), BEST, best=True)
    assert chosen_cell(other) == ChosenCell(derived(searched, OTHER), OTHER, best=False)
    assert chosen_cell(ExportRequest(run=searched, seed_of=BEST)) == chosen_cell(best)
    said = "cell of seed 11: of seeds 10, 11 the best held-out loss, -1.0000; --seed-of N takes another"
    assert chosen_lines(best, chosen_cell(best)) == [said]
    assert chosen_lines(other, chosen_cell(other)) == []
    assert chosen_lines(ExportRequest(run=searched, candidate="x"), ChosenCell("x")) == []


def test_the_cell_of_a_search_without_supernets_is_its_best(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [TEXT])
    assert chosen_cell(ExportRequest(run=run)) == ChosenCell(TEXT, None, best=True)
    assert chosen_lines(ExportRequest(run=run), ChosenCell(TEXT, None, best=True)) == []
    with pytest.raises(UsageError, match=r"^--seed-of 3: .* has no supernet of that seed; there: none yet$"):
        chosen_cell(ExportRequest(run=run, seed_of=3))


def test_a_run_without_a_score_says_so(tmp_path: Path) -> None:
    run = write_failed_run(tmp_path / "run", gradient_config(), ["ValueError: too small"])
    with pytest.raises(UsageError, match="no trial has a score yet; name a candidate by --candidate, or let it go on"):
        chosen_cell(ExportRequest(run=run))


def test_a_seeds_cell_is_exported_with_its_supernets_weights(run: Path) -> None:
    found = evo.export(run, seed_of=OTHER, trust=True)
    assert found.folder.parent == run / "exports"
    weights = load_file(found.folder / "weights.safetensors")
    wanted = networks.best(run, derived(run, OTHER), seed=OTHER, objects={}).state_dict()
    name = next(name for name in wanted if name.startswith("stem.") and name.endswith("weight"))
    assert weights[name].equal(wanted[name])
    assert json.dumps(found.lines).count("seed 10") == 1


def test_a_candidate_and_a_seed_are_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run), "--seed-of", "10", "--candidate", "x", "--trust-plugins"]) == USAGE
    check_refused(capsys, "evo.export", "--seed-of 10: names another cell than --candidate; give one of them")
    assert not (run / "exports").exists()

"""Catches: source that computes something else and is handed out, a caller's random state that is changed, a text that
ends the description."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from evo.exporting.chosen_cell import ChosenCell
from evo.exporting.exportable import Exportable, open_exportable
from evo.exporting.request import ExportRequest
from evo.exporting.torch_source import check_source, imported, torch_source, write_torch
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import write_evolution_run

RESNET = "ds=1,1,1,1:ws=16,16,16,16"


@pytest.fixture
def exportable(tmp_path: Path) -> Exportable:
    return open_exportable(ExportRequest(run=write_evolution_run(tmp_path / "run", [RESNET])))


def test_the_source_says_what_it_is_and_is_checked(exportable: Exportable) -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    written = write_torch(exportable)
    assert torch.equal(torch.get_rng_state(), before)
    text = written.files["model.py"].decode()
    assert text.startswith(
        f'"""A network of the search space nds_resnet.\n\n    {RESNET}\n\nIt reads images [B, C, H, W], '
    )
    assert written.lines == (f"model.py: {text.count(chr(10))} lines, checked: same outputs, bit for bit",)


def test_source_of_a_published_cell_copies_nothing_of_the_standard_library_and_is_short(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "cells", [], "darts")
    text = torch_source(open_exportable(ExportRequest(run=run, candidate="DARTS_V2")))
    assert "\nfrom functools import partial\n" in text
    assert "class partial" not in text
    assert text.count("\n") < 400


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("x = self.relu(x)", "x = self.relu(-x)", "computes something else than the network"),
        ("self.shortcut = shortcut", "self.short = shortcut", "does not run by itself"),
        ("import torch\n", "import torch\nimport nowhere\n", "does not run by itself: No module named 'nowhere'"),
    ],
)
def test_source_that_is_wrong_is_not_handed_out(exportable: Exportable, old: str, new: str, words: str) -> None:
    text = torch_source(exportable)
    assert old in text
    with pytest.raises(UsageError, match=words):
        check_source(text.replace(old, new), exportable)


def test_a_candidates_text_cannot_end_the_description(exportable: Exportable) -> None:
    hostile = 'x"""\nimport os\n"""\\'
    text = torch_source(replace(exportable, cell=ChosenCell(hostile)))
    assert "import os" not in text.replace('x\\"\\"\\" import os', "")
    imported(text)


def test_a_network_is_left_as_it_was(exportable: Exportable) -> None:
    before = {name: value.clone() for name, value in exportable.network.state_dict().items()}
    write_torch(exportable)
    assert all(torch.equal(value, before[name]) for name, value in exportable.network.state_dict().items())

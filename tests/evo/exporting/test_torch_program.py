"""Catches: a program that is not the network once it is loaded; a file that does not say what it is, or is another
every time; a program of one size of batch that is not said to be one.
"""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from evo.commands.export import main
from evo.exporting import torch_program
from evo.exporting.captured_program import capture
from evo.exporting.exportable import Origin
from evo.exporting.torch_program import pt2_of, write_torch_export
from tasks.foundation.command_line import DONE
from tasks.foundation.errors import UsageError
from tests.evo.exporting.small_networks import SPEC, OfOneSize, Plain
from tests.evo.retraining.small_runs import write_evolution_run

CANDIDATE = "ds=1,1,1,1:ws=16,16,16,16"


def test_what_is_loaded_computes_what_the_network_does_and_says_what_it_is() -> None:
    network = Plain().eval()
    content, agreement, captured = pt2_of(network, SPEC, {"candidate": "plain"})
    about = {"candidate": "", "agreement": ""}
    loaded = torch.export.load(io.BytesIO(content), extra_files=about).module()
    x = torch.randn(SPEC.shape(3))
    with torch.no_grad():
        assert torch.equal(loaded(x), network(x))
    assert (agreement.difference, captured.fixed) == (0, None)
    assert about == {"candidate": "plain", "agreement": str(agreement)}
    assert pt2_of(network, SPEC, {"candidate": "plain"})[0] == content


def test_a_program_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    captured = capture(Plain().eval(), SPEC, "torch-export")
    monkeypatch.setattr(torch_program, "capture", lambda network, spec, named: captured)
    network = Plain().eval()
    network.classifier.bias.data += 1
    with pytest.raises(UsageError, match=r"^--format torch-export: outputs differ from torch's by"):
        pt2_of(network, SPEC, {})


def test_a_command_writes_it_beside_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_evolution_run(tmp_path / "run", [CANDIDATE], "nds_vanilla")
    assert main([str(run), "--format", "torch-export", "--quiet"]) == DONE
    said = capsys.readouterr().out
    assert "reads images [batch, 3, 32, 32]" in said
    assert "outputs differ from torch's by 0.0e+00 of the largest, at batches of 1 and 5" in said
    loaded = torch.export.load(Path(tmp_path / "run" / "best" / "model.pt2")).module()
    assert loaded(torch.zeros(4, 3, 32, 32)).shape[0] == 4


def exported(network: Plain) -> Any:
    """Return what a format reads of an Exportable."""
    config = SimpleNamespace(space=SimpleNamespace(name="mine"), data="noise")
    return SimpleNamespace(network=network.eval(), spec=SPEC, text="plain", origin=Origin(supernet=3), config=config)


def test_a_program_of_one_size_is_said_to_be_one() -> None:
    assert len(write_torch_export(exported(Plain())).lines) == 2
    written = write_torch_export(exported(OfOneSize()))
    _, said, differs = written.lines
    assert said.startswith("batches of 1 alone, as torch cannot follow others: ")
    assert differs.endswith("by 0.0e+00 of the largest, at batches of 1")
    about = dict.fromkeys(("space", "candidate", "weights", "data", "reads"), "")
    torch.export.load(io.BytesIO(written.files["model.pt2"]), extra_files=about)
    assert list(about.values())[:5] == ["mine", "plain", "inherited", "noise", "reads images [batch, 2, 4, 4]"]

"""Catches: a file that ONNX Runtime computes something else from, or that takes one size of batch alone; a file that
does not say what it is, or names files of this machine; a missing library that ends in a
traceback; anything left behind by what is refused.
"""

import sys
from pathlib import Path

import pytest
import torch

from evo.commands.export import main
from evo.exporting import agreement, onnx_file
from evo.exporting.onnx_file import LIBRARIES, onnx_of
from spaces import SequenceSpec
from spaces.nasbench_nlp.network import RecurrentNetwork, RecurrentSettings
from spaces.nasbench_nlp.recipe import from_text
from tasks.foundation.command_line import DONE, USAGE
from tasks.foundation.errors import UsageError
from tests.evo.exporting.small_networks import SPEC, OfOneSize, Plain, Unheard
from tests.evo.retraining.small_runs import write_evolution_run
from tests.refusals import check_refused

for library in LIBRARIES:
    pytest.importorskip(library, reason=f"{library} is of the extra export")

CANDIDATE = "ds=1,1,1,1:ws=16,16,16,16"


def test_a_file_takes_batches_of_any_size_and_says_what_it_is() -> None:
    import onnx
    import onnxruntime

    network = Plain().eval()
    content, found = onnx_of(network, SPEC, {"candidate": "plain"})
    assert found.difference < 1e-6
    model = onnx.load_from_string(content)
    (given,), (returned,) = model.graph.input, model.graph.output
    assert [axis.dim_param or axis.dim_value for axis in given.type.tensor_type.shape.dim] == ["batch", 2, 4, 4]
    assert (given.name, returned.name) == ("images", "logits")
    about = {one.key: one.value for one in model.metadata_props}
    assert about == {"selfnas.candidate": "plain", "selfnas.agreement": str(found)}
    x = torch.randn(SPEC.shape(9))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        torch.testing.assert_close(torch.from_numpy(session.run(None, {"images": x.numpy()})[0]), network(x))
    assert b".py" not in content


def test_recurrent_cells_have_a_fixed_length_and_batches_of_any_size() -> None:
    cell = from_text("f=linear(x,h_prev_0);h_new_0=activation_tanh(f)")
    network = RecurrentNetwork(cell, RecurrentSettings(emsize=3, nhid=3), 4, 2).eval()
    content, found = onnx_of(network, SequenceSpec(width=4, length=2), {})
    import onnx

    (given,) = onnx.load_from_string(content).graph.input
    assert [axis.dim_param or axis.dim_value for axis in given.type.tensor_type.shape.dim] == [2, "batch", 4]
    assert given.name == "sequences"
    assert found.difference < 1e-6


@pytest.mark.parametrize(
    ("network", "reason"),
    [(OfOneSize, "this network takes batches of one size alone: "), (Unheard, "cannot be exported: ")],
)
def test_what_the_exporter_cannot_is_refused_with_the_reason(network: type[Plain], reason: str) -> None:
    with pytest.raises(UsageError, match=rf"^--format onnx: {reason}\S") as refused:
        onnx_of(network().eval(), SPEC, {})
    assert "\n" not in str(refused.value)


def test_weights_that_no_file_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(value.nbytes for value in Plain().state_dict().values())
    monkeypatch.setattr(onnx_file, "MOST_BYTES", size - 1)
    with pytest.raises(UsageError, match="a file holds 2 GiB; take torch-export"):
        onnx_of(Plain(), SPEC, {})


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_missing_library_is_one_line_that_names_the_extra(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        UsageError, match=rf'needs onnx, .* \(import of {library} .*\): pip install "selfnas\[export\]"$'
    ):
        onnx_of(Plain(), SPEC, {})


def test_a_command_writes_it_and_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_evolution_run(tmp_path / "run", [CANDIDATE], "nds_vanilla")
    before = sorted(run.glob("**/*"))
    monkeypatch.setattr(agreement, "LIMIT", 0.0)
    assert main([str(run), "--format", "onnx", "--quiet"]) == USAGE
    check_refused(capsys, "evo.export", "--format onnx: outputs differ from torch's by ")
    assert sorted(run.glob("**/*")) == before
    monkeypatch.undo()
    assert main([str(run), "--format", "onnx", "--quiet"]) == DONE
    said = capsys.readouterr().out
    assert "model.onnx: reads images [batch, 3, 32, 32]" in said
    assert ", at batches of 1 and 5, in ONNX Runtime" in said
    assert (run / "best" / "model.onnx").stat().st_size

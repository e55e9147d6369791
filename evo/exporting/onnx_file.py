"""The format ``onnx``: a network as an ONNX file, made by torch's exporter and compared with torch in ONNX Runtime.

onnx, onnxscript and onnxruntime are no part of a plain installation.
"""

import importlib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from evo.exporting.agreement import Agreement, Spec, agreement_of, check_agreement
from evo.exporting.captured_program import BATCH, batch_axis, capture, silenced
from evo.exporting.described import described, reads
from evo.exporting.exportable import Exportable
from evo.exporting.formats import Written
from spaces import SequenceSpec
from tasks.foundation.errors import UsageError, bounded, first_line

NAME, FILE = "onnx", "model.onnx"
LIBRARIES, EXTRA = ("onnx", "onnxscript", "onnxruntime"), 'pip install "selfnas[export]"'
MOST_BYTES = 2**31 - 2**24
"""Bytes of tensors in one file: the format ends at 2 GiB, and what surrounds them is small beside 16 MiB."""
_PREFIX = "selfnas."
_LONGEST_REASON = 200


def write_onnx(exportable: Exportable) -> Written:
    """Return ``model.onnx``; raises UsageError as ``onnx_of`` does."""
    content, agreement = onnx_of(exportable.network, exportable.spec, described(exportable))
    return Written({FILE: content}, (f"{FILE}: {reads(exportable.spec)}", f"{agreement}, in ONNX Runtime"))


def onnx_of(network: nn.Module, spec: Spec, about: Mapping[str, str]) -> tuple[bytes, Agreement]:
    """Return the content of an ``.onnx`` file for batches of any size, and how far it is from the network.

    about: what the file says of itself, beside the agreement, by names

    Raises UsageError where a library is missing, for a network that cannot be exported, and where ONNX Runtime computes
    something else from the file.
    """
    libraries = _libraries()
    _check_size(network)
    model = _model_of(network, spec)
    agreement = agreement_of(network, spec, _session(libraries["onnxruntime"], model.SerializeToString()))
    check_agreement(agreement, NAME)
    for name, text in {**about, "agreement": str(agreement)}.items():
        model.metadata_props.add(key=f"{_PREFIX}{name}", value=text)
    content: bytes = model.SerializeToString()
    return content, agreement


def _libraries() -> dict[str, Any]:
    try:
        return {name: importlib.import_module(name) for name in LIBRARIES}
    except (ImportError, OSError) as error:
        raise UsageError(f"--format {NAME}: needs {', '.join(LIBRARIES)} ({first_line(error)}): {EXTRA}") from error


def _check_size(network: nn.Module) -> None:
    size = sum(value.nbytes for value in network.state_dict().values())
    if size > MOST_BYTES:
        raise UsageError(f"--format {NAME}: {size / 1e9:.1f} GB of weights; a file holds 2 GiB; take torch-export")


def _model_of(network: nn.Module, spec: Spec) -> Any:
    """Return the model of a network, without the names of files that torch leaves in it."""
    captured = capture(network, spec, NAME)
    if captured.fixed is not None:
        raise UsageError(f"--format {NAME}: this network takes batches of one size alone: {captured.fixed}")
    (x,) = captured.program.example_inputs[0]
    names = ("sequences", "steps") if isinstance(spec, SequenceSpec) else ("images", "logits")
    try:
        with _quiet(), silenced(), torch.no_grad():
            exported = torch.onnx.export(
                captured.program, (x,), dynamo=True, verbose=False, dynamic_shapes=({batch_axis(spec): BATCH},),
                input_names=names[:1], output_names=names[1:],
            )  # fmt: skip
            model: Any = exported.model_proto  # type: ignore[union-attr]
    except Exception as error:  # whatever has no counterpart
        raise UsageError(
            f"--format {NAME}: cannot be exported: {bounded(first_line(error), _LONGEST_REASON)}; take torch-export"
        ) from error
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info):
        del part.metadata_props[:]
    return model


def _session(runtime: Any, content: bytes) -> Callable[[Tensor], Tensor]:
    """Return what a file computes in ONNX Runtime."""
    options = runtime.SessionOptions()
    options.log_severity_level = 3  # errors
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return lambda x: torch.from_numpy(session.run(None, {given.name: x.numpy()})[0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the exporter's logger says of its insides to itself; what fails is raised."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)

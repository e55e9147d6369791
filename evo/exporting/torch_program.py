"""The format ``torch-export``: a network as a program that torch loads without its source."""

import io
from collections.abc import Mapping

import torch
from torch import nn

from evo.exporting.agreement import Agreement, Spec, agreement_of, check_agreement
from evo.exporting.captured_program import CapturedProgram, capture, silenced
from evo.exporting.described import described, reads
from evo.exporting.exportable import Exportable
from evo.exporting.formats import Written

NAME, FILE = "torch-export", "model.pt2"


def write_torch_export(exportable: Exportable) -> Written:
    """Return ``model.pt2``; raises UsageError as ``pt2_of`` does."""
    content, agreement, captured = pt2_of(exportable.network, exportable.spec, described(exportable))
    only = () if captured.fixed is None else (f"batches of 1 alone, as torch cannot follow others: {captured.fixed}",)
    lines = (f'{FILE}: torch.export.load("{FILE}").module() {reads(exportable.spec)}', *only, str(agreement))
    return Written({FILE: content}, lines)


def pt2_of(network: nn.Module, spec: Spec, about: Mapping[str, str]) -> tuple[bytes, Agreement, CapturedProgram]:
    """Return the content of a ``.pt2`` file, how far it is from the network once it is loaded, and its program.

    about: what the file says of itself, beside the agreement, by names

    Raises UsageError for a network that cannot be captured, and where the loaded program computes something else.
    """
    captured = capture(network, spec, NAME)
    loaded = torch.export.load(io.BytesIO(_saved(captured, about))).module()
    agreement = agreement_of(network, spec, loaded, batches=captured.batches)
    check_agreement(agreement, NAME)
    return _saved(captured, {**about, "agreement": str(agreement)}), agreement, captured


def _saved(captured: CapturedProgram, about: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with silenced():
        torch.export.save(captured.program, file, extra_files=dict(about))
    return file.getvalue()

"""An export from beginning to end: find the network, make all files, write them, say what they are."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.asking import requested
from evo.exporting.card import FILE as CARD
from evo.exporting.card import model_card, origin_line
from evo.exporting.chosen_cell import chosen_lines
from evo.exporting.exportable import Exportable, Weights, open_exportable
from evo.exporting.folder import check_files, write_files
from evo.exporting.formats import format_named
from evo.exporting.request import DEFAULT_FORMAT, ExportRequest
from evo.retraining.retraining import SearchedFolder
from evo.storage.candidate_folder import candidate_folder
from evo.storage.link_check import check_no_links
from tasks.foundation.errors import UsageError, bounded
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)

WEIGHTS = "weights.safetensors"


@dataclass(frozen=True)
class Export:
    """What an export has written.

    folder: where; files: their names
    lines: the same in words
    """

    folder: Path
    files: tuple[str, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        """Return it in words, line by line."""
        return "\n".join(self.lines)


def export(
    run: str | Path | SearchedFolder, candidate: str | None = None, *, format: str = DEFAULT_FORMAT, **asked: Any
) -> Export:
    """Write the network of a run's best candidate as files that need nothing of this project; as ``evo.export``.

    run: the search, or its folder
    candidate: text of another candidate of its space
    format: ``torch``, readable source, or another of ``--help``
    seed_of, space, data, force, trust: see ``ExportRequest``

    Raises UsageError for bad input, with nothing written.
    """
    given = {"candidate": candidate, "format": format, **asked}
    if isinstance(run, str | Path):
        return run_export(requested(ExportRequest, {"run": Path(run), **given}))
    if not isinstance(run, SearchedFolder):
        raise UsageError(f"export({bounded(repr(run), 80)}): a run, or its folder, is needed")
    own = {axis: run.objects[axis] for axis in ("space", "data") if axis in run.objects}
    return run_export(requested(ExportRequest, {"run": run.path, "trust": run.trust, **own, **given}))


@trusting_as_asked
def run_export(request: ExportRequest) -> Export:
    """Export what a request describes; raises as ``export`` does."""
    make_format = format_named(request.format)
    check_no_links(request.run, str(request.run))
    exportable = open_exportable(request)
    folder = candidate_folder(request.run, exportable.text, best=exportable.best)
    written = make_format(exportable)
    files = {**written.files, **_weights(exportable), CARD: model_card(exportable).encode()}
    check_files(folder, files, force=request.force)
    write_files(folder, files)
    lines = (f"{folder}: {', '.join(files)}", *written.lines, origin_line(request.run, exportable.origin))
    lines = (*chosen_lines(request, exportable.cell), *lines)
    found = Export(folder, tuple(files), lines)
    logger.info("%s", found)
    return found


def _weights(exportable: Exportable) -> dict[str, bytes]:
    from safetensors.torch import save

    if exportable.origin.weights is Weights.NONE:
        return {}
    return {WEIGHTS: save({name: value.contiguous() for name, value in exportable.network.state_dict().items()})}

"""A drawing as a file: the diagram of a run's best in its folder, or of any candidate where the caller wants it."""

import logging
from pathlib import Path

from evo.drawing.drawing import draw, draw_in_run
from evo.drawing.request import DrawRequest
from evo.engine.final_choice import read_final
from evo.engine.summary import best_rows
from evo.storage.candidate_folder import candidate_folder, text_digest
from evo.storage.link_check import check_no_links
from evo.storage.run_folder import read_config
from evo.storage.run_log import read_table
from tasks.foundation.errors import UsageError
from tasks.foundation.figure import DRAWN, Figure, check_figure

logger = logging.getLogger(__name__)

NAME = f"diagram{DRAWN}"


def write_drawing(request: DrawRequest) -> Path:
    """Draw what is asked for, write it, and return the file; raises UsageError with nothing written."""
    if request.run is None:
        path, figure = _of_space(request)
    else:
        path, figure = _of_run(request.run, request)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.save(path, force=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file by --out") from error
    return path


def _of_space(request: DrawRequest) -> tuple[Path, Figure]:
    assert request.space is not None  # as the request has checked
    assert request.candidate is not None
    if request.out is not None:
        check_figure(request.out, force=request.force)
    figure = draw(request.candidate, space=request.space)
    drawn = f"{_plain_name(request.space)}-{text_digest(f'{request.space} {request.candidate}')}{DRAWN}"
    return request.out or Path(drawn), figure


def _plain_name(space: object) -> str:
    """Return a space's name without options, as far as a file may be called by it."""
    name = space.partition("(")[0] if isinstance(space, str) else type(space).__name__
    return "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in name)


def _of_run(run: Path, request: DrawRequest) -> tuple[Path, Figure]:
    config = read_config(run)
    best = [row["candidate"] for row in best_rows(read_table(run), 1, read_final(run))]
    if not best and request.candidate is None:
        raise UsageError(f"{run}: no trial has a score yet; name a candidate by --candidate")
    if request.out is not None:
        check_figure(request.out, force=request.force)
    else:
        check_no_links(run, str(run))
    text = best[0] if request.candidate is None else request.candidate
    drawn = draw_in_run(run, config, text, space=request.space, trust=request.trust)
    if drawn.reason:
        logger.info("the candidate's text alone is shown: %s", drawn.reason)
    return request.out or candidate_folder(run, drawn.text, best=[drawn.text] == best) / NAME, drawn.figure

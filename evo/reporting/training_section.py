"""The trainings with labels of what a run found: curves over epochs, and what they came to."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.display.page import Figures, TextLines
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, SmallPrint, absent
from evo.retraining.curves import curves_in
from evo.retraining.report import describe_results
from evo.retraining.stored_files import EPOCHS, FOLDER, RESULT, read_result
from tasks.foundation.errors import UsageError

HEADING = "Trained with labels"


def training_section(run: RunFiles) -> Section:
    """Return the curves of the run's trainings, folder by folder, and their results in words."""
    folders = sorted({path.parent.parent for path in (run.path / FOLDER).glob(f"*/*/{EPOCHS}")})
    if not folders:
        return absent(HEADING, f"Nothing that it found was trained with labels: python -m evo.train {run.path} does.")
    blocks = [block for folder in folders for block in _folder(folder)]
    return Section(HEADING, blocks)


def _folder(folder: Path) -> Iterator[TextLines | Figures | SmallPrint]:
    faults: list[str] = []
    results = [found for path in sorted(folder.glob(f"*/{RESULT}")) if (found := _result(path, faults))]
    lines = _described(results, faults) if results else ["no training of it is finished"]
    texts = dict.fromkeys(str(result["candidate"]) for result in results if "candidate" in result)
    yield TextLines([f"{folder.name}: {lines[0]}", *lines[1:], *(f"What was trained: {text}" for text in texts)])
    curves = curves_in(folder)
    if curves.figures:
        yield Figures(curves.figures)
    if faults or curves.faults:
        yield SmallPrint([*faults, *curves.faults])


def _described(results: Sequence[Mapping[str, Any]], faults: list[str]) -> list[str]:
    try:
        return list(describe_results(results))
    except (TypeError, ValueError, KeyError, AttributeError) as error:  # a file that somebody edited
        faults.append(f"results that cannot be told: {type(error).__name__}: {error}")
    return [f"{len(results)} finished"]


def _result(path: Path, faults: list[str]) -> Mapping[str, Any] | None:
    try:
        return read_result(path)
    except UsageError as error:
        faults.append(str(error))
    return None

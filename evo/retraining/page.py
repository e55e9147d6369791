"""What trainings of one configuration came to, as a page of HTML that needs nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.display.page import Figures, PageBlock, PagePart, Tables, TextLines, TextList, WebPage, render
from evo.display.readable_numbers import readable
from evo.display.text_table import Table
from evo.retraining.curves import curves_in
from evo.retraining.report import describe_results
from evo.storage.durable_files import write_text

PAGE = "training.html"
_HEADS = ("first weights, seed", "test accuracy", "test loss (nats)", "epochs", "parameters", "inherited", "hours")


def write_page(folder: Path, results: Sequence[Mapping[str, Any]]) -> Path:
    """Write the page of the finished trainings of a folder, whole, and return its path; raises OSError."""
    path = folder / PAGE
    write_text(path, page_of(folder, results))
    return path


def page_of(folder: Path, results: Sequence[Mapping[str, Any]]) -> str:
    """Return the page: results in words and in numbers, and the curves."""
    curves = curves_in(folder)
    texts = dict.fromkeys(str(result["candidate"]) for result in results if "candidate" in result)
    blocks: list[PageBlock] = [TextList([*describe_results(results)]), TextLines(curves.faults)]
    blocks += [Figures(curves.figures)] if curves.figures else []
    table = Table("Finished trainings", _HEADS, tuple(map(_row, results)))
    return render(WebPage(f"Trained with labels: {folder.name}", [*texts], [PagePart("", [*blocks, Tables([table])])]))


def _row(result: Mapping[str, Any]) -> tuple[str, ...]:
    seconds = result.get("train_s")
    return (
        f"{result['init']}, {result['seed']}",
        f"{result['test_accuracy']:.2%}",
        readable(result.get("test_loss")),
        str(result["epochs"]),
        f"{result['params']:,}",
        f"{result['inherited']['share']:.1%}",
        "-" if seconds is None else f"{seconds / 3600:.2f}",
    )

"""Catches: a plot that a browser does not draw, a text that is cut off on a narrow or a wide screen, an error in its
console, a page that stays light where everything is dark."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evo.drawing.space_of_run import space_of
from evo.reporting.report_page import Reported, report_html
from evo.storage.run_folder import RECONSTRUCTIONS
from tests.browser import browser, opened_browser
from tests.run_folders import CELLS, config_of, done, epoch_row, files_of

LONG = "a_module_with_a_very_long_name.of_a_space:" + "x" * 300


def pages(folder: Path) -> list[Path]:
    """Write the pages of a run by evolution, of a differentiable one, and of several runs."""
    scores = [-1e6 if n == 4 else float(n % 11) for n in range(60)]
    trials = [
        done(n, score, parent=n - 1 if n else None, started_at=float(n), evaluate_s=1.0)
        for n, score in enumerate(scores)
    ]
    trials.append(done(60, None, error=f"ValueError: {LONG}"))
    runs = [files_of(folder / f"evolution {seed}", trials, config=config_of(seed=seed)) for seed in range(2)]
    names = [f"{cell} 0->{n} {operation}" for cell in ("normal", "reduce") for n in (1, 2) for operation in ("a", "b")]
    rows = [epoch_row(0, n, eigenvalue=0.1 * n, alphas=[float(n % 3)] * 8) for n in range(8)]
    supernet = files_of(folder / "supernet", [done(0, -1.0, text=CELLS[0])], epochs=rows, alpha_names=names)
    image = io.BytesIO()
    Image.fromarray(np.zeros((100, 270, 3), dtype=np.uint8)).save(image, "PNG")
    (supernet.path / RECONSTRUCTIONS).parent.mkdir()
    (supernet.path / RECONSTRUCTIONS).write_bytes(image.getvalue())
    made = []
    for name, shown in (("evolution", runs[:1]), ("supernet", [supernet]), ("several", [*runs, supernet])):
        spaces = [space_of(run.path, run.config) for run in shown]
        made.append(folder / f"{name}.html")
        made[-1].write_text(report_html(Reported(shown, spaces, [], "Made at noon.")), encoding="utf-8")
    return made


def test_pages_are_whole_on_narrow_and_wide_screens(tmp_path: Path) -> None:
    program = browser()
    if program is None:
        pytest.skip("no browser here; Debian's package is called chromium")
    with opened_browser(program, tmp_path / "profile") as page:
        for path in pages(tmp_path):
            for width, dark in ((400, False), (1_400, True)):
                found = page.open(path, width=width, dark=dark)
                assert found["faults"] == [], (path.name, width)
                assert found["figures"] == path.read_text().count("<svg ")
                assert page.ground() == ("rgb(21, 23, 27)" if dark else "rgb(255, 255, 255)")
        assert page.complaints == []

"""Catches: panels that share an architecture with each other or with the other rows, a rival that sees images of
another size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import evo
from evo.commands.run_options import read_command
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog
from tasks import Panel, derive_rng
from tests.benchmarks import twenty_labels
from tests.benchmarks.twenty_labels import drawn, on_rows, parser, written
from tests.benchmarks.without_search import Rows, score_without_search, scored_rows

ASKED = ["--space", "nasbench201", "--metric", "value", "--panels", "3", "--size", "5", "--rows", "20"]


def test_panels_and_other_rows_share_nothing(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("candidate,value\n" + "".join(f"cell{number},{number % 7}.5\n" for number in range(40)))
    options = parser().parse_args([*ASKED, "--table", str(table), "--run-dir", str(tmp_path)])
    rows, panels = drawn(options)
    texts = [text for panel in (rows, *panels) for text in panel.texts]
    assert [len(rows), *map(len, panels)] == [20, 5, 5, 5]
    assert len(set(texts)) == 35
    assert all(label == int(text[4:]) % 7 + 0.5 for text, label in zip(rows.texts, rows.labels, strict=True))
    assert drawn(options)[0] == rows
    assert written(rows, tmp_path / "rows.csv").read_text().splitlines()[1] == f'"{rows.texts[0]}",{rows.labels[0]!r}'


def test_what_it_does_not_know_is_handed_to_every_search() -> None:
    options, more = parser().parse_known_args([*ASKED, "--table", "t", "--run-dir", "r", "--workers", "0"])
    assert (options.panels, more) == (3, ["--workers", "0"])
    assert read_command(["--space", "proxy_tasks", "--panel", "digits", *more]).request is not None


def test_all_networks_are_trained_on_images_of_one_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []
    calls: list[dict[str, Any]] = []

    def refused(arguments: Sequence[str]) -> int:
        commands.append(arguments)
        return 1

    def searched(**asked: Any) -> None:
        calls.append(asked)
        raise InterruptedError

    monkeypatch.setattr(twenty_labels, "run_main", refused)
    monkeypatch.setattr(evo, "search", searched)
    options = parser().parse_args([*ASKED, "--table", "t", "--run-dir", str(tmp_path), "--image-size", "16"])
    rows = Panel("rows", tuple("abcde"), (1.0, 2.0, 3.0, 4.0, 5.0))
    with pytest.raises(RuntimeError, match="not finished"):
        on_rows("published", ["preset=N"], rows, options, [])
    assert commands[0][commands[0].index("--image-size") + 1] == "16"
    with pytest.raises(InterruptedError):
        score_without_search(Rows(rows, [rows], "nasbench201", 20, options.image_size), tmp_path, "")
    assert calls[0]["image_size"] == 16


def test_scores_of_members_are_put_back_into_the_order_of_the_panel(tmp_path: Path) -> None:
    panel = Panel("rows", tuple("abcdefgh"), tuple(map(float, range(8))))
    (drawn_panel,) = panel.draw([8], derive_rng(3, "panel", "members"))
    assert drawn_panel.texts != panel.texts
    metrics = {f"member {number}": label for number, label in enumerate(drawn_panel.labels)}
    log = RunLog(tmp_path)
    log.append(Finished(Trial(0, None, None, "task", "task", 0), Outcome(Status.COMPLETED, 1.0, metrics), attempts=1))
    log.flush()
    assert scored_rows(tmp_path, panel, 3)["task"].tolist() == list(panel.labels)

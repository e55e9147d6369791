"""Catches: scalars that are not those of the log, doubled where a run was gone on with, or in another folder; a text
that is shown as anything but text. Read through TensorBoard's own reader."""

from pathlib import Path
from typing import Any

import pytest

from evo.tracking.tensorboard import TensorBoard
from tests.evo.tracking.trackers import logged, searched

pytest.importorskip("tensorboard", reason="tensorboard is not installed (extra: trackers)")


def read(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    found = EventMultiplexer(size_guidance={"scalars": 0}).AddRunsFromDirectory(str(folder))
    return found.Reload()


def test_two_processes_of_a_run_are_one_curve(tmp_path: Path) -> None:
    searched(tmp_path / "run", 5, [TensorBoard()])
    run = searched(tmp_path / "run", 12, [TensorBoard()])
    events = read(tmp_path / "run" / "tracking" / "tensorboard").Scalars(".", "fitness")
    assert [event.step for event in events] == [step for step, _ in logged(run)]
    assert [event.value for event in events] == pytest.approx([value for _, value in logged(run)])


def test_a_folder_of_ones_own_holds_a_folder_per_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        searched(tmp_path / name, 3, [TensorBoard(folder=str(tmp_path / "all"))])
    found = read(tmp_path / "all")
    assert sorted(found.Runs()) == ["a", "b"]
    (text,) = found.Tensors("a", "best_candidate/text_summary")
    assert text.tensor_proto.string_val[0].startswith(b"    ")

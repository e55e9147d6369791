"""Catches: a curve of another column or seed, an epoch that a search went back from drawn as if it counted, a measure
that was never taken drawn as zero."""

from pathlib import Path

from evo.reporting.epoch_section import epoch_section, final_pass
from tests.run_folders import done, epoch_row, files_of

NAMES = ["cell 0->1 none", "cell 0->1 skip"]


def test_losses_collapse_and_parameters_are_drawn(tmp_path: Path) -> None:
    rows = [epoch_row(0, n, architecture_loss=1.5, eigenvalue=0.1 * n, alphas=[0.0, float(n)]) for n in range(3)]
    (figures,) = epoch_section(files_of(tmp_path, epochs=rows, alpha_names=NAMES)).blocks
    assert len(figures.svgs) == 5
    for words, svg in zip(("Losses", "skips", "Entropy", "eigenvalue", "How strong"), figures.svgs, strict=True):
        assert words in svg
    assert all(words in figures.svgs[0] for words in ("training", "architecture", "held out"))


def test_the_signal_is_drawn_where_there_is_any(tmp_path: Path) -> None:
    rows = [epoch_row(0, n, signal=None if n == 0 else 1.0 + n) for n in range(3)]
    (figures, _) = epoch_section(files_of(tmp_path, epochs=rows)).blocks
    assert "Signal of the architecture gradients" in figures.svgs[3]


def test_of_several_seeds_the_losses_on_held_out_images_are_compared(tmp_path: Path) -> None:
    rows = [epoch_row(seed, n, held_out_loss=2.0 - seed) for seed in (4, 5) for n in range(2)]
    figures, notes = epoch_section(files_of(tmp_path, epochs=rows)).blocks
    assert "held out, seed 5" in figures.svgs[0]
    assert "training" not in figures.svgs[0]
    assert len(figures.svgs) == 3  # no eigenvalue was measured
    assert "no architecture parameters" in notes.lines[0]


def test_maps_are_of_the_best_seed(tmp_path: Path) -> None:
    rows = [epoch_row(seed, 0, held_out_loss=loss, alphas=[0.0, 1.0]) for seed, loss in ((4, 2.0), (5, 1.0), (6, 3.0))]
    (figures,) = epoch_section(files_of(tmp_path / "going", epochs=rows, alpha_names=NAMES)).blocks
    assert "operation is: cell, seed 5" in figures.svgs[-1]  # so far
    trials = [done(0, -1.5, seed=4), done(1, None, seed=5), done(2, -1.25, seed=6)]  # 6 took an earlier epoch's
    (figures,) = epoch_section(files_of(tmp_path / "done", trials, epochs=rows, alpha_names=NAMES)).blocks
    assert "operation is: cell, seed 6" in figures.svgs[-1]


def test_the_map_of_the_best_is_there_however_many_seeds_are_drawn(tmp_path: Path) -> None:
    rows = [epoch_row(seed, 0, held_out_loss=12.0 - seed, alphas=[0.0, 1.0]) for seed in range(10)]
    figures, notes = epoch_section(files_of(tmp_path, epochs=rows, alpha_names=NAMES)).blocks
    assert "operation is: cell, seed 9" in figures.svgs[-1]
    assert notes.lines == ["Of 10 seeds the first 8 are drawn."]


def test_what_a_search_went_back_from_is_left_out(tmp_path: Path) -> None:
    rows = [epoch_row(0, n) for n in range(3)] + [epoch_row(0, 1, rewinds=1, skip_share=0.75)]
    run = files_of(tmp_path, epochs=rows)
    found = final_pass(run.epochs)
    assert found["epoch"].to_pylist() == [0, 1, 2]
    assert found["skip_share"].to_pylist() == [0.5, 0.75, 0.5]
    assert epoch_section(run).blocks[1].lines[0] == "Left out: 1 epoch that a search went back from."


def test_a_search_without_supernets_says_so(tmp_path: Path) -> None:
    assert "no differentiable search" in epoch_section(files_of(tmp_path, [done(0, 1.0)])).absent

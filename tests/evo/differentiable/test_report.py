"""Catches: a summary without an architecture of each seed, their agreement or a warning of collapse; a warning of a
sound architecture, a search that ended early or went back and does not say so.
"""

from pathlib import Path
from typing import Any

from evo.differentiable.report import describe_search
from evo.storage.checkpoint import Progress, pack, write
from evo.storage.epoch_log import EpochLog


def lines(run_dir: Path, shares: dict[int, tuple[float, float]]) -> list[str]:
    """Return the summary of seeds whose architectures have these shares of skips and of operations without weights."""
    log = EpochLog(run_dir)
    for seed, (skips, free) in shares.items():
        row: dict[str, Any] = {"seed": seed, "rewinds": 0, "epoch": 0, "derived": f"cell-{seed}"}
        row |= {"held_out_loss": 1.25, "architecture_loss": 1.0, "alpha_entropy": 1.5}
        row |= {"skip_share": skips, "parameter_free_share": free}
        log.append(row)
        choices = {"cell": ("skip", None, "conv", f"operation {seed}")}
        write(run_dir, seed, pack({}, Progress(1, (row,), {}, f"cell-{seed}", choices)))
    return describe_search(run_dir, 1)


def test_every_seed_has_a_line_and_pairs_are_compared(tmp_path: Path) -> None:
    found = lines(tmp_path, {0: (0.25, 0.5), 1: (0.0, 0.25)})
    assert found[0].split()[:2] == ["seed", "epochs"]
    assert found[1].split() == ["0", "1", "1.25000", "1.500", "25%", "cell-0"]
    assert found[2].split()[-1] == "cell-1"
    assert found[3] == "two seeds agree on 75% of the edges, edges not kept among them"
    assert len(found) == 4


def test_an_end_before_its_time_is_told_of(tmp_path: Path) -> None:
    log, rows = EpochLog(tmp_path), []
    for epoch in range(3):
        row: dict[str, Any] = {"seed": 0, "rewinds": 0, "epoch": epoch, "derived": f"cell {epoch}"}
        row |= {
            "held_out_loss": 1.0,
            "architecture_loss": 1.0,
            "alpha_entropy": 1.0,
            "skip_share": epoch / 2,
            "parameter_free_share": epoch / 2,
        }
        rows.append(row)
        log.append(row)
    write(tmp_path, 0, pack({}, Progress(3, tuple(rows), {}, "earlier", {"cell": ("skip",)}, answer=0)))
    found = describe_search(tmp_path, 50)
    assert found[1].split() == ["0", "1", "1.00000", "1.000", "0%", "cell", "0"]
    assert found[2:] == [
        "seed 0: ended after 3 epochs, as the eigenvalue had grown; its architecture is that of epoch 1: earlier"
    ]


def test_going_back_is_told_of(tmp_path: Path) -> None:
    lines(tmp_path, {0: (0.25, 0.5)})
    row = {
        "seed": 0,
        "rewinds": 2,
        "epoch": 0,
        "derived": "cell-0",
        "held_out_loss": 1.0,
        "architecture_loss": 1.0,
        "alpha_entropy": 1.0,
    }
    EpochLog(tmp_path).append(row | {"skip_share": 0.0, "parameter_free_share": 0.0, "weight_decay": 0.03})
    write(tmp_path, 0, pack({}, Progress(1, (row,), rewinds=(10, 16))))
    assert describe_search(tmp_path, 50)[2] == (
        "seed 0: went back to after epoch 11, 17, as the eigenvalue had grown; weight decay since then 0.03"
    )


def test_an_architecture_that_was_never_trained_is_told_of(tmp_path: Path) -> None:
    log = EpochLog(tmp_path)
    for seed, loss in ((0, None), (1, 0.5)):
        row = {"seed": seed, "rewinds": 0, "epoch": 0, "derived": "x", "held_out_loss": 1.0, "alpha_entropy": 1.0}
        log.append(row | {"skip_share": 0.0, "parameter_free_share": 0.5, "architecture_loss": loss})
    assert [line for line in describe_search(tmp_path, 1) if line.startswith("warning")] == [
        "warning: the architecture parameters of seed 0 have not been trained; its architecture is one of chance"
    ]


def test_parameters_that_followed_noise_are_told_of_once_the_search_is_over(tmp_path: Path) -> None:
    log = EpochLog(tmp_path)
    signals = {0: (None, 1.25, 0.75), 1: (4.0, 1.0, 3.0), 2: (None, None, None)}
    for seed, values in signals.items():
        row: dict[str, Any] = {"seed": seed, "rewinds": 0, "derived": "x", "held_out_loss": 1.0, "alpha_entropy": 1.0}
        row |= {"architecture_loss": 0.5, "skip_share": 0.0, "parameter_free_share": 0.5}
        log.append(row | {"epoch": 1, "signal": values[1] and 99.0})  # which the search went back from
        for epoch, signal in enumerate(values):
            log.append(row | {"epoch": epoch, "rewinds": epoch and 1, "signal": signal})
        write(tmp_path, seed, pack({}, Progress(3, choices={"cell": ("skip",)})))
    found = describe_search(tmp_path, 3)
    assert found[0].split()[-2:] == ["signal", "architecture"]
    assert [line.split()[-2:] for line in found[1:4]] == [["1.00", "x"], ["3.00", "x"], ["-", "x"]]
    assert [line for line in found if line.startswith("warning")] == [
        "warning: the architecture parameters of seed 0 followed hardly more than noise (signal 1.00, where noise "
        "alone gives about 1); its architecture is close to a draw of the seed"
    ]
    assert not any(line.startswith("warning") for line in describe_search(tmp_path, 50))  # they are still on their way


def test_seeds_that_end_alike_followed_more_than_noise(tmp_path: Path) -> None:
    for name, sign in (("alike", 1.0), ("chance", -1.0)):
        (tmp_path / name).mkdir()
        log = EpochLog(tmp_path / name)
        for seed in (0, 1):
            row: dict[str, Any] = {"seed": seed, "rewinds": 0, "derived": "x", "held_out_loss": 1.0}
            row |= {"alpha_entropy": 1.0, "architecture_loss": 0.5, "skip_share": 0.0, "parameter_free_share": 0.5}
            ends = [1.0] * 8 + [(sign if seed else 1.0)] * 8
            log.append(row | {"epoch": 0, "signal": 1.0, "alphas": [9.0] * 16})
            log.append(row | {"epoch": 1, "signal": 1.0, "alphas": ends})
            write(tmp_path / name, seed, pack({}, Progress(2, choices={"cell": ("skip",)})))
    alike, chance = (describe_search(tmp_path / name, 2) for name in ("alike", "chance"))
    said = "architecture parameters of two seeds have a cosine of {}; noise gives 0 +- 0.25"  # 1 / sqrt(16)
    assert said.format("1.00") in alike
    assert said.format("0.00") in chance
    assert not any(line.startswith("warning") for line in alike)
    assert sum("followed hardly more than noise" in line for line in chance) == 2


def test_collapse_is_warned_of(tmp_path: Path) -> None:
    found = lines(tmp_path, {3: (0.75, 0.75), 4: (0.5, 0.9), 5: (0.0, 1.0)})
    warnings = [line for line in found if line.startswith("warning")]
    assert ["seed 3" in warnings[0], "75% skips" in warnings[0], "seed 5" in warnings[1]] == [True] * 3
    assert len(warnings) == 2


def test_a_normal_cell_of_skips_is_warned_of_beside_a_sound_reduction_cell(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "seed": 0,
        "rewinds": 0,
        "epoch": 0,
        "held_out_loss": 1.0,
        "architecture_loss": 1.0,
        "alpha_entropy": 1.0,
    }
    row |= {"derived": "x", "skip_share": 0.5, "parameter_free_share": 0.9, "normal_skip_share": 1.0}
    EpochLog(tmp_path).append(row | {"normal_parameter_free_share": 1.0})
    assert describe_search(tmp_path, 1)[-1] == (
        "warning: the normal cell of seed 0 is 100% skips and 100% operations without weights: the search has probably "
        "collapsed"
    )


def test_before_the_first_epoch_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert describe_search(tmp_path, 1) == ["no epoch is done yet"]

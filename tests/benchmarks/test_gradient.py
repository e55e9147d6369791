"""Catches: searches that differ in more than what is compared, epochs looked at that are not the last of a quarter, a
cell of another epoch than the last.
"""

from pathlib import Path

import pytest

from evo.commands.run_options import read_command
from evo.engine.configuring import resolve_request
from evo.storage.epoch_log import SCHEMA, EpochLog
from spaces.tables.table import CandidateTable
from tests.benchmarks.gradient import SEARCHES, arguments_of, cells, main, parser, progress

ALL_SKIPS = "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|"
ALL_NONE = ALL_SKIPS.replace("skip_connect", "none")


def log_epochs(run_dir: Path, derived: dict[int, list[str]]) -> Path:
    log = EpochLog(run_dir)
    for seed, texts in derived.items():
        for epoch, text in enumerate(texts):
            row = {**dict.fromkeys(SCHEMA.names), "seed": seed, "rewinds": 0, "epoch": epoch, "derived": text}
            log.append({**row, "skip_share": (epoch + seed) / 8, "alpha_entropy": 1.0})
    return run_dir


@pytest.mark.parametrize("experiment", SEARCHES)
def test_the_searches_of_an_experiment_differ_in_their_fitness_alone(experiment: str) -> None:
    options = parser().parse_args([experiment, "--seeds", "2", "--data", "digits"])
    configs = [
        resolve_request(read_command(arguments_of(options, name, ["--seed", "3"])).request).config
        for name in SEARCHES[experiment]
    ]
    assert len({str(config.fitness) for config in configs}) == len(configs)
    assert len({str((config.space, config.strategy, config.data, config.seed)) for config in configs}) == 1
    assert (configs[0].strategy.options["architecture_rate"], configs[0].seed) == (3e-2, 3)


def test_quarters_are_looked_at_when_they_end(tmp_path: Path) -> None:
    page = progress({"some": log_epochs(tmp_path, {0: ["c"] * 8, 1: ["c"] * 8})})
    skips = dict(zip(page.header[1:], page.rows[0][1:], strict=True))
    # epochs 0, 1, 3, 5 and 7 of eight; seed 1 has an eighth more
    assert skips["0/4"] == "0.062 (0.000 to 0.125)"
    assert skips["2/4"] == "0.438 (0.375 to 0.500)"
    assert skips["4/4"] == "0.938 (0.875 to 1.000)"
    assert page.rows[1] == ("some: entropy (nats)", *["1.000 (1.000 to 1.000)"] * 5)


def test_the_cells_are_those_of_the_last_epoch(tmp_path: Path) -> None:
    text = f"candidate,c10_test,c100_test,in16_test\n{ALL_SKIPS},54.3,15.6,16.3\n{ALL_NONE},10,1,0.8\n"
    (tmp_path / "t.csv").write_text(text)
    folder = log_epochs(tmp_path / "run", {0: [ALL_NONE, ALL_SKIPS], 1: [ALL_SKIPS, ALL_NONE]})
    rows = cells({"darts": folder}, CandidateTable(tmp_path / "t.csv", ["c10_test", "c100_test", "in16_test"])).rows
    assert rows[0] == ("darts", "32.15", "8.30", "8.55", "mean")
    assert rows[1] == ("- seed 0", "54.30", "15.60", "16.30", ALL_SKIPS)
    assert rows[2][:2] == ("- seed 1", "10.00")


def test_cells_without_a_table_are_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cells"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

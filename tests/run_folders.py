"""Folders of runs as a search leaves them, written by hand: tests say which trials there are and what came of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.engine.plugins import resolve_choice
from evo.records.config import Limits, SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.reporting.run_files import RunFiles, read_run_files
from evo.storage.durable_files import write_json
from evo.storage.epoch_log import EpochLog
from evo.storage.run_folder import CONFIG, PROGRESS
from evo.storage.run_log import RunLog

CELLS = [
    f"|{one}~0|+|{two}~0|none~1|+|none~0|none~1|nor_conv_1x1~2|"
    for one in ("nor_conv_3x3", "skip_connect", "none")
    for two in ("nor_conv_3x3", "avg_pool_3x3", "skip_connect", "nor_conv_1x1")
]
"""Twelve cells of NAS-Bench-201."""


def config_of(fitness: str = "naswot", *, strategy: str = "regularized_evolution", seed: int = 0) -> SearchConfig:
    """Return a search of NAS-Bench-201."""
    options = {"population": "4", "tournament": "2"} if strategy == "regularized_evolution" else {}
    return SearchConfig(
        resolve_choice("space", "nasbench201", {"cells_per_stage": "1"}),
        resolve_choice("fitness", fitness, {}, strategy=strategy),
        resolve_choice("strategy", strategy, options),
        seed=seed,
    )


def done(
    number: int, fitness: float | None, *, parent: int | None = None, text: str = "", seed: int = 0, **more: Any
) -> Finished:
    """Return a trial that got a score, or failed for want of one; more: of its outcome."""
    status = Status.COMPLETED if fitness is not None else Status.FAILED
    text = text or CELLS[number % len(CELLS)]
    given = {"status": status, "fitness": fitness, "params": 1_000 + number, "macs": 10_000 + number, **more}
    return Finished(Trial(number, parent, None, text, text, seed), Outcome(**given))


def write_run(
    path: Path,
    trials: Sequence[Finished] = (),
    *,
    config: SearchConfig | None = None,
    state: str = "finished",
    epochs: Sequence[Mapping[str, Any]] = (),
    alpha_names: Sequence[str] = (),
) -> Path:
    """Write a run's folder with these trials and epochs, and return it."""
    config = config or config_of()
    asked = max(len(trials), 1)
    write_json(path / CONFIG, {"search": config.to_json(), "limits": Limits(asked).to_json()})
    log = RunLog(path)
    for trial in trials:
        log.append(trial)
    log.flush()
    if epochs:
        kept = EpochLog(path)
        for row in epochs:
            kept.append(row, alpha_names)
    write_json(path / PROGRESS, {"state": state, "evaluations": asked, "done": len(trials), "updated_at": "noon"})
    return path


def files_of(path: Path, trials: Sequence[Finished] = (), **more: Any) -> RunFiles:
    """Return what a folder holds that is written with these trials."""
    return read_run_files(write_run(path, trials, **more))


def epoch_row(seed: int, epoch: int, **more: Any) -> dict[str, Any]:
    """Return a row of the log of epochs."""
    row = {"seed": seed, "rewinds": 0, "epoch": epoch, "weights_loss": 1.0, "held_out_loss": 2.0 - epoch / 10}
    return {**row, "skip_share": 0.5, "alpha_entropy": 1.0, "derived": CELLS[0], "epoch_s": 3.0, **more}

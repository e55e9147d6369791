"""What ``python -m evo.status`` does: show how a search is going, while it runs or afterwards."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.commands.messages import run_printed
from evo.records.config import TOLD, SearchConfig
from tasks.foundation.command_line import DONE, OneLineParser, named_path, say
from tasks.foundation.errors import bounded

PROGRAM = "evo.status"
LONGEST_MEMBER = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = OneLineParser(prog="python -m evo.status", description="Show how a search is going.")
    parser.add_argument("run_dir", type=named_path, help="folder of the run, e.g. runs/x")
    say("\n".join(report(parser.parse_args(arguments).run_dir)))
    return DONE


def report(run_dir: Path) -> list[str]:
    """Return the state of a run, line by line; raises UsageError where there is none. Nothing it names is imported."""
    from evo.storage.run_folder import read_config

    config = read_config(run_dir)  # where there is none, that is told before anything heavy is loaded
    from evo.engine import summary

    found = summary.summarise(run_dir)
    return [
        f"{run_dir}: {config.strategy.name} over {config.space.name} by {config.fitness.name}, seed {config.seed}",
        f"state: {_state(run_dir, config, found.trials)}",
        _count(run_dir, config, found.trials),
        *summary.describe_failures(found),
        *(_supernets(run_dir) or summary.describe(found)),
    ]


def _count(run_dir: Path, config: SearchConfig, trials: int) -> str:
    from evo.storage.ask_log import told_in
    from evo.storage.run_folder import read_limits

    if config.fitness.name == TOLD:  # nobody has said how many there will be
        return f"{trials} evaluations logged, {max(len(told_in(run_dir)) - trials, 0)} open"
    return f"{trials} of {read_limits(run_dir).evaluations} evaluations logged"


def _state(run_dir: Path, config: SearchConfig, trials: int) -> str:
    """Return how it is going, as its files say it; where they disagree, what is there and what is not."""
    from evo.display.readable_numbers import counted
    from evo.storage.locked_folder import is_running
    from evo.storage.run_folder import KILLED, PROGRESS, RUNNING, read_progress

    progress = read_progress(run_dir)
    if is_running(run_dir):
        return _running(progress)
    again = f"evo.Study(run_dir={str(run_dir)!r}, ...)" if config.fitness.name == TOLD else "--resume"
    if not progress:
        logged = counted(trials, "logged evaluation")
        there = f"{PROGRESS} is missing or damaged, beside {logged}; {again} takes it up again"
        return f"unknown: {there}" if trials else "not started"
    state, done = str(progress.get("state", "unknown")), int(_number(progress, "done"))
    if state == RUNNING:
        return f"{KILLED} after {progress.get('updated_at')}; {again} takes it up again"
    if trials < done:
        said = f"{state} after {done} evaluations, says {PROGRESS}, but {_logged(trials)}"
        return f"{said}; {again} scores the rest again"
    return state


def _running(progress: Mapping[str, Any]) -> str:
    """Return how fast it is, while its reference is scored how far that is."""
    from evo.display.readable_numbers import front_of, learning

    reference = progress.get("reference")
    if not isinstance(reference, dict):
        labelled = learning(int(_number(progress, "learning")))
        front = front_of(int(_number(progress, "front")))
        return f"running, {_number(progress, 'evaluations_per_s'):.2f} evaluations/s{front}{labelled}"
    done, total = int(_number(reference, "done")), int(_number(reference, "candidates"))
    speed = _number(reference, "evaluations_per_s")
    member = bounded(str(reference.get("member")), LONGEST_MEMBER)
    return f"running, reference: {done} of {total} candidates scored by {member}, {speed:.2f}/s"


def _logged(trials: int) -> str:
    return f"only {trials} are logged" if trials else "the log holds none of them"


def _number(progress: Mapping[str, Any], name: str) -> float:
    """Return a number of the heartbeat, 0 where the file holds none."""
    value = progress.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _supernets(run_dir: Path) -> list[str]:
    """Return how the supernets of a differentiable search are doing; nothing where no epoch is logged."""
    from evo.storage.epoch_log import read_epochs

    if not read_epochs(run_dir).num_rows:
        return []
    from evo.differentiable.report import describe_search

    return describe_search(run_dir)

"""``python -m evo.status RUN``: how a search is going, from another shell, while it runs or afterwards."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evo.commands.import_guard import refuse_foreign_packages

if TYPE_CHECKING:
    from evo.records.config import SearchConfig


def report(run_dir: Path) -> list[str]:
    """Return the state of a run, line by line; raises UsageError where there is none."""
    from evo.engine import summary
    from evo.storage.locked_folder import is_running
    from evo.storage.run_folder import read_config, read_progress

    config, progress = read_config(run_dir), read_progress(run_dir)
    found = summary.summarise(run_dir)
    state = progress.get("state", "not started")
    if is_running(run_dir):
        state = f"running, {progress.get('evaluations_per_s', 0.0):.2f} evaluations/s"
    elif state == "running":
        state = f"stopped without a word after {progress.get('updated_at')}; --resume takes it up again"
    return [
        f"{run_dir}: {config.strategy.name} over {config.space.name} by {config.fitness.name}, seed {config.seed}",
        f"state: {state}",
        f"{found.trials} of {progress.get('evaluations', '?')} evaluations logged",
        *summary.describe_failures(found),
        *(_supernets(run_dir, config) or summary.describe(found)),
    ]


def _supernets(run_dir: Path, config: "SearchConfig") -> list[str]:
    """Return how the supernets of a search by gradient are doing; nothing of any other search."""
    from evo.differentiable.report import describe_search
    from evo.strategies import STRATEGIES
    from evo.strategies.strategy_table import searches_by_gradient

    if not searches_by_gradient(STRATEGIES.load(config.strategy.name)):
        return []
    search = STRATEGIES.build(config.strategy.name, config.strategy.options)
    return describe_search(run_dir, search.epochs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; returns the exit code."""
    from tasks.foundation.command_line import OneLineParser, say
    from tasks.foundation.errors import UsageError

    parser = OneLineParser(prog="python -m evo.status", description="Show how a search is going.")
    parser.add_argument("run_dir", type=Path, help="folder of the run, e.g. runs/x")
    try:
        say("\n".join(report(parser.parse_args(arguments).run_dir)))
    except UsageError as error:
        print(f"evo.status: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    refuse_foreign_packages("evo.status")
    sys.exit(main())

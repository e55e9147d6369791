"""What a search of proxy tasks has to say and to do once it is complete."""

import logging
from collections.abc import Sequence
from pathlib import Path

from evo.display.readable_numbers import counted
from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.proxy_search.abandoned import describe_saving
from evo.proxy_search.held_out import judge_held_out
from evo.proxy_search.last_round_report import tell
from evo.proxy_search.playing import play_last_round
from evo.records.resources import Resources
from evo.storage.durable_files import parse_json
from evo.storage.run_folder import LAST_ROUND
from fitness.rank_correlation.fitness import RankCorrelationFitness

logger = logging.getLogger(__name__)


class PanelSequel:
    """Says what abandoning saved, plays the last round, and judges its tasks on the panel's members held out.

    It has nothing to say or do for a search of anything else.
    """

    def lines(self, run_dir: Path) -> list[str]:
        """Return what abandoning saved, and what a last round before chose; no line of what was not."""
        return [*describe_saving(run_dir), *_chosen_before(run_dir)]

    def run(self, evolution: Evolution, resources: Resources, observers: Sequence[Observer], *, late: bool) -> None:
        """Score the best tasks again, and then on the members held out, as far as the fitness asks for it.

        late: whether the search's time is over; then that is left to be done where the search is gone on with
        """
        if late:
            if isinstance(evolution.plugins.fitness, RankCorrelationFitness):
                logger.info("\nthe time is over: --resume scores the best tasks again and judges them")
            return
        last = play_last_round(evolution, resources, observers)
        if last is not None:
            tell(evolution, last)
        judge_held_out(evolution, resources, observers, last=last)


def _chosen_before(run_dir: Path) -> list[str]:
    if not (run_dir / LAST_ROUND).is_file():
        return []
    try:
        found = parse_json(run_dir / LAST_ROUND)
        after, chosen = counted(found["trials"], "trial"), found["chosen"]
    except (OSError, ValueError, KeyError, TypeError):  # a damaged file, which the next one replaces
        return []
    return [f"the last round, after {after}, chose {chosen}, which best/ holds"]

"""What a search of proxy tasks has to say and to do once it is complete."""

from collections.abc import Sequence
from pathlib import Path

from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.proxy_search.abandoned import describe_saving
from evo.proxy_search.held_out import judge_held_out
from evo.proxy_search.last_round_report import tell
from evo.proxy_search.playing import play_last_round
from evo.records.resources import Resources


class PanelSequel:
    """Says what abandoning saved, plays the last round, and judges its tasks on the panel's members held out.

    It has nothing to say or do for a search of anything else.
    """

    def lines(self, run_dir: Path) -> list[str]:
        """Return what abandoning saved, no line where nothing was abandoned."""
        return describe_saving(run_dir)

    def run(self, evolution: Evolution, resources: Resources, observers: Sequence[Observer]) -> None:
        """Score the best tasks again, and then on the members held out, as far as the fitness asks for it."""
        last = play_last_round(evolution, resources, observers)
        if last is not None:
            tell(evolution, last)
        judge_held_out(evolution, resources, observers, last=last)

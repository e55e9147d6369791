"""Runs the search that a request describes; which of the two kinds it is, is decided here, once."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evo.engine.configuring import Asked, resolve_request
from evo.engine.monitor import progress_for
from evo.engine.observer import Observer
from evo.engine.plugins import DEFAULT_OF_SEVERAL
from evo.engine.session import Session
from evo.records.requests import SearchRequest
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting_as_asked


@dataclass(frozen=True)
class Searched:
    """A search that is over, or was stopped.

    path: its folder; state: how it ended
    objects: the caller's own plug-ins, by axis
    """

    path: Path
    state: str
    objects: dict[str, object] = field(default_factory=dict)


@trusting_as_asked
def run_request(request: SearchRequest, *, observers: Sequence[Observer] = (), progress: bool = False) -> Searched:
    """Search, or go on with a search; raises UsageError before anything starts, FailedRunError after that.

    progress: whether to show on standard error how far it has come.
    """
    session = _session(resolve_request(request), observers, progress=progress)
    state = session.run()
    return Searched(session.run_dir, state, dict(session.objects))


def _session(asked: Asked, observers: Sequence[Observer], *, progress: bool) -> Session:
    own = "strategy" in asked.config.objects  # which is asked and told: no other can be an object
    if not own and STRATEGIES.kind_of(asked.config.strategy.name) is SearchKind.DIFFERENTIABLE:
        if asked.config.objectives:
            raise UsageError(
                f"--objectives {','.join(asked.config.objectives)}: {asked.config.strategy.name} trains a supernet by "
                f"one loss; leave them out, or take another strategy, as {DEFAULT_OF_SEVERAL}"
            )
        from evo.differentiable.epoch_observers import EpochLines
        from evo.differentiable.search import DifferentiableSession

        return DifferentiableSession(asked, [*observers, *([EpochLines()] if progress else [])])
    from evo.engine.evolution_session import EvolutionSession
    from evo.proxy_search.panel_sequel import PanelSequel

    shown = [progress_for(sys.stderr)] if progress else []
    return EvolutionSession(asked, [*observers, *shown], sequel=PanelSequel())

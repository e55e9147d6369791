"""One search of a scoring: the candidates of a file by one fitness and one seed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from evo.engine.evolution import Evolution
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import Plugins, resolve_choice
from evo.engine.summary import summarise, write_best
from evo.engine.watching import watched
from evo.records.config import Choice, Limits, SearchConfig
from evo.records.resources import Resources
from evo.storage.run_folder import RunFolder, is_run, read_config
from evo.storage.run_log import logged_trials
from tasks.foundation.errors import UsageError

LOOK_AHEAD = 1_024
"""Nothing is learnt from a score, so that any number of workers can be kept busy."""


@dataclass(frozen=True)
class Member:
    """A search on its way: what to call it, its folder, its configuration, and what this names.

    objects: the caller's own plug-ins, by axis
    """

    label: str
    folder: Path
    config: SearchConfig
    plugins: Plugins
    objects: Mapping[str, object] = field(default_factory=dict)

    def check(self) -> None:
        """Raise UsageError where the folder is another search's."""
        RunFolder(self.folder).check(self._as_stored())

    def lacks(self, limits: Limits) -> bool:
        """Return whether a candidate has not been scored yet."""
        return logged_trials(self.folder) < limits.evaluations

    def search(self, limits: Limits, resources: Resources, observers: Sequence[Observer]) -> str:
        """Score what has not been scored; returns how that ended, raises FailedRunError."""
        evolution = Evolution(self.folder, self.config, limits, self.plugins, self.objects)
        with RunFolder(self.folder) as folder:
            folder.claim(self._as_stored(), limits)
            live = LiveRun(self.folder, limits.evaluations)
            try:
                state = watched(evolution.search, folder, live, resources, observers)
            except Exception:
                with suppress(OSError, UsageError):  # e.g. a full disk; the error that ended the search says more
                    self._keep_best()
                raise
            self._keep_best()
            return state

    def _as_stored(self) -> SearchConfig:
        """Return the configuration as the folder has it where only the path of its candidates is another: it moved."""
        if not is_run(self.folder):
            return self.config
        stored, ours = read_config(self.folder).strategy, self.config.strategy
        moved = stored.name == ours.name and _file_name(stored) == _file_name(ours) != ""
        return replace(self.config, strategy=stored) if moved else self.config

    def _keep_best(self) -> None:
        write_best(self.folder, summarise(self.folder, limit=1), self.config, self.plugins.space)


def _file_name(strategy: Choice) -> str:
    """Return the name of the file of candidates, without its folder; empty where there is none."""
    return Path(str(strategy.options.get("file", ""))).name


def listed(candidates: Path) -> Choice:
    """Return the strategy that proposes the candidates of a file."""
    return resolve_choice("strategy", "listed", {"file": str(candidates)})

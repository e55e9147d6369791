"""One search of a series: the candidates of a file by one fitness and one seed."""

from dataclasses import dataclass
from pathlib import Path

from evo.engine.cluster import Resources
from evo.engine.plugins import Plugins, resolve_choice
from evo.engine.session import Session
from evo.records.config import Choice, Limits, SearchConfig
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import logged_trials

LOOK_AHEAD = 1_024
"""Nothing is learnt from a score, so that any number of workers can be kept busy."""


@dataclass(frozen=True)
class Member:
    """A search on its way: what to call it, its folder, its configuration, and the objects that this names."""

    label: str
    folder: Path
    config: SearchConfig
    plugins: Plugins

    def check(self) -> None:
        """Raise UsageError where the folder is another search's."""
        RunFolder(self.folder).check(self.config)

    def lacks(self, limits: Limits) -> bool:
        """Return whether a candidate has not been scored yet."""
        return logged_trials(self.folder) < limits.evaluations

    def search(self, limits: Limits, resources: Resources, *, program: str, quiet: bool) -> int:
        """Score what has not been scored; returns the exit code."""
        with RunFolder(self.folder) as folder:
            folder.claim(self.config, limits)
            session = Session(folder, self.config, limits, self.plugins, program=program)
            return session.search(resources, quiet=quiet)[1]


def listed(candidates: Path) -> Choice:
    """Return the strategy that proposes the candidates of a file."""
    return resolve_choice("strategy", "listed", {"file": str(candidates)})

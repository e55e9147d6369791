"""A training of a candidate that no search has found: a space, a candidate, and a folder like that of a study.

The folder holds the space as its configuration and no trial, so that ``evo.load`` reads it, and ``evo.train`` trains
others of its space in it.
"""

from dataclasses import replace
from pathlib import Path

from evo.engine.configuring import Asked, resolve_request
from evo.engine.plugins import make
from evo.records.config import TOLD, Choice, Limits, SearchConfig, as_json
from evo.records.requests import SearchRequest
from evo.retraining.request import TrainRequest
from evo.retraining.searched_run import EvolvedRun
from evo.scoring.folder import default_folder
from evo.storage.run_folder import RunFolder


class GivenCandidate(EvolvedRun):
    """A folder that is made with the first training in it."""

    def claim(self) -> None:
        """Write the folder's configuration where it is new; raises UsageError where it is another's."""
        with RunFolder(self.path) as folder:
            folder.claim(self.config, Limits())


def given_candidate(request: TrainRequest) -> GivenCandidate:
    """Return the folder of what a request without a run names; raises UsageError where it does not name enough."""
    request.check_named()
    asked = _asked(request)
    path = asked.run_dir or _default(asked.config)
    RunFolder(path).check(asked.config)
    return GivenCandidate(path, asked.config, make("space", asked.config, asked.objects))


def _asked(request: TrainRequest) -> Asked:
    """Return the space as a search that its caller scores; its other options are those of the training."""
    asked = resolve_request(SearchRequest(space=request.space, fitness="params", run_dir=request.run_dir))
    return replace(asked, config=replace(asked.config, fitness=Choice(TOLD), ahead=1))


def _default(config: SearchConfig) -> Path:
    return default_folder(("trained", config.space.name), {"space": as_json(config.space), "objects": config.objects})

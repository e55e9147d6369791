"""MLflow: a run of an experiment, with settings as parameters and numbers of trials and epochs as metrics."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.tracking.base import Tracker

EXPERIMENT = "selfnas"
_MOST_PARAMETERS = 100  # of one request
_LONGEST = 500
_STATES = {"failed": "FAILED", "interrupted": "KILLED"}


class MLflow(Tracker):
    """Writes to a tracking server, a database or a folder.

    uri: where, by default what ``MLFLOW_TRACKING_URI`` says, or MLflow's own default
    experiment: to which runs belong
    """

    name, library = "mlflow", "mlflow"

    def __init__(self, *, uri: str = "", experiment: str = EXPERIMENT) -> None:
        """Raise UsageError where mlflow is not installed."""
        super().__init__(uri, "" if experiment == EXPERIMENT else experiment)
        self.uri, self.experiment = uri, experiment
        self._client: Any = None
        self._run = ""

    def open(self, folder: Path, known: str, about: Mapping[str, str]) -> str:
        """Begin a run of the experiment, or take up the known one; raises what mlflow does where it is gone."""
        from mlflow.entities import Param
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient(tracking_uri=self.uri or None)
        if known:
            self._client.update_run(known, status="RUNNING")
            self._run = known
            return known
        found = self._client.get_experiment_by_name(self.experiment)
        experiment = found.experiment_id if found else self._client.create_experiment(self.experiment)
        self._run = str(self._client.create_run(experiment, run_name=folder.name).info.run_id)
        given = [Param(name, value[:_LONGEST]) for name, value in about.items()]
        self._client.log_batch(self._run, params=given[:_MOST_PARAMETERS])
        return self._run

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Log all numbers of a step in one request."""
        from mlflow.entities import Metric

        now = int(time.time() * 1_000)
        self._client.log_batch(self._run, metrics=[Metric(name, value, now, step) for name, value in numbers.items()])

    def close(self, state: str, texts: Mapping[str, str]) -> None:
        """Set the texts as tags, and end the run."""
        for name, text in texts.items():
            self._client.set_tag(self._run, name, text)
        self._client.set_terminated(self._run, _STATES.get(state, "FINISHED"))

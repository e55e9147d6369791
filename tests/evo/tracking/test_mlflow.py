"""Catches: metrics that are not those of the log, or doubled where a run was gone on with; a second run in place of the
first; a failed search that looks finished. Read through MLflow's own client."""

from pathlib import Path
from typing import Any

import pytest

from evo.tracking.mark import read_mark
from evo.tracking.mlflow import MLflow
from tests.evo.tracking.trackers import logged, searched

pytest.importorskip("mlflow", reason="mlflow is not installed (extra: trackers)")
pytest.importorskip("sqlalchemy", reason="sqlalchemy, which mlflow keeps runs by, is not installed")


def test_two_processes_of_a_run_are_one_run(tmp_path: Path) -> None:
    from mlflow.tracking import MlflowClient

    uri = f"sqlite:///{tmp_path}/mlflow.db"
    searched(tmp_path / "run", 5, [MLflow(uri=uri)])
    run = searched(tmp_path / "run", 12, [MLflow(uri=uri)])
    client: Any = MlflowClient(uri)
    (found,) = client.search_runs([client.get_experiment_by_name("selfnas").experiment_id])
    assert found.info.run_id == read_mark(tmp_path / "run", MLflow(uri=uri).marked).run
    history = client.get_metric_history(found.info.run_id, "fitness")
    assert sorted((metric.step, metric.value) for metric in history) == logged(run)
    assert (found.info.status, found.info.run_name) == ("FINISHED", "run")
    assert found.data.params["strategy.population"] == "50"
    assert found.data.tags["best_candidate"] == run.best()[0].candidate

"""Catches: a search of something else that has something to say or to do for proxy tasks."""

from pathlib import Path

from evo.engine.evolution import Evolution
from evo.engine.plugins import build_plugins
from evo.proxy_search.panel_sequel import PanelSequel
from evo.records.config import Limits
from evo.records.resources import Resources
from tests.runs import log_outcomes, scored, toy_config


def test_any_other_search_is_left_alone(tmp_path: Path) -> None:
    run, config = log_outcomes(tmp_path, [scored(1.0)]), toy_config()
    sequel = PanelSequel()
    assert sequel.lines(run) == []
    sequel.run(Evolution(run, config, Limits(), build_plugins(config)), Resources(0, 0.0), [])
    assert [path.name for path in run.iterdir()] == ["evaluations"]

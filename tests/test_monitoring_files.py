"""Catches: a board that Grafana's schema of dashboards refuses, a panel that asks for a metric which no run has, or
that counts a run twice while a process takes it over from another; a scrape file that reads another folder than Ray's.

The schema is that of Grafana's classic dashboards, published as ``kinds/dashboard/dashboard_kind.cue``: the
fields that it demands, their types and ranges.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from evo.engine.metrics_holder import PREFIX
from evo.engine.ray_metrics import DESCRIPTIONS

CLUSTER = Path(__file__).parents[1] / "runs" / "cluster"
BOARD = CLUSTER / "grafana-selfnas.json"
METRIC = re.compile(rf"ray_{PREFIX}([a-z_]+)")

Natural = Annotated[int, Field(ge=0, lt=2**32, strict=True)]
Text = Annotated[str, Field(min_length=1, strict=True)]


class Part(BaseModel):
    """A part of a dashboard; fields that the schema does not know are refused where it is closed."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Source(Part):
    type: Text
    uid: Text


class GridPos(Part):
    h: Annotated[int, Field(gt=0)]
    w: Annotated[int, Field(gt=0, le=24)]
    x: Annotated[int, Field(ge=0, lt=24)]
    y: Natural


class FieldConfig(Part):
    unit: str
    custom: dict[str, Any]
    min: float | int | None = None


class FieldConfigSource(Part):
    defaults: FieldConfig
    overrides: list[Any]


class Target(Part):
    ref_id: Text
    datasource: Source
    expr: Text
    legend_format: Text
    editor_mode: Literal["code"]
    range: Literal[True]


class Panel(Part):
    id: Natural
    type: Literal["timeseries", "stat"]
    title: Text
    description: Text
    datasource: Source
    grid_pos: GridPos
    transparent: bool
    repeat_direction: Literal["h", "v"]
    transformations: list[Any]
    field_config: FieldConfigSource
    options: dict[str, Any]
    targets: Annotated[list[Target], Field(min_length=1)]


class Row(Part):
    id: Natural
    type: Literal["row"]
    title: Text
    collapsed: bool
    grid_pos: GridPos
    panels: list[Panel]


class Variable(Part):
    model_config = ConfigDict(extra="allow")
    type: Literal["query", "adhoc", "constant", "datasource", "interval", "textbox", "custom", "system"]
    name: Text
    hide: Literal[0, 1, 2]
    query: str | dict[str, Any]
    datasource: Source | None = None


class Variables(Part):
    list: list[Variable]


class Range(Part):
    begin: Text = Field(alias="from")
    to: Text


class Dashboard(Part):
    uid: Annotated[str, Field(min_length=1, max_length=40)]
    title: Text
    description: Text
    tags: list[str]
    style: Literal["light", "dark"]
    timezone: Text
    editable: bool
    graph_tooltip: Literal[0, 1, 2]
    time: Range
    refresh: Text
    schema_version: Annotated[int, Field(ge=36, lt=2**16)]
    version: Natural
    annotations: dict[Literal["list"], list[Any]]
    links: list[Any]
    templating: Variables
    panels: list[Panel | Row]


@pytest.fixture(scope="module")
def board() -> Dashboard:
    """The board, which is read as the schema says."""
    return Dashboard.model_validate_json(BOARD.read_text(encoding="utf-8"))


def panels(board: Dashboard) -> list[Panel]:
    rows = [panel for panel in board.panels if isinstance(panel, Row)]
    return [
        *(panel for panel in board.panels if isinstance(panel, Panel)),
        *(inner for row in rows for inner in row.panels),
    ]


def test_the_board_has_a_source_and_runs_to_choose_from(board: Dashboard) -> None:
    source, run = board.templating.list
    assert (source.type, source.name, source.query) == ("datasource", "datasource", "prometheus")
    assert (run.type, run.name) == ("query", "run")
    assert "label_values(ray_selfnas_evaluations_wanted, run)" in json.dumps(run.query)
    used = {panel.datasource.uid for panel in panels(board)} | {run.datasource.uid if run.datasource else ""}
    assert used == {"${datasource}"}


def test_panels_have_numbers_of_their_own_and_do_not_cover_each_other(board: Dashboard) -> None:
    numbers = [panel.id for panel in (*panels(board), *(row for row in board.panels if isinstance(row, Row)))]
    assert len(set(numbers)) == len(numbers)
    cells = [
        (x, y)
        for panel in panels(board)
        for x in range(panel.grid_pos.x, panel.grid_pos.x + panel.grid_pos.w)
        for y in range(panel.grid_pos.y, panel.grid_pos.y + panel.grid_pos.h)
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_metric_is_on_the_board_and_every_query_asks_for_one(board: Dashboard) -> None:
    asked = [METRIC.findall(target.expr) for panel in panels(board) for target in panel.targets]
    assert all(asked)
    assert {name for names in asked for name in names} == set(DESCRIPTIONS)


def test_every_query_is_of_the_runs_that_are_chosen_and_counts_none_twice(board: Dashboard) -> None:
    for target in (target for panel in panels(board) for target in panel.targets):
        found = re.findall(r'max by \(run(?:, \w+)?\) \(ray_selfnas_\w+\{run=~"\$run"\}\)', target.expr)
        assert len(found) == len(METRIC.findall(target.expr)), target.expr
        assert target.legend_format.startswith("{{run}}")


def test_supernets_have_a_row_that_is_folded_as_other_searches_have_none(board: Dashboard) -> None:
    (row,) = (panel for panel in board.panels if isinstance(panel, Row))
    assert row.collapsed
    in_row = {name for panel in row.panels for target in panel.targets for name in METRIC.findall(target.expr)}
    assert in_row == {name for name in DESCRIPTIONS if name.startswith("supernet_")}


def test_prometheus_reads_the_file_that_ray_writes() -> None:
    config = yaml.safe_load((CLUSTER / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = config["scrape_configs"]
    assert job["file_sd_configs"][0]["files"] == ["/tmp/ray/prom_metrics_service_discovery.json"]
    assert config["global"]["scrape_interval"] == "5s"


def test_what_is_started_by_one_command_mounts_these_files_and_listens_on_loopback_alone() -> None:
    compose = yaml.safe_load((CLUSTER / "monitoring.yaml").read_text(encoding="utf-8"))
    prometheus, grafana = compose["services"]["prometheus"], compose["services"]["grafana"]
    scraped, rays = prometheus["volumes"]
    mounted = [volume.partition(":")[0] for volume in (scraped, *grafana["volumes"])]
    assert mounted == ["./prometheus.yml", "./grafana-selfnas.json"]
    assert rays["source"] == "${RAY_FOLDER:-/tmp/ray}"
    assert rays["target"] == rays["source"]  # what is linked to by its whole path is found there
    assert (rays["read_only"], rays["bind"]) == (True, {"create_host_path": False})
    assert "--web.listen-address=127.0.0.1:9090" in prometheus["command"]
    assert grafana["environment"]["GF_SERVER_HTTP_ADDR"] == "127.0.0.1"
    sources = yaml.safe_load(compose["configs"]["datasources"]["content"])["datasources"]
    assert [(one["type"], one["url"]) for one in sources] == [("prometheus", "http://127.0.0.1:9090")]
    (provider,) = yaml.safe_load(compose["configs"]["dashboards"]["content"])["providers"]
    (target,) = (volume.split(":")[1] for volume in grafana["volumes"])
    assert target.startswith(provider["options"]["path"])

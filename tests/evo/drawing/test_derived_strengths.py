"""Catches: the strength of another edge, operation or seed, one that ignores the parameters of edges, a drawing that
fails for a damaged supernet."""

from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import pytest
import torch

import evo
from evo.drawing.derived_strengths import strengths_in_run
from evo.records.config import Choice, Limits, SearchConfig
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress
from evo.storage.run_folder import RunFolder, read_config
from spaces import SPACES, Strengths
from tasks import UsageError
from tests.evo.retraining.small_runs import gradient_config
from tests.spaces.drawing.geometry import check_page

_FIRST = "sep_conv_3x3~0,skip_connect~1/sep_conv_3x3~0,sep_conv_3x3~2"
NODES = f"{_FIRST}/sep_conv_3x3~0,sep_conv_3x3~1/sep_conv_3x3~0,skip_connect~4"
TEXT = f"normal={NODES}:reduction={NODES}"
OTHER = TEXT.replace("skip_connect~1", "sep_conv_3x3~1")
EDGES = [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4), (3, 4), (0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]
KEPT = {(0, 2), (1, 2), (0, 3), (2, 3), (0, 4), (1, 4), (0, 5), (4, 5)}
SKIP, SEP = 3, 4  # of none, two poolings, skip, sep_conv_3x3, ...: the order of DARTS


def alphas(**values: dict[tuple[int, int], list[float]]) -> dict[str, torch.Tensor]:
    """Return the parameters of both cells, zero but for some edges'."""
    found = {f"supernet.operation_alphas.{cell}": torch.zeros(14, 8) for cell in ("normal", "reduction")}
    for cell, rows in values.items():
        for edge, row in rows.items():
            found[f"supernet.operation_alphas.{cell}"][EDGES.index(edge)] = torch.tensor(row)
    return found


def write(path: Path, config: SearchConfig, **seeds: tuple[str, dict[str, torch.Tensor]]) -> Path:
    """Write a run with a supernet per seed: what it derived, and its parameters."""
    with RunFolder(path) as folder:
        folder.claim(config, Limits(evaluations=len(seeds)))
    for seed, (derived, tensors) in seeds.items():
        checkpoint.write(path, int(seed.removeprefix("seed")), checkpoint.pack(tensors, Progress(1, derived=derived)))
    return path


def strengths(run: Path, text: str) -> Strengths | None:
    config = read_config(run)
    space: Any = SPACES.build(config.space.name, config.space.options)
    return strengths_in_run(run, config, space, text)


def only(number: int, value: float) -> list[float]:
    return [value if place == number else 0.0 for place in range(8)]


def test_an_edge_is_as_strong_as_its_operation_is_among_all(tmp_path: Path) -> None:
    tensors = alphas(normal={(1, 2): only(SKIP, 2.0), (4, 5): only(SEP, 3.0)}, reduction={(0, 5): only(SEP, 1.0)})
    found = strengths(write(tmp_path / "run", gradient_config(), seed0=(TEXT, tensors)), TEXT)
    assert found is not None
    assert {cell: set(edges) for cell, edges in found.items()} == {"normal": KEPT, "reduction": KEPT}
    assert found["normal"][1, 2] == pytest.approx(exp(2) / (exp(2) + 7))
    assert found["normal"][4, 5] == pytest.approx(1 / (exp(3) + 7))  # a skip, beside a strong convolution
    assert found["reduction"][0, 5] == pytest.approx(exp(1) / (exp(1) + 7))
    assert found["reduction"][1, 2] == pytest.approx(1 / 8)


def test_each_seed_has_its_own_and_other_candidates_none(tmp_path: Path) -> None:
    weak, strong = (alphas(normal={(0, 2): only(SEP, value)}) for value in (1.0, 4.0))
    run = write(tmp_path / "run", gradient_config(), seed0=(TEXT, weak), seed1=(OTHER, strong))
    first, second = strengths(run, TEXT), strengths(run, OTHER)
    assert first is not None
    assert second is not None
    assert first["normal"][0, 2] < 0.3 < 0.8 < second["normal"][0, 2]
    assert strengths(run, TEXT.replace("skip_connect~4", "skip_connect~3")) is None


def test_a_share_of_the_edge_counts_where_edges_have_parameters(tmp_path: Path) -> None:
    edges = {f"supernet.edge_alphas.{cell}": torch.zeros(14) for cell in ("normal", "reduction")}
    edges["supernet.edge_alphas.normal"][EDGES.index((2, 3))] = 1.0
    config = gradient_config("pc_darts", portion="2")
    found = strengths(write(tmp_path / "run", config, seed0=(TEXT, {**alphas(), **edges})), TEXT)
    assert found is not None
    assert found["normal"][2, 3] == pytest.approx(exp(1) / (exp(1) + 2) / 8)
    assert found["normal"][0, 3] == pytest.approx(1 / (exp(1) + 2) / 8)
    assert found["reduction"][4, 5] == pytest.approx(1 / 5 / 8)


def test_the_one_cell_of_nasbench201_has_them_on_all_edges(tmp_path: Path) -> None:
    text = "|none~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|avg_pool_3x3~1|nor_conv_3x3~2|"
    tensors = {"supernet.operation_alphas.cell": torch.zeros(6, 5)}
    found = strengths(write(tmp_path / "run", gradient_config(space="nasbench201"), seed0=(text, tensors)), text)
    assert found == {"cell": dict.fromkeys([(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)], pytest.approx(0.2))}


def test_the_diagram_of_a_run_shows_them(tmp_path: Path) -> None:
    tensors = alphas(normal={(1, 2): only(SKIP, 2.0)})
    run = evo.load(write(tmp_path / "run", gradient_config(), seed0=(TEXT, tensors)))
    said = check_page(run.draw(TEXT).svg).said()
    assert "skip  0.51" in said
    assert said.count("sep conv 3x3  0.12") == 12
    assert "skip" in check_page(run.draw(TEXT, strengths={}).svg).said()
    assert "skip" in check_page(run.draw(OTHER).svg).said()


def test_a_supernet_that_does_not_fit_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    small = {name: value[:, :3] for name, value in alphas().items()}
    for place, tensors in enumerate((small, {"other": torch.zeros(1)})):
        run = write(tmp_path / str(place), gradient_config(), seed0=(TEXT, tensors))
        with pytest.raises(UsageError, match="the supernet of seed 0 is another one"):
            strengths(run, TEXT)
        caplog.clear()
        assert "skip" in check_page(evo.load(run).draw(TEXT).svg).said()
        assert "how strong edges are is left out" in caplog.text


@pytest.mark.parametrize(
    ("strategy", "memory"), [("random_search", {}), ("p_darts", [1]), ("p_darts", {"stage": "x"}), ("p_darts", "x")]
)
def test_a_file_of_another_strategy_or_with_anything_in_it_is_told(tmp_path: Path, strategy: str, memory: Any) -> None:
    run = write(tmp_path, replace(gradient_config(), strategy=Choice(strategy)), seed0=(TEXT, alphas()))
    checkpoint.write(run, 0, checkpoint.pack(alphas(), Progress(1, derived=TEXT, memory=memory)))
    with pytest.raises(UsageError, match="the supernet of seed 0 is another one"):
        strengths(run, TEXT)


def test_a_strategy_that_only_the_folder_names_is_not_imported(tmp_path: Path) -> None:
    config = gradient_config()
    named = Choice("os:system")
    run = write(tmp_path / "run", replace(config, strategy=named), seed0=(TEXT, alphas()))
    with pytest.raises(UsageError, match="strategy 'os:system' is neither built in nor installed"):
        strengths(run, TEXT)
    assert "skip" in check_page(evo.load(run).draw(TEXT).svg).said()

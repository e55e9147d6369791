"""Catches: a candidate drawn as another's, a space that is made without its options, an import of what only a folder
names, a refusal where the text could be shown, bad input that is more than a line."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo.drawing.drawing import draw_in_run, space_named
from evo.records.config import Choice
from spaces.drawing.drawing import NO_DIAGRAM
from spaces.nasbench201.space import NasBench201
from tasks import UsageError
from tests.drawn_bits import TITLE, DrawnBits
from tests.evo.test_runs import claimed, never
from tests.runs import toy_config
from tests.spaces.drawing.geometry import check_page, page_of
from tests.toy import BitStrings

CELL = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"
SMALL = "nasbench201(cells_per_stage=2)"


def test_texts_candidates_and_records_are_drawn_alike() -> None:
    space = NasBench201(cells_per_stage=2)
    cell = space.decode(CELL)
    figures = [evo.draw(CELL, space=SMALL), evo.draw(cell, space=space), evo.draw(candidate=cell, space=SMALL)]
    record = evo.score(CELL, space=SMALL, fitness="params")
    assert len({figure.svg for figure in (*figures, evo.draw(record, space=SMALL))}) == 1
    said = check_page(figures[0].svg).said()
    assert {"conv 3x3", "avg pool 3x3", "skip", "none", "2 x cell"} <= set(said)


def test_a_published_name_is_a_candidate_too(tmp_path: Path) -> None:
    figure = evo.draw("DARTS_V2", space="darts")
    assert "sep conv 3x3" in check_page(figure.svg).said()
    config = replace(toy_config(), space=Choice("darts", {}))
    assert draw_in_run(tmp_path, config, "DARTS_V2").figure.svg == figure.svg
    assert draw_in_run(tmp_path, config, "DARTS_V2").text.startswith("normal=")


def test_a_class_and_a_module_are_spaces_too() -> None:
    for space in (DrawnBits, DrawnBits(), "tests.drawn_bits:DrawnBits"):
        assert page_of(evo.draw("0000000001", space=space).svg).said().count("bit 1") == 1
    assert page_of(evo.draw("01", space="tests.drawn_bits:DrawnBits(length=2)").svg).said().count("bit 0") == 1


def test_strengths_are_handed_on() -> None:
    figure = evo.draw(CELL, space=SMALL, strengths={"cell": {(0, 1): 0.5}})
    assert "conv 3x3  0.50" in page_of(figure.svg).said()


@pytest.mark.parametrize(
    ("candidate", "space", "complaint"),
    [
        (CELL, "nasbench21", "unknown space 'nasbench21'; did you mean 'nasbench201'"),
        (CELL, "nasbench201(cells=2)", "unknown option of space 'nasbench201': 'cells'"),
        ("<script>", SMALL, "candidate '<script>': .*1 nodes instead of 3"),
        (3, SMALL, "candidate '3': "),
        ("x" * 3_000, SMALL, "candidate 'xx"),
    ],
)
def test_bad_input_is_one_line(candidate: object, space: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        evo.draw(candidate, space=space)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 800


def test_a_space_has_the_options_of_its_text() -> None:
    space: Any = space_named("nasbench201(cells_per_stage=3)")
    cell = space.sample(np.random.default_rng(0))
    assert "3 x cell" in page_of(evo.draw(cell, space=space).svg).said()


def test_of_a_run_the_space_is_made_where_it_is_built_in(tmp_path: Path) -> None:
    config = replace(toy_config(), space=Choice("nasbench201", {"cells_per_stage": 2}))
    figure, reason, _ = draw_in_run(tmp_path, config, CELL)
    assert not reason
    assert "2 x cell" in page_of(figure.svg).said()


def test_of_a_foreign_space_the_text_is_shown_unless_the_caller_names_or_trusts_it(tmp_path: Path) -> None:
    config = toy_config()  # tests.toy:BitStrings, which says nothing of how its candidates look
    figure, reason, _ = draw_in_run(tmp_path, config, "0101010101")
    assert "space 'tests.toy:BitStrings' is neither built in nor installed" in reason
    said = page_of(figure.svg).said()
    assert "0101010101" in said
    assert "neither built in nor installed" in " ".join(said)
    trusted: dict[str, Any]
    for trusted in ({"space": "tests.toy:BitStrings"}, {"trust": True}, {"objects": {"space": BitStrings()}}):
        figure, reason, _ = draw_in_run(tmp_path, config, "0101010101", **trusted)
        assert not reason
        assert NO_DIAGRAM in " ".join(page_of(figure.svg).said())


def test_another_space_than_the_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"space=nasbench201.* the run has tests.toy:BitStrings"):
        draw_in_run(tmp_path, toy_config(), "0101010101", space="nasbench201")


def test_of_a_space_that_is_gone_the_text_is_shown(tmp_path: Path) -> None:
    config = replace(toy_config(), space=Choice("no_such_space", {}))
    figure, reason, _ = draw_in_run(tmp_path, config, "<script>0")
    assert "no_such_space" in reason
    assert "<script>0" in page_of(figure.svg).said()


def test_a_run_draws_its_best_and_what_it_is_told(tmp_path: Path) -> None:
    run = evo.search(
        space=DrawnBits(), fitness="tests.toy:CountOnes", data="noise", evaluations=6, workers=0, run_dir=tmp_path / "r"
    )
    best = run.best()[0].candidate
    said = page_of(run.draw().svg).said()
    assert said.count("bit 1") == best.count("1")
    assert TITLE in said
    assert run.draw(run.best()[0]).svg == run.draw(best).svg == run.draw().svg
    assert page_of(run.draw("0" * 10).svg).said().count("bit 0") == 10
    assert run.draw()._repr_svg_() == run.draw().svg
    elsewhere = evo.load(run.path)
    assert best in page_of(elsewhere.draw().svg).said()
    assert elsewhere.draw(space=DrawnBits).svg == run.draw().svg
    for wrong in (3, "01"):
        with pytest.raises(UsageError, match=r"candidate|draw"):
            run.draw(wrong)  # type: ignore[arg-type]


def test_a_run_without_a_score_has_nothing_to_draw(tmp_path: Path) -> None:
    run = evo.Run(claimed(tmp_path, []), again=never)
    with pytest.raises(UsageError, match="no trial has a score yet"):
        run.draw()

"""Catches: a diagram in another place than is said, a file that is replaced unasked, a link that is written through."""

from pathlib import Path

import pytest

from evo.drawing.files import write_drawing
from evo.drawing.request import DrawRequest
from evo.storage.candidate_folder import text_digest
from tasks import UsageError
from tests.evo.test_runs import claimed
from tests.runs import scored
from tests.spaces.drawing.geometry import page_of

CELL = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return claimed(tmp_path / "run", [scored(1.0), scored(2.0)])


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def text_in(path: Path) -> str:
    return " ".join(page_of(path.read_text()).said())


def test_the_best_and_others_are_drawn_into_the_runs_folder(run: Path) -> None:
    assert write_drawing(DrawRequest(run=run)) == run / "best" / "diagram.svg"
    assert "0000000001" in text_in(run / "best" / "diagram.svg")
    other = write_drawing(DrawRequest(run=run, candidate="0000000111"))
    assert other == run / "exports" / text_digest("0000000111") / "diagram.svg"
    assert "0000000111" in text_in(other)
    assert write_drawing(DrawRequest(run=run, candidate="0000000001")) == run / "best" / "diagram.svg"


def test_a_folder_that_cannot_be_made_is_told_in_a_line(run: Path) -> None:
    (run / "best").write_text("")
    with pytest.raises(UsageError, match=r"best/diagram\.svg: cannot be written \(File exists\); name another file by"):
        write_drawing(DrawRequest(run=run))
    assert (run / "best").read_text() == ""


def test_the_text_alone_is_told_of(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    write_drawing(DrawRequest(run=run))
    assert "text alone is shown: " in caplog.text
    assert "space 'tests.toy:BitStrings' is neither built in" in caplog.text
    caplog.clear()
    write_drawing(DrawRequest(run=run, space="tests.toy:BitStrings"))
    assert not caplog.text


def test_without_a_run_a_file_of_this_folder_is_named_by_what_is_drawn() -> None:
    small, large = (f"nasbench201(cells_per_stage={count})" for count in (1, 2))
    paths = [write_drawing(DrawRequest(space=space, candidate=CELL)) for space in (small, large, small)]
    assert [path.name.rpartition("-")[0] for path in paths] == ["nasbench201"] * 3
    assert paths[0] == paths[2] != paths[1]
    assert sorted(Path.cwd().glob("*.svg")) == sorted(path.absolute() for path in set(paths))
    assert write_drawing(DrawRequest(space="tests.toy:BitStrings", candidate="0" * 10)).name.startswith("tests-toy-Bit")


def test_a_named_file_is_replaced_only_when_asked(run: Path) -> None:
    out = Path("cell.svg")
    for asked in ({"space": "nasbench201", "candidate": CELL}, {"run": run}):
        out.write_text("mine")
        with pytest.raises(UsageError, match=r"cell.svg: exists already; --force"):
            write_drawing(DrawRequest(**asked, out=out))  # type: ignore[arg-type]
        assert out.read_text() == "mine"
        assert write_drawing(DrawRequest(**asked, out=out, force=True)) == out  # type: ignore[arg-type]
        assert out.read_text().startswith("<svg")
    with pytest.raises(UsageError, match=r"cell.bmp: name a file that ends in .svg"):
        write_drawing(DrawRequest(space="nasbench201", candidate=CELL, out=Path("cell.bmp")))


def test_it_is_never_written_through_a_link(run: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (run / "best").symlink_to(tmp_path / "theirs")
    with pytest.raises(UsageError, match="best is a link"):
        write_drawing(DrawRequest(run=run))
    assert not list((tmp_path / "theirs").iterdir())


def test_a_run_without_a_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no trial has a score yet; name a candidate"):
        write_drawing(DrawRequest(run=claimed(tmp_path / "empty", [])))
    assert not list(tmp_path.glob("*.svg"))

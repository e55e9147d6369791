"""Catches: labels from another column than asked for or of the wrong sign, a space that is forgotten, a file that is no
panel and is not refused in one line."""

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from scipy.stats import spearmanr

from spaces import SPACES, candidate_key
from spaces.tables.panel_file import SPACE_OPTIONS, locate_panel, read_panel, settle_panel
from spaces.tables.table import CandidateTable
from tasks.foundation.errors import UsageError

MEMBERS = [("a", 3.0), ("b", 1.0), ("c", 2.0), ("d", 5.0), ("e", 4.0)]


def write_csv(path: Path, head: str, rows: list[str]) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "p.csv", "candidate,value", [f"{text},{label}" for text, label in MEMBERS])


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    rows = [f"{text},{-label},{label},{10 * label}" for text, label in MEMBERS]
    return write_csv(tmp_path / "wide.csv", "arch,loss,value,params", rows)


def test_a_users_own_file_of_two_columns_is_a_panel_without_a_space(csv: Path) -> None:
    panel, info = read_panel(str(csv))
    assert (panel.name, info.space) == (str(csv), "")
    assert panel.texts == ("a", "b", "c", "d", "e")
    assert panel.labels == (3.0, 1.0, 2.0, 5.0, 4.0)


def test_the_space_of_a_benchmarks_table_is_known(tmp_path: Path) -> None:
    texts, labels = zip(*MEMBERS, strict=True)
    table = pa.table({"candidate": texts, "accuracy": labels}).replace_schema_metadata({"space": "nasbench201"})
    parquet.write_table(table, tmp_path / "p.parquet")
    panel, info = read_panel(str(tmp_path / "p.parquet"))
    assert (panel.labels, info.space) == (labels, "nasbench201")


def test_of_several_columns_the_one_asked_for_is_taken_and_value_where_none_is(wide: Path) -> None:
    assert read_panel(str(wide))[0].labels == (3.0, 1.0, 2.0, 5.0, 4.0)
    assert read_panel(str(wide), metric="params")[0].labels[0] == 30.0
    assert read_panel(str(wide), metric="loss", lower_is_better=True)[0].labels == (3.0, 1.0, 2.0, 5.0, 4.0)


def test_labels_that_are_lower_better_are_turned_round(csv: Path) -> None:
    assert read_panel(csv, lower_is_better=True)[0].labels == (-3.0, -1.0, -2.0, -5.0, -4.0)


@pytest.mark.parametrize(
    ("head", "rows", "metric", "words"),
    [
        (
            "candidate,loss,params",
            ["a,1,2", "b,2,1"],
            "",
            "columns loss, params: name one by --set fitness.metric=NAME",
        ),
        ("candidate,value", ["a,1", "b,2", "c,3", "d,4", "d,5"], "", "candidate 'd' is in more than one row"),
        ("candidate,value", ["a,1", "b,2", "c,3", "d,4"], "", "4 members; at least 5"),
        ("candidate,value", ["a,1", "b,1", "c,1", "d,1", "e,1"], "", "all labels are 1"),
        ("candidate,value", ["a,1", "b,2", "c,3", "d,", "e,5"], "", "the label of 'd' is nan"),
        ("candidate,value", ["a,1", "b,2", "c,3", "d,inf", "e,5"], "", "the label of 'd' is inf"),
        ("candidate,value", ["a,1", "b,2"], "valeu", "unknown column 'valeu'; did you mean 'value'"),
        ("name,value", ["a,1"] * 5, "", "no column 'candidate' or 'arch'"),
        ("candidate,value", ["a,x", "b,y"], "", "no column of numbers"),
    ],
)
def test_what_is_no_panel_is_refused_in_one_line(
    tmp_path: Path, head: str, rows: list[str], metric: str, words: str
) -> None:
    path = write_csv(tmp_path / "p.csv", head, rows)
    with pytest.raises(UsageError, match=words) as refused:
        read_panel(str(path), metric=metric)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)


def test_trainings_that_broke_off_are_no_members(tmp_path: Path) -> None:
    rows = [f"{text},{label},{int(text != 'c')}" for text, label in [*MEMBERS, ("f", 6.0)]]
    panel, _ = read_panel(str(write_csv(tmp_path / "p.csv", "candidate,value,status_ok", rows)))
    assert (panel.texts, panel.labels) == (("a", "b", "d", "e", "f"), (3.0, 1.0, 5.0, 4.0, 6.0))


def test_a_panel_is_found_from_anywhere_by_its_name_or_its_file(
    csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settle_panel(csv.name) == str(csv)
    assert settle_panel("digits") == "digits"
    with pytest.raises(UsageError, match="unknown panel 'digit'; did you mean 'digits'"):
        settle_panel("digit")
    with pytest.raises(UsageError, match="cannot be looked at"):
        settle_panel("x" * 300)


def test_the_shipped_panel_is_what_it_says_of_itself() -> None:
    panel, info = read_panel("digits")
    assert (len(panel), info.space, info.details[SPACE_OPTIONS]["cells_per_stage"]) == (60, "nasbench201", 1)
    space = SPACES.build(info.space, info.details[SPACE_OPTIONS])
    assert len({candidate_key(space, space.decode(text)) for text in panel.texts}) == 60
    table = CandidateTable(locate_panel("digits"))
    seeds = [table.column(f"value_seed_{seed}") for seed in info.details["seeds"]]
    np.testing.assert_allclose(panel.labels, np.mean(seeds, axis=0))
    agreement = np.mean([spearmanr(one, other).statistic for one, other in itertools.combinations(seeds, 2)])
    assert info.details["rank_agreement_of_two_seeds"][0] == pytest.approx(agreement)
    assert agreement >= 0.8

"""Catches: pages of a correlation that do not say how alike the members of a consensus rank, also where nothing is left
to score, and a correlation that fails because a reference is gone."""

import shutil
from pathlib import Path

from evo.correlation.correlation import Correlation, correlate
from evo.correlation.result_files import MARKDOWN, PAGE
from evo.storage.run_folder import REFERENCE
from tests.evo.correlation.test_seen_labels import SPACE, written

CONSENSUS = "consensus(synflow,num_layers,reference_size=8)"


def correlated(tmp_path: Path) -> Correlation:
    return correlate(
        space=SPACE,
        data="noise",
        fitness=f"num_layers,{CONSENSUS}",
        table=written(tmp_path / "t.csv", 0, 6),
        metric="value",
        sample=6,
        workers=0,
        run_dir=tmp_path / "run",
    )


def test_pages_show_how_alike_members_rank_whenever_they_are_written(tmp_path: Path) -> None:
    for _ in ("scored", "read"):
        (said,) = correlated(tmp_path).results[0].references.items()
        assert said[0] == CONSENSUS
        matrix = said[1][said[1].index("rank correlations (Spearman's rho) on the reference:") + 1 :]
        assert matrix[0].split() == ["[1]", "[2]", "params", "macs"]
        assert [line.split()[0] for line in matrix[1:]] == ["[1]", "[2]", "params", "macs"]
        for name in (MARKDOWN, PAGE):
            page = tmp_path / "run" / name
            assert "\n".join(matrix) in page.read_text()
            page.unlink()


def test_a_reference_that_is_gone_is_told(tmp_path: Path) -> None:
    correlated(tmp_path)
    (folder,) = (tmp_path / "run").glob("01-*")
    shutil.rmtree(folder / REFERENCE)
    (line,) = correlated(tmp_path).results[0].references[CONSENSUS]
    assert line.startswith("nothing can be said of its reference: ")

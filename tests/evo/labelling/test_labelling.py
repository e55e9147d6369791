"""A whole labelling of tiny networks, really trained on digits. Catches: labels that an interruption or more
architectures change or cost again, a seed that does not reach its training, architectures without a label in a panel, a
bad panel that is written, and a wrong exit code.

It is trained in this process; that a series runs on Ray is shown by the tests of correlations.
"""

from pathlib import Path

import numpy as np
import pytest

from evo.commands.label import main
from evo.engine.evaluator import score_alone
from evo.labelling.labelling import _architectures, label
from evo.scoring import scoring
from evo.storage.run_folder import read_config
from evo.storage.run_log import read_table
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tests.runs import interrupt_after, without_ray
from tests.tiny import TinyNetworks
from tests.toy import Bits, BitStrings

TINY = ["--epochs", "1", "--pictures", "8", "--batch", "4", "--set", "fitness.held_out=8"]
ANY = ["--least-agreement", "-1"]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A labelling of tiny networks by tiny trainings, into a folder and a file that are not there."""
    without_ray(monkeypatch)
    where = ["--run-dir", str(tmp_path / "run"), "--out", str(tmp_path / "p.parquet"), "--quiet", "--workers", "1"]
    return ["--space", "tests.tiny:FragileNetworks", "--data", "digits", *TINY, *where]


def logged(run: Path, seed: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = read_table(run / f"seed-{seed}", ["trial_id", "fitness", "started_at"]).to_pylist()
    return found


def test_trained_interrupted_taken_up_extended_and_judged(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, panel = tmp_path / "run", tmp_path / "p.parquet"
    with monkeypatch.context() as patched:
        interrupt_after(3, patched)
        assert main([*asked, "--count", "5", "--seeds", "2", *ANY]) == INTERRUPTED
    words = f"interrupted after 3 of 5 scores of seed 0; the same command with --run-dir {run} goes on"
    assert words in capsys.readouterr().out
    assert not panel.exists()
    kept = logged(run, 0)
    assert len(kept) == 3

    asked += ["--seeds", "2"]
    assert main([*asked, "--count", "9", *ANY]) == DONE  # nine are all, and one cannot be built
    assert logged(run, 0)[:3] == kept
    shown = capsys.readouterr().out
    assert "seed 1: validation accuracy " in shown
    assert "1 of 9 architectures have no label and are left out, e.g. RuntimeError: nine are too many" in shown
    assert "rank agreement of two seeds: " in shown
    assert f"{panel}: 8 labelled architectures\n" in shown
    table = CandidateTable(panel)
    texts = table.candidates()
    assert sorted(texts) == list("12345678")
    for seed in range(2):
        config = read_config(run / f"seed-{seed}")
        assert config.seed == seed
        alone = [score_alone(config, text) for text in texts]
        assert table.column(f"value_seed_{seed}").tolist() == [outcome.fitness for outcome in alone]
    np.testing.assert_allclose(
        table.column("value"), np.mean([table.column(f"value_seed_{seed}") for seed in range(2)], axis=0)
    )
    assert np.isfinite(table.column("params")).all()
    assert table.info.space == "tests.tiny:FragileNetworks"
    assert (table.info.details["training"]["epochs"], table.info.details["without_label"]) == (1, 1)

    panel.unlink()
    monkeypatch.setattr(scoring, "opened", None)  # nothing is left to train: no cluster is asked for
    assert main([*asked, "--least-agreement", "1"]) == FAILED  # as many architectures as were last asked for
    (line,) = (line for line in capsys.readouterr().err.splitlines() if line.startswith("no panel: two seeds "))
    assert line.endswith(f"every label is kept in {run}: the same command goes on from there")
    assert not panel.exists()
    assert main([*asked, *ANY]) == DONE
    assert CandidateTable(panel).column("value").tolist() == table.column("value").tolist()
    asked[asked.index(str(panel))] = str(tmp_path / "p.csv")
    assert main([*asked, *ANY]) == DONE
    assert "CSV keeps no metadata" in capsys.readouterr().out
    assert CandidateTable(tmp_path / "p.csv").column("value").tolist() == table.column("value").tolist()
    for change, words in (
        (["--count", "5"], "has 9 already"),
        (["--epochs", "2"], "another labelling (training "),
    ):
        capsys.readouterr()
        assert main([*asked, *change, "--force"]) == USAGE
        assert words in capsys.readouterr().err


def test_from_python_with_objects_in_this_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = label(
        space=TinyNetworks(),
        data="digits",
        out=str(tmp_path / "p.parquet"),
        run_dir=tmp_path / "run",
        options={"fitness": {"held_out": 8}},
        count=5,
        seeds=2,
        epochs=1,
        pictures=8,
        batch=4,
        least_agreement=1.0,
        workers=0,
    )
    assert (found.panel, found.path) == (None, tmp_path / "run")
    assert "two seeds agree" in str(found.shortcoming)
    assert found.table().column_names[:2] == ["candidate", "value"]
    assert found.table().num_rows == int(found.labels.whole.sum())
    assert "no panel: " in str(found)
    assert "<table>" in found._repr_html_()
    assert capsys.readouterr().out == ""


class Prepared(BitStrings):
    """Bit strings that cannot be sampled before the space was prepared."""

    folder: Path | None = None

    def prepare(self, folder: Path) -> None:
        assert folder.is_dir()
        self.folder = folder

    def sample(self, rng: np.random.Generator) -> Bits:
        assert self.folder is not None
        return super().sample(rng)


def test_a_space_is_prepared_before_it_samples_and_leaves_nothing_behind() -> None:
    space = Prepared()
    texts = _architectures(space, [], 6, seed=0)
    assert len(set(texts)) == 6
    assert space.folder is not None
    assert not space.folder.exists()
    assert _architectures(Prepared(), texts, 6, seed=0) == texts  # what the folder knows needs no sampling
    assert _architectures(space, texts[:4], 6, seed=0) == texts

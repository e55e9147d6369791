"""What a command says where a place fails it. Catches: a run that is said to be there and is not, finished trials that
are not on disk, a folder that was taken away and is made again, an exit code that means something else."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pytest

from evo.commands.run import main
from evo.engine import winner
from evo.engine.search import Search
from evo.records.failures import LostClusterError
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage import run_folder
from evo.storage.locked_folder import LOCK
from evo.storage.run_folder import BEST, CONFIG
from tests.runs import rows

HERE = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--data", "noise", "--workers", "0"]

Struck = Callable[[Path], None]
"""What befalls a run's folder once some trials are logged; raises what ends the search."""


@dataclass
class Searched:
    """Searches until it is struck, and keeps what was said."""

    run_dir: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    output: str = ""

    def until(self, strike: Struck, *, finished: int = 2) -> str:
        """Return the one line of the error that ended the search after some finished trials."""

        def run(search: Search) -> str:
            for number in range(finished):
                text, outcome = f"{number:010b}", Outcome(Status.COMPLETED, fitness=float(number))
                search._parts.log.append(Finished(Trial(number, None, (number,), text, text, number), outcome))
            search._parts.log.flush()
            strike(self.run_dir)
            return "finished"

        with self.monkeypatch.context() as patched:
            patched.setattr(Search, "run", run)
            assert main([*HERE, "--quiet", "--run-dir", str(self.run_dir)]) == 1
        self.output, errors = self.capsys.readouterr()
        assert errors.count("\n") == 1
        return errors.removeprefix("evo.run: error: ").rstrip("\n")


@pytest.fixture
def searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Searched:
    """A search in a folder that is not there yet."""
    return Searched(tmp_path / "run", monkeypatch, capsys)


def fail(error: Exception) -> Struck:
    def strike(run_dir: Path) -> None:
        raise error

    return strike


@pytest.mark.parametrize(("finished", "holds"), [(2, "2 finished trials"), (0, "no finished trial yet")])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (ConnectionError("Client is shutting down.\nat length"), "Client is shutting down."),
        (LostClusterError("the head has not answered"), "the head has not answered"),
    ],
)
def test_a_fault_is_told_with_what_the_folder_holds(
    searched: Searched, error: Exception, said: str, finished: int, holds: str
) -> None:
    line = searched.until(fail(error), finished=finished)
    assert line == f"{said}; {searched.run_dir} holds {holds}: --resume takes it up again"
    assert len(rows(searched.run_dir)) == finished
    assert "failed after" in searched.output


def test_a_folder_that_another_machine_has_taken_over_is_written_to_no_more(searched: Searched) -> None:
    before: dict[Path, float] = {}

    def strike(run_dir: Path) -> None:
        (run_dir / LOCK).write_text("17 elsewhere boot-of-theirs")
        before.update((path, path.stat().st_mtime_ns) for path in run_dir.rglob("*"))

    said = "process 17 of machine elsewhere has taken {0} over, as this one had been silent; nothing more is written"
    line = searched.until(strike)
    assert line == f"{said}; {{0}} holds 2 finished trials: --resume takes it up again".format(searched.run_dir)
    assert {path: path.stat().st_mtime_ns for path in searched.run_dir.rglob("*")} == before


@pytest.mark.parametrize("after", [fail(OSError(28, "No space left")), lambda run_dir: None])
def test_a_folder_that_is_taken_away_stays_away_and_nothing_is_said_to_be_there(
    searched: Searched, after: Struck
) -> None:
    def strike(run_dir: Path) -> None:
        rmtree(run_dir)
        after(run_dir)

    line = searched.until(strike)
    assert line.endswith(f"; {searched.run_dir} is gone, and what was finished with it: the same command begins anew")
    assert not searched.run_dir.exists()
    assert "next:" not in searched.output
    assert "finished" not in searched.output


def test_a_log_that_is_taken_away_is_not_said_to_be_there(searched: Searched) -> None:
    def strike(run_dir: Path) -> None:
        rmtree(run_dir / "evaluations")
        raise FileNotFoundError(2, "No such file or directory")

    assert searched.until(strike).endswith(
        f"; {searched.run_dir} holds no finished trial yet: --resume takes it up again"
    )


def test_a_log_that_cannot_be_read_is_not_counted(searched: Searched) -> None:
    def strike(run_dir: Path) -> None:
        (run_dir / "evaluations/part-00000.parquet").write_bytes(b"nonsense")
        raise OSError(5, "Input/output error")

    assert f"what was finished in {searched.run_dir} cannot be read (" in searched.until(strike)


def test_a_disk_that_is_full_from_the_start_leaves_nothing_to_go_on_with(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "write_json", lambda *given: fail(OSError(28, "No space left"))(searched.run_dir))
    line = searched.until(fail(AssertionError("never comes to that")))
    assert line == f"[Errno 28] No space left; {searched.run_dir} holds nothing of it: the same command begins anew"
    assert not (searched.run_dir / CONFIG).exists()


def test_what_was_found_is_said_where_it_cannot_be_written(searched: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winner, "write_json", lambda *given: fail(OSError(28, "No space left"))(searched.run_dir))
    line = searched.until(lambda run_dir: None)
    assert line == f"[Errno 28] No space left; {searched.run_dir} holds 2 finished trials: --resume takes it up again"
    assert "finished after" in searched.output
    assert "0000000001" in searched.output
    assert not (searched.run_dir / BEST).exists()

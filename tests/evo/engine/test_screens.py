"""Catches: a cheap score that is made twice, also after a kill, a damaged line that counts, and failures that stop."""

from pathlib import Path

from evo.engine.screens import SCREENS, Screens
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.strategies.screened_evolution import ScreenedEvolution
from tasks import derive_rng
from tests.toy import BitStrings


def waiting() -> ScreenedEvolution:
    strategy = ScreenedEvolution(population=2, tournament=2, first=3)
    strategy.begin(BitStrings())
    assert strategy.ask(derive_rng(0, 0)) is None
    return strategy


def screens(folder: Path) -> Screens:
    return Screens(folder, BitStrings(), BitStrings().encode, 0)


def answer(made: Screens, trials: list[Trial]) -> None:
    for trial in trials:
        assert made.take(Finished(trial, Outcome(Status.COMPLETED, float(trial.text.count("1")))))


def test_scores_are_kept_and_no_score_is_made_twice(tmp_path: Path) -> None:
    first, asked = screens(tmp_path), list[Trial]()
    assert not first.settled(waiting(), asked.append)
    answer(first, asked[:2])  # and then it is killed
    with (tmp_path / SCREENS).open("a") as file:
        file.write('["naswot", "tor')
    again, left = screens(tmp_path), list[Trial]()
    strategy = waiting()
    assert not again.settled(strategy, left.append)
    assert [trial.text for trial in left] == [trial.text for trial in asked[2:]]
    answer(again, left)
    assert again.settled(strategy, left.append)
    best = strategy.ask(derive_rng(0, 0))
    assert best is not None
    assert BitStrings().encode(best.candidate).count("1") == max(t.text.count("1") for t in asked)  # type: ignore[arg-type]
    assert screens(tmp_path).settled(waiting(), left.append)


def test_a_failed_score_is_kept_and_a_trial_is_none(tmp_path: Path) -> None:
    made, asked = screens(tmp_path), list[Trial]()
    made.settled(waiting(), asked.append)
    assert made.take(Finished(asked[0], Outcome(Status.FAILED, error="no")))
    assert (tmp_path / SCREENS).read_text().rstrip().endswith("null]")
    assert not made.take(Finished(Trial(0, None, (1,), "1", "1", 0), Outcome(Status.COMPLETED, 1.0)))

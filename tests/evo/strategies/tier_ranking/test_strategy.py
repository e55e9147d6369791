"""Catches: a trial that no round chose, a fit on other rows than were told, a round before its trials are told, one
without guidance that reads as guided, a search that ends where a candidate fails or all labels are equal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evo.engine.ending import Ending
from evo.records.config import Limits
from evo.records.trial import Evaluation, Outcome, Proposal, Status, Trial
from evo.strategies import STRATEGIES
from evo.strategies.fitting import wanted_fit
from evo.strategies.tier_ranking.strategy import TierRanking
from fitness.predictors.base import Fitted, FittedState, Floats, Labelled, TieredFitted
from tasks import UsageError, derive_rng
from tests.costed_bits import CostedBits
from tests.runs import FakePool, rows, search_here, toy_config
from tests.tiny_predictor import MeanByToken
from tests.toy import BitStrings, is_marked

PREDICTOR = "tests.tiny_predictor:MeanByToken"
SMALL: dict[str, Any] = {"n0": 10, "k": 3, "batch": 16, "predictor": PREDICTOR}


def begun(space: BitStrings | None = None, **options: Any) -> TierRanking:
    strategy = TierRanking(**SMALL | options)
    strategy.begin(space or CostedBits())
    return strategy


class Play:
    """A search that is played through; ``proposed`` by trial, ``fits``: texts that each fit was asked on, and when."""

    def __init__(self, strategy: TierRanking, judge: Callable[[Any], float | None] = sum, ahead: int = 4) -> None:
        self.strategy, self.judge, self.ahead = strategy, judge, ahead
        self.proposed: list[Any] = []
        self.fits: list[tuple[int, tuple[str, ...]]] = []
        self.told = 0

    def until(self, trials: int) -> "Play":
        """Propose and tell until so many trials are told, or it has nothing more to propose."""
        while self.told < trials:
            self._fit()
            proposal = None
            if len(self.proposed) < min(trials, self.told + self.ahead):
                proposal = self.strategy.ask(derive_rng(0, "ask", len(self.proposed)))
            if proposal is not None:
                self.proposed.append(proposal.candidate)
            elif self.told < len(self.proposed):
                self._tell()
            else:
                break
        return self

    def _fit(self) -> None:
        while (request := wanted_fit(self.strategy)) is not None:
            self.fits.append((self.told, request.labelled.texts))
            self.strategy.take_fit(request.predictor.fit(self.strategy.space, request.labelled, request.seed))

    def _tell(self) -> None:
        candidate = self.proposed[self.told]
        value = self.judge(candidate)
        status = Status.FAILED if value is None else Status.COMPLETED
        self.strategy.tell(Evaluation(self.told, None, candidate, status, value))
        self.told += 1


def texts(candidates: list[Any]) -> list[str]:
    return ["".join(map(str, candidate)) for candidate in candidates]


def test_rounds_follow_the_random_trials_and_each_is_fitted_on_all_that_was_told() -> None:
    played = Play(begun()).until(19)
    random = [CostedBits().sample(derive_rng(0, "ask", number)) for number in range(10)]
    assert played.proposed[:10] == random
    assert [told for told, _ in played.fits] == [10, 13, 16]
    for told, fitted_on in played.fits:
        assert list(fitted_on) == list(dict.fromkeys(texts(played.proposed[:told])))
    assert played.strategy.summary_lines()[0].startswith("guidance: ")


def test_a_round_tries_the_best_predicted_of_what_was_not_tried() -> None:
    played = Play(begun(), ahead=1).until(13)
    chosen = texts(played.proposed[10:13])
    scores = fitted_of(played).scores(chosen).tolist()
    assert scores == sorted(scores, reverse=True)
    assert set(chosen).isdisjoint(texts(played.proposed[:10]))
    assert sum(map(sum, played.proposed[10:13])) / 3 > sum(map(sum, played.proposed[:10])) / 10


def test_it_waits_for_what_a_round_learns_from_and_not_longer() -> None:
    strategy = begun(n0=5)
    asked = [strategy.ask(derive_rng(number)) for number in range(6)]
    assert [one is None for one in asked] == [False] * 5 + [True]
    assert wanted_fit(strategy) is None
    for number, one in enumerate(asked[:5]):
        assert one is not None
        strategy.tell(Evaluation(number, None, one.candidate, Status.COMPLETED, float(sum(one.candidate))))  # type: ignore[call-overload]
    assert wanted_fit(strategy) is not None
    assert strategy.ask(derive_rng(7)) is None  # nobody has made it yet


def test_without_refits_there_is_one_and_fifty_rounds_of_the_predicted_best_tier() -> None:
    played = Play(begun(refit="never", rounds=3, n0=20), ahead=30).until(100)
    assert [told for told, _ in played.fits] == [20]
    assert played.strategy.ask(derive_rng(0)) is None
    assert 20 < len(played.proposed) <= 29
    fitted = fitted_of(played)
    assert all(fitted.tiers(texts([candidate])).argmax() == 0 for candidate in played.proposed[20:])


def test_without_refits_nothing_told_after_the_fit_matters() -> None:
    once = {"refit": "never", "rounds": 5, "n0": 20, "thresholds": "0,0,0"}
    one_by_one, all_at_once = (Play(begun(**once), ahead=ahead).until(40) for ahead in (1, 30))
    assert one_by_one.proposed == all_at_once.proposed
    assert len(one_by_one.proposed) > 30


def fitted_of(played: Play) -> TieredFitted:
    """Return what the only fit of a search has learnt."""
    ((_, fitted_on),) = played.fits
    labelled = Labelled(fitted_on, tuple(float(text.count("1")) for text in fitted_on))
    return MeanByToken().restore(None, MeanByToken().fit(None, labelled, 0))


class Untiered(Fitted):
    def scores(self, texts: Any) -> Floats:
        raise AssertionError("nothing is to be predicted")


class WithoutTiers(MeanByToken):
    """A predictor that knows no tiers."""

    def restore(self, space: Any, state: FittedState) -> Any:
        return Untiered()


def test_only_with_tiers_can_the_predicted_best_tier_be_tried() -> None:
    own = f"{__name__}:WithoutTiers"
    with pytest.raises(UsageError, match=r"refit=never tries the predicted best tier, and this predictor knows no"):
        Play(begun(refit="never", predictor=own)).until(12)


def test_failures_are_no_labels_and_random_trials_go_on_until_there_are_enough() -> None:
    played = Play(begun(n0=6), judge=lambda bits: None if is_marked(bits) else float(sum(bits))).until(40)
    for _, fitted_on in played.fits:
        assert not [text for text in fitted_on if text.startswith("11")]
    failing = Play(begun(n0=6), judge=lambda bits: None).until(40)
    assert (failing.told, failing.fits) == (40, [])
    equal = Play(begun(n0=6), judge=lambda bits: 1.0).until(40)
    assert (equal.told, equal.fits) == (40, [])
    said = "guidance: no round yet, all trials are random: "
    assert failing.strategy.summary_lines() == [f"{said}0 labelled candidates: at least 5 are needed to learn from"]
    assert equal.strategy.summary_lines()[0].endswith("labels are 1: nothing can be learnt from them")
    few = Play(begun()).until(9)
    assert few.strategy.summary_lines() == [f"{said}the first round follows n0=10 trials; 9 are told"]
    due = Play(begun()).until(10).strategy
    assert due.summary_lines() == [f"{said}the search ended before a first fit to 10 labels was there"]


class Demanding(MeanByToken):
    """A predictor that needs 14 labels."""

    def fewest(self) -> int:
        return 14

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        labelled.check_learnable(14)
        return super().fit(space, labelled, seed)


def test_a_predictor_that_needs_more_labels_is_fitted_once_there_are_so_many() -> None:
    played = Play(begun(CostedBits(length=20), n0=5, predictor=f"{__name__}:Demanding")).until(20)
    assert [told for told, _ in played.fits] == [14, 17]
    assert len(played.fits[0][1]) == 14


def test_a_space_that_is_tried_whole_ends_the_search() -> None:
    played = Play(begun(CostedBits(length=3), n0=8)).until(100)
    assert set(texts(played.proposed)) == {f"{number:03b}" for number in range(8)}
    assert played.told < 100


def test_given_candidates_take_the_place_of_random_ones() -> None:
    strategy = TierRanking(**SMALL)
    strategy.begin(CostedBits(), expected=8)
    for number in range(8):
        candidate = CostedBits().sample(derive_rng(5, number))
        strategy.tell(Evaluation(number, None, candidate, Status.COMPLETED, float(sum(candidate))))
    assert wanted_fit(strategy) is None
    asked = [strategy.ask(derive_rng(0, number)) for number in range(3)]
    assert [isinstance(one, Proposal) for one in asked] == [True, True, False]


def test_rounds_without_guidance_say_so() -> None:
    off = Play(begun(force_uniform=True)).until(22).strategy.summary_lines()
    assert off == ["guidance: switched off (force_uniform) in 4 rounds"]
    failed = Play(begun(thresholds="9,9,9")).until(22).strategy.summary_lines()
    assert failed[0].startswith("guidance FAILED: tier statistics guided none of 4 rounds")


def test_the_released_programs_softmax_guides_by_other_thresholds() -> None:
    lines = Play(begun(softmax_counts=True, thresholds="0,0,0")).until(22).strategy.summary_lines()
    assert lines == ["guidance: 4 of 4 rounds guided (100%; by parameters 4, MACs 4, operations 4)"]
    assert Play(begun(softmax_counts=True)).until(40).proposed != Play(begun()).until(40).proposed


def test_guided_rounds_find_more_of_what_the_best_tier_is_like() -> None:
    def mean(**options: Any) -> float:
        found = Play(begun(CostedBits(length=24), **options)).until(34).proposed[10:]
        return sum(map(sum, found)) / len(found)

    assert mean(thresholds="0,0,0") > mean(force_uniform=True)


def test_a_space_is_refused_that_says_no_costs_or_that_the_predictor_cannot_rank() -> None:
    with pytest.raises(UsageError, match="strategy tier_ranking cannot search this space: it does not say what"):
        TierRanking(**SMALL).begin(BitStrings())


def test_options_are_settled_with_the_predictor_written_out() -> None:
    options = STRATEGIES.resolve("tier_ranking", {"predictor": f"{PREDICTOR}(deaths=2)"})
    assert (options["n0"], options["refit"], options["size"]) == (50, "round", "small")
    assert str(options["predictor"]).startswith(f"{PREDICTOR}(")
    assert "deaths=2" in str(options["predictor"])
    assert STRATEGIES.resolve("tier_ranking", options) == options


def test_a_search_has_the_same_rows_whatever_the_workers_and_makes_no_fit_again(tmp_path: Path) -> None:
    def outcome(trial: Trial) -> Outcome:
        return Outcome(Status.COMPLETED, fitness=float(sum(trial.candidate)))

    def search(name: str, trials: int, workers: int) -> Ending:
        pool = FakePool(workers, evaluate=outcome)
        strategy = begun(predictor=f"{PREDICTOR}(folder={tmp_path / 'begun'})")
        return search_here(
            tmp_path / name, strategy, pool, config=toy_config(), limits=Limits(trials), space=CostedBits()
        )

    assert search("whole", 31, 1) is Ending.FINISHED
    assert search("parts", 25, 3) is Ending.FINISHED
    made = len(list((tmp_path / "begun").iterdir()))
    assert search("parts", 31, 2) is Ending.FINISHED
    assert rows(tmp_path / "parts") == rows(tmp_path / "whole")
    assert len(list((tmp_path / "begun").iterdir())) == made + 2  # of the rounds after 25 trials

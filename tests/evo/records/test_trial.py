"""Catches: a seed that forgets the run or the candidate, a status that does not survive the log as text."""

import copy
import hashlib

from evo.records.trial import Evaluation, Finished, Outcome, Status, Trial, evaluation_seed


def test_the_seed_of_a_candidate_depends_on_the_run_and_on_the_key_alone() -> None:
    seeds = {evaluation_seed(run, key) for run in (0, 1) for key in ("01", "10")}
    assert len(seeds) == 4
    assert evaluation_seed(0, "01") == evaluation_seed(0, "01")


def test_the_seed_is_the_documented_hash_so_that_old_runs_can_be_scored_again() -> None:
    digest = hashlib.sha256(b"7\x1fevaluation\x1f0110").digest()
    assert evaluation_seed(7, "0110") == int.from_bytes(digest[:8], "little") >> 1


def test_seeds_fit_the_log_which_holds_signed_64_bit_numbers() -> None:
    assert all(0 <= evaluation_seed(run, "x") < 2**63 for run in range(200))


def test_a_status_is_the_text_that_the_log_holds() -> None:
    expected = ["completed", "failed", "out_of_memory", "timed_out", "lost", "abandoned"]
    assert [str(status) for status in Status] == expected
    assert Status("lost") is Status.LOST


def test_records_default_to_one_attempt_and_no_score() -> None:
    finished = Finished(Trial(0, None, (1,), "1", "1", 5), Outcome(Status.FAILED))
    assert (finished.attempts, finished.reused, finished.outcome.fitness) == (1, False, None)
    assert Evaluation(0, None, (1,), Status.LOST, None).metrics == {}


def test_an_evaluation_is_not_copied_with_the_strategy_that_holds_it() -> None:
    told = Evaluation(0, None, (1, 0), Status.COMPLETED, 1.0)
    assert copy.deepcopy([told])[0] is told

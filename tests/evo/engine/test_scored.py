"""Catches: a score that differs from the one a search logs, a failure that is raised or loses its reason, a candidate
that is none and passes."""

from pathlib import Path
from typing import Any

import pytest

from evo.engine.evaluator import score_alone
from evo.engine.scored import Scored, score_request
from evo.records.requests import SearchRequest
from evo.records.trial import Status
from tasks.foundation.errors import UsageError
from tests.runs import toy_config
from tests.tiny import TinyNetworks
from tests.tiny_images import REMARK, BrokenLabels
from tests.toy import BitStrings, CountOnes, Hangs, PublishedBits, RaisesForSome

FINE, MARKED = "0111111111", "1100000000"


def request(fitness: Any, *, space: Any = BitStrings, **asked: Any) -> SearchRequest:
    return SearchRequest(**{"space": space, "fitness": fitness, "data": "noise", **asked})


def test_a_score_is_the_one_that_a_search_with_the_same_seed_logs() -> None:
    found = score_request(request(CountOnes(noise=0.5), seed=3), FINE)
    assert found.value == score_alone(toy_config(noise=0.5, seed=3), FINE).fitness
    assert (found.candidate, found.status, found.metrics, found.error) == (FINE, "completed", {"zeros": 1.0}, None)
    assert (found.params, found.macs) == (None, None)
    assert found.seconds


def test_a_candidate_may_be_itself_or_its_text() -> None:
    asked = request("tests.toy:CountOnes")
    assert score_request(asked, (0, *[1] * 9)).value == score_request(asked, FINE).value


def test_a_network_has_its_size() -> None:
    found = score_request(request("params", space=TinyNetworks()), "2")
    assert found.params == (3 * 2 + 2 * 2 + 2 * 4) * 9 + 2 + 2 + 4 + (4 + 1) * 10
    assert found.macs


def test_a_candidate_that_fails_has_a_record_with_its_reason() -> None:
    found = score_request(request(RaisesForSome), MARKED)
    assert (found.value, found.status) == (None, Status.FAILED)
    assert str(found.error).endswith("ValueError: a marked candidate")
    late = score_request(request(Hangs(polite=True), trial_timeout=0.05), MARKED)
    assert late.status is Status.TIMED_OUT


def test_what_is_no_candidate_or_no_limit_is_refused() -> None:
    with pytest.raises(UsageError, match="--candidate '012'"):
        score_request(request(CountOnes), "012")
    with pytest.raises(UsageError, match="--trial-timeout -1"):
        score_request(request(CountOnes, trial_timeout=-1.0), FINE)


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    score_request(request(CountOnes), FINE)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_it_with_every_text_escaped() -> None:
    class Raises(CountOnes):
        """Fails with a text that a browser would run."""

        def __call__(self, candidate: object, context: object) -> Any:
            raise ValueError("<script>alert('x')</script>")

    shown = score_request(request(Raises()), FINE)._repr_html_()
    assert "<script" not in shown
    assert FINE in shown
    assert "failed" in shown


def test_a_notebook_shows_metrics_but_not_one_for_each_member_of_a_panel() -> None:
    scored = Scored("c", 1.0, Status.COMPLETED, metrics={"members": 20.0, "member 0": 0.5, "rung": 7.0})
    shown = scored._repr_html_()
    assert [name in shown for name in ("members", "rung", "member 0")] == [True, True, False]


def test_what_the_images_have_to_say_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    score_request(request(CountOnes, data=BrokenLabels()), FINE)
    assert caplog.messages == [REMARK]


@pytest.mark.parametrize("candidate", [None, 3, object()])
def test_what_is_no_candidate_at_all_is_refused_in_one_line(candidate: object) -> None:
    with pytest.raises(UsageError, match="one of the space's, its text, or a record is needed") as caught:
        score_request(request(CountOnes), candidate)
    assert "\n" not in str(caught.value)


def test_a_published_form_is_scored_as_the_candidate_that_it_is() -> None:
    asked = request(CountOnes(noise=0.5), space=PublishedBits)
    found, own = (score_request(asked, text) for text in ("bits 1011111111", "1011111111"))
    assert (found.candidate, found.value) == (own.candidate, own.value) == ("1011111111", own.value)
    with pytest.raises(UsageError, match=r"--candidate 'bit': .*published forms are read, too: bits OF-ZEROS-AND-ONES"):
        score_request(asked, "bit")

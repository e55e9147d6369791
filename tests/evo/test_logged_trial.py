"""Catches: a record that lacks what was logged, or breaks on a column of a later version."""

from evo.logged_trial import record_of

ROW = {"trial_id": 3, "parent_id": 1, "candidate": "<b>", "key": "k", "status": "completed", "fitness": 0.5}


def test_a_row_is_a_record_whatever_later_versions_add() -> None:
    record = record_of({**ROW, "metrics": [("x", 1.0)], "reused": None, "of a later version": 1})
    assert (record.trial_id, record.candidate, record.metrics, record.reused) == (3, "<b>", {"x": 1.0}, False)
    assert (record.seed, record.attempts, record.error) == (None, 0, None)


def test_a_notebook_shows_a_record_escaped() -> None:
    shown = record_of({**ROW, "metrics": None, "reused": True})._repr_html_()
    assert "trial 3" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown

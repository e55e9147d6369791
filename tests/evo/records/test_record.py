"""Catches: a column of a row that is lost or invented, a text of somebody's that is markup in a notebook."""

from evo.records.record import record_of

ROW = {"trial_id": 3, "parent_id": None, "candidate": "<b>x</b>", "key": "k", "status": "completed", "fitness": 1.5}


def test_a_record_is_what_the_row_says() -> None:
    found = record_of({**ROW, "metrics": [("a", 2.0)], "reused": None, "joint": 9.0})
    assert (found.trial_id, found.fitness, found.metrics, found.reused) == (3, 1.5, {"a": 2.0}, False)
    assert found.macs is None


def test_a_notebook_shows_its_texts_as_texts() -> None:
    shown = record_of({**ROW, "metrics": None, "reused": False})._repr_html_()
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>" not in shown

"""Catches: an order that cannot be said, or that is stored under another name than before."""

from evo.records.tell_order import TellOrder


def test_orders_are_stored_and_said_by_these_names() -> None:
    assert {str(order): order.said for order in TellOrder} == {
        "trial": "by number",
        "expected": "by expected finish",
        "completion": "as they finish",
    }

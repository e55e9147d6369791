"""Catches: a worker that looks for images where the driver has them though they were sent, or for the caller's own by
their name."""

from dataclasses import replace

import pytest

from evo.cluster.sameness import Inquiry
from evo.cluster.shipped_images import ImageParcel
from evo.engine.pool import worker_side
from evo.engine.pool.worker_side import begun
from tests.runs import toy_config


def test_images_are_where_they_were_put(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(worker_side, "prefer_sent", lambda: calls.append("modules"))
    monkeypatch.setattr(worker_side, "placed", lambda data, parcel: f"{data} by {parcel.digest if parcel else 'none'}")
    config = toy_config()
    inquiry = Inquiry(parcel=ImageParcel("abc", ()))
    assert begun(config.to_json(), inquiry) == replace(config, data="noise by abc")
    assert begun(config.to_json(), Inquiry()) == replace(config, data="noise by none")
    own = replace(config, objects=("data",))
    assert begun(own.to_json(), inquiry) == own
    assert calls == ["modules"] * 3

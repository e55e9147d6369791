"""Catches: a worker that is let in though it differs, anything that is sent where all workers are on this machine."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from evo.cluster.sameness import facts_of
from evo.cluster.shipped_images import ImageParcel
from evo.engine.pool import driver_side as module
from evo.engine.pool.driver_side import code_env, driver_side
from evo.records.resources import Resources
from tasks import ImageSource, open_images
from tests.runs import toy_config

NOISE = open_images("noise")
PARCEL = ImageParcel("abc", ())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what was sent; nothing is really."""
    notes: list[object] = []

    def send(images: ImageSource) -> ImageParcel:
        notes.append("images")
        return PARCEL

    def env(modules: Iterable[str]) -> dict[str, object]:
        notes.append(list(modules))
        return {"py_modules": ["gcs://x.zip"]}

    monkeypatch.setattr(module, "send_images", send)
    monkeypatch.setattr(module, "modules_env", env)
    return notes


def test_nothing_is_sent_on_this_machine(sent: list[object]) -> None:
    driver = driver_side(toy_config(), {}, NOISE, Resources(2, 0.0, joined=False, ship_images=True))
    assert (driver.runtime_env, driver.inquiry.parcel, sent) == ({}, None, [])
    assert driver.inquiry.modules == ("tests.toy",)


def test_modules_travel_by_themselves_and_images_where_it_is_asked_for(sent: list[object]) -> None:
    driver = driver_side(toy_config(), {}, NOISE, Resources(2, 0.0, joined=True))
    assert (dict(driver.runtime_env), driver.inquiry.parcel) == ({"py_modules": ["gcs://x.zip"]}, None)
    assert sent == [["tests.toy"]]
    asked = driver_side(toy_config(), {}, NOISE, Resources(2, 0.0, joined=True, ship_images=True))
    assert asked.inquiry.parcel == PARCEL
    assert sent == [["tests.toy"], ["tests.toy"], "images"]


def test_a_worker_is_let_in_where_it_is_as_the_driver_is(sent: list[object]) -> None:
    driver = driver_side(toy_config(), {}, NOISE, Resources(1, 0.0))
    facts = facts_of(driver.inquiry, NOISE)
    assert driver.check(replace(facts, node_id="abc")) is None
    assert "another one" in str(driver.check(replace(facts, modules={"tests.toy": "x"})))


def test_tasks_beside_the_workers_get_the_modules_of_their_axes(sent: list[object]) -> None:
    config = toy_config()
    assert code_env(config, {}, Resources(1, 0.0), axes=("space",)) == {}
    assert code_env(config, {}, Resources(1, 0.0, joined=True), axes=("strategy",))
    assert code_env(config, {}, Resources(1, 0.0, joined=True), axes=("space",))
    assert sent == [[], ["tests.toy"]]

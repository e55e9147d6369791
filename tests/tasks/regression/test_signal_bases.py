"""Catches: a basis that no map can be made of and that is accepted all the same, local and global confused, a basis
lost on the way through JSON, a frequency list that differs from the published one."""

import math
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.regression.signal_bases import (
    BANDS,
    BASES,
    Basis,
    Dot,
    GDot,
    Resize,
    Sin1D,
    Sin2D,
    basis_from_record,
    basis_to_record,
)


@given(st.one_of(*map(st.from_type, get_args(Basis))))
def test_a_basis_survives_its_json_object(basis: Basis) -> None:
    assert basis_from_record(basis_to_record(basis)) == basis
    assert hash(basis_from_record(basis_to_record(basis))) == hash(basis)


def test_bands_lie_where_they_should() -> None:
    assert BANDS["medium"] == (0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.275, 0.3, 0.325, 0.35)
    assert BANDS["high"] == (0.375, 0.3875, 0.4, 0.4125, 0.425, 0.4375, 0.45, 0.4625, 0.475, 0.4875)
    assert len(BANDS["low"]) == 10
    assert 0 < min(BANDS["low"]) < max(BANDS["low"]) < 0.125


def test_a_band_may_be_named() -> None:
    named = basis_from_record({"basis": "sin1d", "level": 1, "frequencies": "high"})
    assert named == Sin1D(1.0, BANDS["high"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"basis": "gdott", "level": 1}, "did you mean 'gdot'"),
        ({"level": 1}, "basis=None: one of sin1d, sin2d, dot, gdot, resize is needed"),
        ({"basis": 3}, "basis=3"),
        ([], "an object is needed"),
        ({"basis": "sin1d", "level": 1, "frequencies": []}, "frequencies is empty"),
        ({"basis": "sin1d", "level": 1, "frequencies": [0.51]}, "frequency=0.51: from 0 to 0.5"),
        ({"basis": "sin2d", "level": 1, "frequencies": [-0.1]}, "frequency=-0.1"),
        ({"basis": "sin2d", "level": 1, "frequencies": ["0.1"]}, "frequency='0.1': a number"),
        ({"basis": "sin2d", "level": 1, "frequencies": 0.1}, "a list is needed"),
        ({"basis": "sin2d", "level": 1, "frequencies": "hihg"}, "did you mean 'high'"),
        ({"basis": "sin2d", "level": 1}, "'frequencies' is missing"),
        ({"basis": "dot", "level": 1, "partial": 0}, "partial=0: above 0"),
        ({"basis": "dot", "level": 1, "partial": 1.01}, "partial=1.01"),
        ({"basis": "gdot", "level": 1, "partial": True}, "partial=True: a number"),
        ({"basis": "gdot", "level": 0, "partial": 1}, "level=0: a number above 0"),
        ({"basis": "gdot", "level": math.nan, "partial": 1}, "level=nan: a finite number"),
        ({"basis": "gdot", "level": 1, "partial": 1, "local": 1}, "local=1: true or false"),
        ({"basis": "resize", "level": "1"}, "level='1': a number"),
        ({"basis": "resize", "level": 1, "locl": True}, "unknown key 'locl'"),
        ({"basis": "resize", "level": 1, "kind": "dot"}, "unknown key 'kind'"),
    ],
)
def test_a_faulty_basis_is_refused_in_one_line(given: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        basis_from_record(given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("basis", "most"),
    [(Sin1D(1, (0.1,)), 64), (Sin2D(1, (0.1, 0.2)), 256), (Resize(1), 1000)],
)
def test_no_more_channels_than_the_pool_holds(basis: Basis, most: int) -> None:
    basis.check(most, 8)
    with pytest.raises(UsageError, match=f"{most + 1} channels are asked of a pool of {most}"):
        basis.check(most + 1, 8)


@pytest.mark.parametrize("kind", [Dot, GDot])
def test_a_share_below_one_pixel_is_refused(kind: type[Dot] | type[GDot]) -> None:
    kind(1, 1 / 64).check(64, 8)
    with pytest.raises(UsageError, match=r"lights no pixel of 8x8; 0\.015625 or more"):
        kind(1, 0.0156).check(64, 8)


MANY = [Sin1D(1, BANDS["high"]), Sin2D(1, BANDS["high"]), Dot(1, 0.5), GDot(1, 0.5)]


@pytest.mark.parametrize("basis", MANY, ids=lambda basis: basis.kind)
def test_local_maps_differ_between_images_and_global_ones_are_one_set(basis: Basis) -> None:
    images = torch.zeros(3, 3, 32, 32)
    local = basis.maps(images, 5, 8, np.random.default_rng(0))
    assert local.shape == (3, 5, 8, 8)
    assert not torch.equal(local[0], local[1])
    shared = type(basis)(**{**vars(basis), "local": False}).maps(images, 5, 8, np.random.default_rng(0))
    assert shared.shape == (1, 5, 8, 8)


def test_the_table_is_complete() -> None:
    assert list(BASES) == ["sin1d", "sin2d", "dot", "gdot", "resize"]

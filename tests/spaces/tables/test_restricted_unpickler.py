"""Catches: a pickle that gets anything done, a number or text read wrongly, an epoch that is not the last one kept."""

import builtins
import contextlib
import io
import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables.restricted_unpickler import ForbiddenNameError, RestrictedUnpickler, last_epochs
from tests.published_files import flip, nats_tree

RESULTS = nats_tree()["arch2infos"][0]["12"]
KEYS = st.text(max_size=4).filter(lambda key: "@" not in key) | st.tuples(st.text(max_size=3), st.integers())
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(min_size=1, max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=10,
)


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.reduced = (function, arguments)

    def __reduce__(self) -> Any:
        return self.reduced


def load(data: bytes) -> Any:
    return RestrictedUnpickler(io.BytesIO(data)).load()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@settings(max_examples=50)
@given(tree=TREES)
def test_plain_data_come_back(protocol: int, tree: Any) -> None:
    assert load(pickle.dumps(tree, protocol)) == tree


@pytest.mark.parametrize("protocol", [2, 4])
def test_what_benchmarks_hold_comes_back(protocol: int) -> None:
    ordered = OrderedDict([("b", 1), ("a", OrderedDict())])
    numbers = [np.float64(1.25), np.float32(0.5), np.int64(-(2**40)), np.int32(7)]
    found = load(pickle.dumps({"d": ordered, "n": numbers, "s": {3, 1}}, protocol))
    assert list(found["d"].items()) == [("b", 1), ("a", {})]
    assert found["n"] == [1.25, 0.5, -(2.0**40), 7.0]
    assert sorted(found["s"]) == [1, 3]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_that_acts_is_refused_by_name_before_it_acts(tmp_path: Path, protocol: int) -> None:
    touched = tmp_path / "touched"
    harmful = {
        f"{os.system.__module__}.system": Call(os.system, f"touch {touched}"),
        f"{os.mkdir.__module__}.mkdir": Call(os.mkdir, str(touched)),
        "eval": Call(builtins.eval, f"open({str(touched)!r}, 'w')"),
        "getattr": Call(builtins.getattr, Call(Path, str(touched)), "touch"),
    }
    for name, call in harmful.items():
        data = pickle.dumps([{"epochs": 200}, call], protocol)
        with pytest.raises(ForbiddenNameError, match=f"{name}, which no table needs; nothing of it was run"):
            load(data)
    assert not touched.exists()
    pickle.loads(pickle.dumps(Call(os.mkdir, str(touched)), protocol))  # it would have
    assert touched.exists()


def test_names_in_allowed_modules_are_refused_too() -> None:
    for module, name in (("collections", "defaultdict"), ("numpy", "load"), ("torch", "load"), ("_codecs", "decode")):
        with pytest.raises(ForbiddenNameError, match=rf"{module}\.{name}"):
            load(f"c{module}\n{name}\n.".encode())


def test_a_dotted_name_is_not_followed() -> None:
    data = b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93."
    with pytest.raises(ForbiddenNameError, match=r"collections\.OrderedDict\.fromkeys"):
        load(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"(dp0\n.",  # DICT
        b"ccollections\nOrderedDict\n)\x81.",  # NEWOBJ
        b"(icollections\nOrderedDict\n.",  # INST
        b"\x82\x01.",  # EXT1
        b"Pname\n.",  # PERSID
        b"\x80\x02]q\x00}R.",  # REDUCE of a list
        b"\x80\x02K\x05)R.",  # REDUCE of a number
        b"}r\xff\xff\xff\x7f.",  # LONG_BINPUT far beyond what was remembered
        b"}((K\x01K\x01tK\x02lK\x03u.",  # a list as a key
        b"](K\x01K\x02u.",  # SETITEMS of a list
        b"X\xff\xff\xff\x7fabc",  # a text said to be 2 GiB long
    ],
)
def test_anything_unusual_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^damaged pickle"):
        load(data)


def test_deeply_nested_keys_are_refused() -> None:
    nested = b"}" + b")" + b"\x85" * 200_000 + b"K\x01s."  # hashing such a tuple would overflow the stack
    with pytest.raises(ValueError, match="neither text nor number"):
        load(nested)


def test_of_a_series_the_last_epoch_is_kept() -> None:
    series = {f"{name}@{epoch}": float(epoch) for name in ("x-valid", "ori-test") for epoch in (2, 11, 3)}
    items = [*series.items(), ("params", 0.5), ("a@b", 1.0), ("x-valid@12", "text"), (7, {"k": 1})]
    assert dict(last_epochs(items)) == {
        "x-valid@11": 11.0,
        "ori-test@11": 11.0,
        "params": 0.5,
        "a@b": 1.0,
        "x-valid@12": "text",
        7: {"k": 1},
    }
    assert dict(last_epochs([(epoch, 1.0) for epoch in range(200)])) == {199: 1.0}
    assert load(pickle.dumps(series)) == {"x-valid@11": 11.0, "ori-test@11": 11.0}


def test_numpy_numbers_of_other_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="a numpy number of an unknown type"):
        load(pickle.dumps(np.complex128(1), 4))


def test_storage_of_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="described in an unknown way"):
        load(b"\x80\x02(X\x01\x00\x00\x00sK\x01K\x02K\x03K\x04tQ.")


@settings(max_examples=100)
@given(st.data())
def test_damage_ends_in_a_value_or_an_error(data: st.DataObject) -> None:
    whole = pickle.dumps(RESULTS, data.draw(st.sampled_from([2, 4])))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ValueError, match=r"^(damaged pickle|the pickle names)"):
        load(whole[:cut])
    with contextlib.suppress(ValueError):
        load(flip(whole, data.draw(st.integers(0, len(whole) * 8 - 1))))


def test_a_struct_cut_short_is_damage() -> None:
    with pytest.raises(ValueError, match=r"^damaged pickle"):
        load(b"G" + struct.pack(">d", 1.5)[:5])

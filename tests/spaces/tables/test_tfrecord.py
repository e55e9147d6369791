"""Catches: damage that goes unnoticed, a checksum other than TensorFlow's, memory taken for a length."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables.tfrecord import masked_checksum, tfrecords
from tests.published_files import flip, masked_bit_by_bit
from tests.published_files import tfrecord as written

RECORDS = [b"first record", b"second, a longer one", b"third"]
FILE = b"".join(map(written, RECORDS))


def test_the_mask_is_that_of_tensorflow() -> None:
    header = bytes([24, 0, 0, 0, 0, 0, 0, 0])  # event files start with a record of 24 bytes, and with this checksum
    assert masked_checksum(header).to_bytes(4, "little") == b"\xa3\x7f\x4b\x22"


@settings(max_examples=50)
@given(st.binary(max_size=40))
def test_checksums_are_those_computed_bit_by_bit(data: bytes) -> None:
    assert masked_checksum(data) == masked_bit_by_bit(data)


def test_records_come_back() -> None:
    assert list(tfrecords(io.BytesIO(FILE))) == RECORDS
    assert list(tfrecords(io.BytesIO(b""))) == []


@pytest.mark.parametrize("length", range(1, len(FILE)))
def test_a_file_cut_off_is_said_or_is_a_shorter_file(length: int) -> None:
    whole = [len(b"".join(map(written, RECORDS[:count]))) for count in range(len(RECORDS))]
    stream = io.BytesIO(FILE[:length])
    if length in whole:
        assert list(tfrecords(stream)) == RECORDS[: whole.index(length)]
    else:
        with pytest.raises(ValueError, match=r"record \d"):
            list(tfrecords(stream))


@settings(max_examples=50)
@given(st.integers(0, len(FILE) * 8 - 1))
def test_every_flipped_bit_is_noticed(bit: int) -> None:
    with pytest.raises(ValueError, match=r"record \d"):
        list(tfrecords(io.BytesIO(flip(FILE, bit))))


def test_the_record_with_a_wrong_checksum_is_named() -> None:
    with pytest.raises(ValueError, match="checksum of record 3 is wrong"):
        list(tfrecords(io.BytesIO(flip(FILE, (len(FILE) - 6) * 8))))


@pytest.mark.parametrize("length", [1 << 20, 1 << 62])
def test_absurd_lengths_are_refused_before_they_are_read(length: int) -> None:
    header = struct.pack("<Q", length)
    stream = io.BytesIO(header + struct.pack("<I", masked_bit_by_bit(header)) + b"data")
    with pytest.raises(ValueError, match=f"record 1 has {length} bytes"):
        list(tfrecords(stream))

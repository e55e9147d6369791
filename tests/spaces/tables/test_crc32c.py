"""Catches: any wrong bit of the checksum; expected values are those of RFC 3720 and of TensorFlow's files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables.crc32c import crc32c, crc32c_of_all, masked
from tests.published_files import crc32c_bit_by_bit, masked_bit_by_bit

PUBLISHED = {  # RFC 3720, B.4, and the check value of the catalogue of CRC algorithms
    b"123456789": 0xE3069283,
    bytes(32): 0x8A9136AA,
    b"\xff" * 32: 0x62A8AB43,
    bytes(range(32)): 0x46DD794E,
    bytes(reversed(range(32))): 0x113FDB5C,
}


@pytest.mark.parametrize(("data", "checksum"), PUBLISHED.items())
def test_published_checksums(data: bytes, checksum: int) -> None:
    assert crc32c(data) == checksum
    assert crc32c_of_all([data]).tolist() == [checksum]


def test_texts_of_different_lengths_do_not_disturb_each_other() -> None:
    assert crc32c_of_all(list(PUBLISHED)).tolist() == list(PUBLISHED.values())


def test_no_text_has_no_checksum() -> None:
    assert crc32c_of_all([]).tolist() == []


def test_the_mask_is_that_of_tensorflow() -> None:
    header = bytes([24, 0, 0, 0, 0, 0, 0, 0])  # event files start with a record of 24 bytes, and with these checksums
    assert masked(crc32c(header)).to_bytes(4, "little") == b"\xa3\x7f\x4b\x22"


@settings(max_examples=50)
@given(st.lists(st.binary(min_size=4, max_size=40), min_size=1, max_size=6))
def test_all_at_once_is_one_by_one(texts: list[bytes]) -> None:
    assert crc32c_of_all(texts).tolist() == [crc32c(text) for text in texts] == list(map(crc32c_bit_by_bit, texts))
    assert [masked(crc32c(text)) for text in texts] == list(map(masked_bit_by_bit, texts))

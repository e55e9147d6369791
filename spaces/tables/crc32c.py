"""The checksum of TFRecord files: CRC-32C (Castagnoli polynomial), of many texts at once.

R is the number of texts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Checksums = NDArray[np.uint32]

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reversed
_MASK_DELTA = 0xA282EAD8  # TensorFlow stores checksums rotated and shifted by it
_ALL_ONES = 0xFFFFFFFF
_START_BYTES = 4  # all ones as the start of the register are the same as inverting so many first bytes


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(map(_table_entry, range(256)))
_TABLE_ARRAY = np.array(_TABLE, np.uint32)


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of one short text."""
    register = _ALL_ONES
    for byte in data:
        register = _TABLE[(register ^ byte) & 0xFF] ^ register >> 8
    return register ^ _ALL_ONES


def crc32c_of_all(texts: Sequence[bytes]) -> Checksums:
    """Return the CRC-32C of every text [R], byte by byte for all of them in step; none is shorter than four bytes."""
    longest = max(map(len, texts), default=0)
    columns = np.zeros((longest, len(texts)), np.uint8)  # texts as columns, flush at the end: leading zeros change none
    for number, text in enumerate(texts):
        start = longest - len(text)
        columns[start:, number] = np.frombuffer(text, np.uint8)
        columns[start : start + _START_BYTES, number] ^= 0xFF
    registers = np.zeros(len(texts), np.uint32)
    for row in columns:
        registers = _TABLE_ARRAY[(registers ^ row) & 0xFF] ^ registers >> 8
    return ~registers


def masked(checksum: int) -> int:
    """Return a checksum as TFRecord files store it."""
    rotated = (checksum >> 15 | checksum << 17) & _ALL_ONES
    return rotated + _MASK_DELTA & _ALL_ONES

"""Reads TFRecord files without TensorFlow.

A record is its length (8 bytes, little-endian), the masked CRC-32C of that (4 bytes), the data, and the data's masked
CRC-32C (4 bytes); a file is records and nothing else, so that one cut off between two records is a shorter file.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_LARGEST = 1 << 16  # bytes of a record that is worth reading
_MASK_DELTA = 0xA282EAD8  # TensorFlow stores checksums rotated and shifted by it
_32_BITS = 0xFFFFFFFF


def tfrecords(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the data of every record, checked; raises ValueError for a damaged file, naming the record."""
    number = 0
    while header := stream.read(_LENGTH.size):
        number += 1
        yield _checked_data(stream, header, number)


def _checked_data(stream: BinaryIO, header: bytes, number: int) -> bytes:
    if _stored_checksum(stream, number) != masked_checksum(header):
        raise ValueError(f"no TFRecord file, or damaged: the length of record {number} has a wrong checksum")
    length = _LENGTH.unpack(header)[0]
    if length > _LARGEST:
        raise ValueError(f"record {number} has {length} bytes; at most {_LARGEST} are expected")
    data = stream.read(length)
    if _stored_checksum(stream, number) != masked_checksum(data):
        raise ValueError(f"the checksum of record {number} is wrong")
    return data


def _stored_checksum(stream: BinaryIO, number: int) -> int:
    stored = stream.read(_CHECKSUM.size)
    if len(stored) < _CHECKSUM.size:
        raise ValueError(f"ends in the middle of record {number}")
    checksum: int = _CHECKSUM.unpack(stored)[0]
    return checksum


def masked_checksum(data: bytes) -> int:
    """Return the CRC-32C of a text as TFRecord files store it."""
    import google_crc32c

    checksum = google_crc32c.value(data)
    rotated: int = (checksum >> 15 | checksum << 17) & _32_BITS
    return rotated + _MASK_DELTA & _32_BITS

"""Reads TFRecord files without TensorFlow.

A record is its length (8 bytes, little-endian), the masked CRC-32C of that (4 bytes), the data, and the data's masked
CRC-32C (4 bytes); a file is records and nothing else, so that one cut off between two records is a shorter file.
"""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from spaces.tables.crc32c import crc32c, crc32c_of_all, masked

_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_SHORTEST, _LONGEST = 4, 1 << 16  # bytes of a record that is worth reading
_AT_ONCE = 1024  # records held, so that their checksums are computed together


def tfrecords(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the data of every record, checked; raises ValueError for a damaged file, naming the record."""
    stored = _stored(stream)
    first = 1
    while batch := list(islice(stored, _AT_ONCE)):
        checksums = crc32c_of_all([data for data, _ in batch])
        for number, ((data, expected), checksum) in enumerate(zip(batch, checksums.tolist(), strict=True), start=first):
            if masked(checksum) != expected:
                raise ValueError(f"the checksum of record {number} is wrong")
            yield data
        first += len(batch)


def _stored(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield data and stored checksum of every record, only the lengths checked."""
    number = 0
    while length_bytes := stream.read(_LENGTH.size):
        number += 1
        checksum = stream.read(_CHECKSUM.size)
        if len(checksum) < _CHECKSUM.size:
            raise ValueError(f"ends in the middle of record {number}")
        if _CHECKSUM.unpack(checksum)[0] != masked(crc32c(length_bytes)):
            raise ValueError(f"no TFRecord file, or damaged: the length of record {number} has a wrong checksum")
        length = _LENGTH.unpack(length_bytes)[0]
        if not _SHORTEST <= length <= _LONGEST:
            raise ValueError(f"record {number} has {length} bytes; {_SHORTEST} to {_LONGEST} are expected")
        data, checksum = stream.read(length), stream.read(_CHECKSUM.size)
        if len(checksum) < _CHECKSUM.size:
            raise ValueError(f"ends in the middle of record {number}")
        yield data, _CHECKSUM.unpack(checksum)[0]

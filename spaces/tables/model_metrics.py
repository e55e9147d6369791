"""Reads NAS-Bench-101's protobuf message ``ModelMetrics``; by hand, as protobuf is much for two small messages.

``ModelMetrics``: 1 repeated EvaluationData (at the start, halfway and at the end of training), 2 int32 trainable
parameters. ``EvaluationData``: doubles 2 training time, 3 train, 4 validation and 5 test accuracy.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

_MOST_VARINT_BYTES = 10
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_SIZES = {_FIXED64: 8, _FIXED32: 4}
_EVALUATIONS, _PARAMETERS = 1, 2
_SECONDS, _TRAIN, _VALID, _TEST = 2, 3, 4, 5


@dataclass(frozen=True)
class EvaluationData:
    """Seconds of training up to here, and accuracies (0 to 1); NaN where the message has none."""

    seconds: float
    train: float
    valid: float
    test: float


@dataclass(frozen=True)
class ModelMetrics:
    """Evaluations, each still a message, in the order of training; number of trainable parameters (NaN: none given)."""

    evaluations: tuple[bytes, ...]
    parameters: float


def parse_model_metrics(message: bytes) -> ModelMetrics:
    """Return what a message says; fields of other numbers are passed over. Raises ValueError for a damaged one."""
    evaluations = []
    parameters = nan
    for number, value in _fields(message):
        if number == _EVALUATIONS and isinstance(value, bytes):
            evaluations.append(value)
        elif number == _PARAMETERS and isinstance(value, int):
            parameters = float(value)
    return ModelMetrics(tuple(evaluations), parameters)


def parse_evaluation(message: bytes) -> EvaluationData:
    """Return what the message of one evaluation says; raises ValueError for a damaged one."""
    doubles = {number: value for number, value in _fields(message) if isinstance(value, float)}
    return EvaluationData(*(doubles.get(number, nan) for number in (_SECONDS, _TRAIN, _VALID, _TEST)))


def _fields(message: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield number and value of every field: varints as int, 64 bits as float, the rest as bytes."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        wire = tag & 7
        if wire == _VARINT:
            value, position = _varint(message, position)
            yield tag >> 3, value
            continue
        length, position = _length(message, position, wire)
        content = message[position : position + length]
        if len(content) < length:
            raise ValueError("a protobuf field ends early")
        position += length
        yield tag >> 3, struct.unpack("<d", content)[0] if wire == _FIXED64 else content


def _length(message: bytes, position: int, wire: int) -> tuple[int, int]:
    """Return the length of a field's content and where that starts."""
    if wire == _BYTES:
        return _varint(message, position)
    if wire not in _SIZES:
        raise ValueError(f"a protobuf field has the unknown wire type {wire}")
    return _SIZES[wire], position


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, lowest first, and the position behind it."""
    if position < len(message) and message[position] < 0x80:  # nearly all
        return message[position], position + 1
    value = 0
    for index, byte in enumerate(message[position : position + _MOST_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, position + index + 1
    raise ValueError("a protobuf number ends early or is too long")

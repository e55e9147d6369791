"""Catches: a field mistaken for another, damage read as numbers; the messages are written by Google's protobuf."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables.model_metrics import EvaluationData, parse_evaluation, parse_model_metrics

DOUBLES = ("current_epoch", "training_time", "train_accuracy", "validation_accuracy", "test_accuracy")


@pytest.fixture(scope="module")
def message_class() -> Any:
    """Google's class of nasbench/lib/model_metrics.proto, with one field more."""
    descriptors = pytest.importorskip("google.protobuf.descriptor_pb2")
    from google.protobuf import descriptor_pool, message_factory

    kinds = descriptors.FieldDescriptorProto
    file = descriptors.FileDescriptorProto(name="model_metrics.proto", package="nasbench", syntax="proto2")
    metrics, evaluation = file.message_type.add(name="ModelMetrics"), file.message_type.add(name="EvaluationData")
    nested = metrics.field.add(name="evaluation_data", number=1, label=kinds.LABEL_REPEATED, type=kinds.TYPE_MESSAGE)
    nested.type_name = ".nasbench.EvaluationData"
    optional = kinds.LABEL_OPTIONAL
    metrics.field.add(name="trainable_parameters", number=2, label=optional, type=kinds.TYPE_INT32)
    metrics.field.add(name="total_time", number=3, label=optional, type=kinds.TYPE_DOUBLE)
    metrics.field.add(name="later", number=99, label=optional, type=kinds.TYPE_FIXED32)
    for number, name in enumerate(DOUBLES, start=1):
        evaluation.field.add(name=name, number=number, label=optional, type=kinds.TYPE_DOUBLE)
    evaluation.field.add(name="checkpoint_path", number=6, label=optional, type=kinds.TYPE_STRING)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("nasbench.ModelMetrics"))


def test_a_message_is_read(message_class: Any) -> None:
    message = message_class(trainable_parameters=49_979_274, total_time=5.0, later=7)
    for step in range(3):
        message.evaluation_data.add(
            current_epoch=step, training_time=100.5 * step, train_accuracy=0.75, validation_accuracy=0.5,
            test_accuracy=0.25, checkpoint_path="gs://x" * 40,
        )  # fmt: skip
    metrics = parse_model_metrics(message.SerializeToString())
    assert metrics.parameters == 49_979_274.0
    assert [parse_evaluation(one) for one in metrics.evaluations] == [
        EvaluationData(100.5 * step, 0.75, 0.5, 0.25) for step in range(3)
    ]


def test_what_is_absent_is_no_number(message_class: Any) -> None:
    message = message_class()
    message.evaluation_data.add(test_accuracy=0.5)
    metrics = parse_model_metrics(message.SerializeToString())
    assert math.isnan(metrics.parameters)
    evaluation = parse_evaluation(metrics.evaluations[0])
    assert math.isnan(evaluation.train)
    assert evaluation.test == 0.5
    assert parse_model_metrics(b"").evaluations == ()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\x10", "number ends early"),
        (b"\x10" + b"\xff" * 11, "too long"),
        (b"\x19\x00\x00", "field ends early"),
        (b"\x0a\x05ab", "field ends early"),
        (b"\x0b", "wire type 3"),
    ],
)
def test_damage_is_said(message: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_model_metrics(message)


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    for parse in (parse_model_metrics, parse_evaluation):
        with contextlib.suppress(ValueError):
            parse(data)

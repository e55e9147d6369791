"""Catches: another stage read than the last, maps summed instead of averaged, parts of different images joined."""

import torch

from fitness.heads.pooled_classifier import PooledClassifier
from spaces import FeatureInfo

INFO = [FeatureInfo(5, 1), FeatureInfo(2, 2)]


def test_logits_are_a_linear_map_of_the_last_stage_averaged() -> None:
    head = PooledClassifier(INFO, 3)
    maps = torch.tensor([[[[1.0, 3.0]], [[0.0, 10.0]]]])  # one image, averages 2 and 5
    expected = head.linear.weight @ torch.tensor([2.0, 5.0]) + head.linear.bias
    torch.testing.assert_close(head([torch.rand(1, 5, 2, 4), maps])[0], expected)
    assert head([maps]).shape == (1, 3)


def test_parts_of_a_image_are_joined_in_their_order() -> None:
    head = PooledClassifier(INFO, 6, parts=3)
    with torch.no_grad():
        head.linear.weight.copy_(torch.eye(6))
        head.linear.bias.zero_()
    maps = torch.arange(12.0).reshape(6, 2, 1, 1)  # two images of three parts
    assert head([maps]).tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]

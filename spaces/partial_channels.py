"""Sending a part of a map's channels through operations and the rest past them (PC-DARTS, Xu et al., 2020).

Letters: B batch, C channels, H height, W width, P the portion: one in P channels is processed.
"""

import torch
from torch import Tensor
from torch.nn import functional


def split_channels(x: Tensor, portion: int, stride: int) -> tuple[Tensor, Tensor]:
    """Return the first 1 / P of the channels of a map [B, C, H, W], and the others [B, C - C / P, H / stride, ...].

    The others are as small as operations of the stride would make them: maxima over 2x2 pixels for stride 2.
    """
    layout = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format
    processed, passed = x.tensor_split([x.shape[1] // portion], dim=1)
    passed = passed if stride == 1 else functional.max_pool2d(passed, stride)
    return processed.contiguous(memory_format=layout), passed  # once for all operations that read it


def join_channels(processed: Tensor, passed: Tensor, portion: int) -> Tensor:
    """Return one map [B, C, H, W] of both parts, shuffled so that any C / P channels in a row hold some of each part.

    The channels of both parts one behind the other are P groups; the first channels of all groups come first, then
    all second ones, and so on.
    """
    groups = [each.permute(0, 2, 3, 1) for each in (processed, *passed.chunk(portion - 1, dim=1))]
    return torch.stack(groups, dim=4).flatten(3).permute(0, 3, 1, 2)

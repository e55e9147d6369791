"""Catches: stages that are told otherwise than timm does."""

from evo.exporting.networks.stages import Stage, Stages


def test_stages_tell_channels_and_reductions() -> None:
    stages = Stages([Stage(16, 1), Stage(32, 4)])
    assert (stages.channels(), stages.reduction()) == ([16, 32], [1, 4])
    assert (stages[1].channels, stages[1].reduction) == (32, 4)

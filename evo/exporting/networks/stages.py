"""What a network says of its stages, as timm's networks do."""

from typing import NamedTuple


class Stage(NamedTuple):
    """Channels of the maps of a stage, and by how much they are smaller than the input."""

    channels: int
    reduction: int


class Stages(list[Stage]):
    """The stages of a network, fine to coarse; the methods are those of timm."""

    def channels(self) -> list[int]:
        """Return the channels of every stage."""
        return [stage.channels for stage in self]

    def reduction(self) -> list[int]:
        """Return by how much the maps of every stage are smaller than the input."""
        return [stage.reduction for stage in self]

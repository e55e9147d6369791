"""Why a search stopped."""

from enum import StrEnum


class Ending(StrEnum):
    """Why a search stopped."""

    FINISHED = "finished"
    """All evaluations are done."""
    OUT_OF_TIME = "out of time"
    """``max_minutes`` have passed; what was running has been waited for."""
    EXHAUSTED = "exhausted"
    """The strategy has nothing more to propose."""
    ON_TARGET = "on target"
    """A fitness has reached ``target``."""
    STOPPED = "stopped"
    """A callback asked for it."""

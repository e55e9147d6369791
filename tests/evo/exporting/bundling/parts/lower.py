"""What others need: a class, functions, a table."""

import math

FACTOR = 0.5


class Lower:
    """A base."""

    def used(self) -> float:
        return half(math.pi)


def half(x: float) -> float:
    return FACTOR * x


def double(x: float) -> float:
    return 2 * x


TABLE = {
    "half": half,
    "double": double,
}

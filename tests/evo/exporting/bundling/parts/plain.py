"""What stands in for others."""


def half(x: float) -> float:
    return x / 2

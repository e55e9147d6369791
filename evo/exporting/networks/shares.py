"""How several vertices share the channels of what they are put side by side into."""


def shares(width: int, count: int) -> list[int]:
    """Return ``count`` even shares of ``width`` channels; the first of them get one more each of what remains."""
    return [width // count + (number < width % count) for number in range(count)]

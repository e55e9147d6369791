"""Numbers as a terminal shows them."""

DIGITS = 6


def readable(number: float | None) -> str:
    """Return a number with ``DIGITS`` significant digits, or ``-`` for none: 363610, 9.24446e+41, -0.61234."""
    return "-" if number is None else f"{number:.{DIGITS}g}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with what it counts: 1 worker, 3 workers, 2 fitnesses; plural: where it takes more than an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def front_of(points: int) -> str:
    """Return of how many points the front of several objectives is, as a part of a line; empty for no front."""
    return f", front of {points}" if points else ""


def learning(labelled: int) -> str:
    """Return from how many labelled candidates a strategy learns, as the end of a line; empty for none."""
    return f", learning from {labelled} labelled candidates" if labelled else ""


def shortly(seconds: float) -> str:
    """Return a time in its largest unit of which there are two, or so: 85 s, 12 min, 7 h, 3 days."""
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= (90 if unit == "min" else 2 * length):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def in_thousands(number: float, digits: int = DIGITS) -> str:
    """Return a number with the letter of its thousands from 10,000 on: 1200, 15k, 2.5M, 3G."""
    for power, letter in ((12, "T"), (9, "G"), (6, "M"), (4, "k")):
        if 10.0**power <= abs(number) < 1e15:
            return f"{number / 10.0 ** (power // 3 * 3):.{digits}g}{letter}"
    return f"{number:.{digits}g}"

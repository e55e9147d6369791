"""Checks that many spaces make of their options, and of what their networks are built for."""

from spaces.base import InputSpec

MOST_CELLS = 1_000
"""Of a network, or of one of its stages; building more would not end."""


def check_build_arguments(input_spec: InputSpec, num_outputs: int, *, coarsest: int) -> None:
    """Raise ValueError unless the input can be halved down to ``1 / coarsest`` of its size and an output exists."""
    if input_spec.channels < 1:
        raise ValueError(f"input has {input_spec.channels} channels; at least 1 is needed")
    if input_spec.size < coarsest or input_spec.size % coarsest:
        below, above = (input_spec.size // coarsest + step for step in (0, 1))
        nearest = " or ".join(str(coarsest * times) for times in (below, above) if times > 0)
        raise ValueError(
            f"input size {input_spec.size} is not a positive multiple of {coarsest}, as the stages need; take {nearest}"
        )
    if num_outputs < 1:
        raise ValueError(f"num_outputs is {num_outputs}; at least 1 is needed")


def check_size(name: str, value: int, *, least: int = 1, most: int = 65_536) -> None:
    """Raise ValueError unless an option that says how large networks are is within its bounds."""
    if value < least:
        raise ValueError(f"{name} is {value}; at least {least} is needed")
    if value > most:
        raise ValueError(f"{name} is {value}; at most {most} is allowed")

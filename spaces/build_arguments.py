"""The check that every convolutional network makes before it is built."""

from spaces.base import InputSpec


def check_build_arguments(input_spec: InputSpec, num_outputs: int, *, coarsest: int) -> None:
    """Raise ValueError unless the input can be halved down to ``1 / coarsest`` of its size and an output exists."""
    if input_spec.channels < 1:
        raise ValueError(f"input has {input_spec.channels} channels; at least 1 is needed")
    if input_spec.size < coarsest or input_spec.size % coarsest:
        raise ValueError(f"input size {input_spec.size} is not a positive multiple of {coarsest}, as the stages need")
    if num_outputs < 1:
        raise ValueError(f"num_outputs is {num_outputs}; at least 1 is needed")

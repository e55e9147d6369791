"""What is made once per run and process, for all candidates."""

from collections.abc import Callable
from typing import Generic, TypeVar

from fitness.base import EvalContext

T = TypeVar("T")


class OncePerRun(Generic[T]):
    """What ``make`` returns for a context, kept until a context of another run, with other images, comes."""

    def __init__(self, make: Callable[[EvalContext], T]) -> None:
        """Make nothing yet."""
        self._make = make
        self._made: tuple[EvalContext, T] | None = None

    def __call__(self, context: EvalContext) -> T:
        """Return what was made for the run of ``context``, or make it now."""
        if self._made is None or not self._made[0].shares_batch(context):
            self._made = context, self._make(context)
        return self._made[1]

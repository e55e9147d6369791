"""How trainings end that cannot go on: in a line that says where they are, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evo.differentiable.bilevel.supernet_trainer import DivergedError
from evo.records.failures import FailedRunError
from fitness import wants_memory
from tasks.foundation.errors import bounded, first_line

_LONGEST_REASON = 160


@contextmanager
def told_in_words(path: Path) -> Iterator[None]:
    """Let want of memory and a loss that is no number end in a FailedRunError.

    path: the folder of the trainings, in which every finished epoch is
    """
    try:
        yield
    except DivergedError as error:
        raise FailedRunError(f"{error}; finished epochs are in {path}") from error
    except Exception as error:
        if wants_memory(error):
            raise FailedRunError(
                f"memory ran out ({bounded(first_line(error), _LONGEST_REASON)}); finished epochs are in {path}: the "
                "same command goes on where there is more of it; a smaller --batch is another training, with a --name "
                "of its own"
            ) from error
        raise

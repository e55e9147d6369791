"""How often what a dead process was at is tried again, and what is said when it is not."""

import re

from ray.exceptions import RayError, RayTaskError

from tasks.foundation.errors import first_line, last_line

MAX_ATTEMPTS = 4
"""The first and three more: a dead worker is not the candidate's fault."""
_OWN = re.compile(r"(evo|fitness|spaces|tasks)(\.\w+)+: ")
"""Class of an error of this project's, before words that say all there is to say."""


def died_too_often(attempts: int, error: RayError) -> str:
    """Return the reason why nothing is tried again."""
    return f"its worker died {attempts} times, last: {last_words(error)}"


def last_words(error: RayError) -> str:
    """Return the line that says most: the last of a traceback, the first of Ray's own explanations."""
    return raised_there(error) if isinstance(error, RayTaskError) else first_line(error)


def raised_there(error: RayError) -> str:
    """Return the last line of what was raised in an actor, of a refusal of this project's its words alone."""
    said = last_line(str(error))
    return said[own.end() :] if (own := _OWN.match(said)) else said

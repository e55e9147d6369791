"""The words that this process was started with, as Ray sees them."""

import sys

from tasks.foundation.errors import UsageError


def check_command_words() -> None:
    """Raise UsageError where one is not UTF-8, e.g. a name in Latin-1: Ray does not start in such a process."""
    for word in sys.orig_argv:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise UsageError(
                f"{word[-200:]!r}: is not UTF-8, and Ray does not start from a command line that holds it; rename it, "
                "give a link to it with another name, or score in this process by --workers 0"
            ) from error

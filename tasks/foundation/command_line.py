"""What every command line shares: exit codes, errors of one line, images, the form of ``--set``, and what it prints."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn

from tasks.foundation.default_images import DEFAULT_DATA, DEFAULT_DATA_ROOT, IMAGES_GROUP
from tasks.foundation.errors import UsageError, bounded, unknown_name

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
_ANY_IMAGES = ("photos", "digits", "cifar10", "cifar100", "imagefolder:DIR", "noise")
_ENOUGH = 10_000  # characters of an error that are looked at: one of megabytes is not spelled out to be cut


def run_command(program: str, action: Callable[[], int]) -> int:
    """Return the exit code of ``action``; a UsageError becomes one line of ``program``, an interrupt its own code."""
    try:
        return action()
    except UsageError as error:
        print(error_line(program, error), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return INTERRUPTED


def error_line(program: str, error: BaseException) -> str:
    """Return what a command prints of the error that ends it: one line, bounded, with nothing that moves a cursor."""
    return bounded(printable(f"{program}: error: {' '.join(bounded(str(error), _ENOUGH).split())}"))


@dataclass(frozen=True)
class Option:
    """An option of a command; kind: what its text is read as."""

    name: str
    metavar: str
    help: str
    kind: type = str

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return f"--{self.name.replace('_', '-')}"

    def add_to(self, group: argparse._ActionsContainer) -> None:
        """Add it to a parser."""
        group.add_argument(self.flag, type=self.kind, metavar=self.metavar, help=self.help)


def data_option() -> Option:
    """Return the option of the images, with the installed sources in its help."""
    return Option("data", "D", f"images: {', '.join(any_images())} (default: {DEFAULT_DATA}, with no download)")


def any_images() -> list[str]:
    """Return what names images, built in or installed, as a help text lists it."""
    return [*_ANY_IMAGES, *installed_images()]


def installed_images() -> list[str]:
    """Return the names of installed sources of images; their table is not asked, as torch comes with it."""
    return sorted({point.name for point in entry_points(group=IMAGES_GROUP)} - set(_ANY_IMAGES))


def named_path(text: str) -> Path:
    """Return the path that an option names; raises ArgumentTypeError for an empty text, which names none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty text names no file or folder")
    return Path(text)


IMAGE_SIZE = Option(
    "image_size",
    "S",
    "pixels of an image's side, a multiple of what the space needs, often 4 (default: 32)",
    int,
)
CHANNELS = Option("channels", "C", "of the images of a folder, or of a source of yours: 1, 3 or 4 (default: 3)", int)
DATA_ROOT = Option("data_root", "DIR", f"folder of the CIFAR archives (default: {DEFAULT_DATA_ROOT})")


class OneLineParser(argparse.ArgumentParser):
    """Turns a usage error into an exception, so that it ends as one line like every other.

    Options cannot be abbreviated, and the help keeps the lines of its texts.
    """

    def __init__(self, **given: Any) -> None:
        """Take what argparse takes."""
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, **given})

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{message} (see --help)")


def add_data(group: argparse._ArgumentGroup) -> None:
    """Add the options of the images."""
    data_option().add_to(group)
    add_shape(group)
    add_archives(group)


def add_shape(group: argparse._ArgumentGroup) -> None:
    """Add the options of how large images are, and of what they consist."""
    IMAGE_SIZE.add_to(group)
    CHANNELS.add_to(group)


def add_archives(group: argparse._ArgumentGroup) -> None:
    """Add the options of images that have to be fetched."""
    DATA_ROOT.add_to(group)
    add_download(group)


def add_download(group: argparse._ArgumentGroup) -> None:
    """Add the option of fetching them."""
    group.add_argument("--download", action="store_true", help="fetch an archive missing from --data-root")


def add_assignments(group: argparse._ActionsContainer, what: str, *, form: str = "AXIS.OPTION=VALUE") -> None:
    """Add ``--set``; what: whose options it sets, for the help; form: of one assignment."""
    group.add_argument(
        "--set", action="append", default=[], dest="assignments", metavar=form, help=f"{what}; may be repeated"
    )


def parse_assignments(assignments: Sequence[str], axes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return ``{"fitness": {"steps": "100"}}`` for ``["fitness.steps=100"]``, with an entry for each of ``axes``.

    Raises UsageError for a text of another form or of another axis.
    """
    options: dict[str, dict[str, str]] = {axis: {} for axis in axes}
    for text in assignments:
        target, equals, value = text.partition("=")
        axis, dot, option = target.partition(".")
        if not (equals and dot and option):
            raise UsageError(f"--set {text!r}: write AXIS.OPTION=VALUE, e.g. {next(iter(options))}.OPTION=VALUE")
        if axis not in options:
            raise unknown_name(f"axis in --set {text!r}:", axis, options)
        options[axis][option] = value
    return options


KEPT = "\n\t"


def say(text: str = "") -> None:
    """Print a line; once nobody reads (``| head``, a closed terminal), the command goes on in silence."""
    try:
        print(printable(text), flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno not in (errno.EPIPE, errno.EIO):  # e.g. a full disk behind it
            raise UsageError(f"the output cannot be written ({error.strerror})") from error


def printable(text: str) -> str:
    """Return the text with what would move a terminal's cursor, colour it or turn its letters round spelled out."""
    return "".join(c if c.isprintable() or c in KEPT else c.encode("unicode_escape").decode("ascii") for c in text)

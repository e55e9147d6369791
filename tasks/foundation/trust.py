"""Whether names that come from a file may be imported: only what is built in or installed, unless the caller says so.

What the caller says holds for the calls it makes, in its thread alone; a worker is told by the process that checked.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import MEMBERS, PluginText
from tasks.foundation.plugins import PluginTable

FLAG = "--trust-plugins"
_COLON_IN_WORD = re.compile(r"[^\s\"'(),=/\[\]{}]:\S")
"""Not those of JSON, which follow a quotation mark."""
_TRUSTED: ContextVar[bool] = ContextVar("trusted", default=False)


class Trusting(Protocol):
    """A request that says whether files are trusted."""

    @property
    def trust(self) -> bool:
        """Whether what files name may be imported."""
        ...


RequestT = TypeVar("RequestT", bound=Trusting)
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


@contextmanager
def trusting(trust: bool = True) -> Iterator[None]:
    """Let names from files be imported while the block lasts, where ``trust`` says so; it takes no trust away."""
    token = _TRUSTED.set(trust or _TRUSTED.get())
    try:
        yield
    finally:
        _TRUSTED.reset(token)


def trusting_as_asked(
    function: Callable[Concatenate[RequestT, Rest], Result],
) -> Callable[Concatenate[RequestT, Rest], Result]:
    """Run a function of a request with the trust that the request states."""

    @functools.wraps(function)
    def trusted(request: RequestT, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
        with trusting(request.trust):
            return function(request, *args, **kwargs)

    return trusted


def trusts_files() -> bool:
    """Return whether names from files may be imported now."""
    return _TRUSTED.get()


def check_name(table: PluginTable, name: str, file: object, cure: str) -> None:
    """Raise UsageError for a name in a file that would import somebody's own module, unless files are trusted.

    cure: how the caller names it, e.g. ``name it by --space``
    """
    if table.is_foreign(name) and not trusts_files():
        raise foreign(f"{table.kind} {name[:80]!r}", file, cure)


def check_options(
    file: object, axis: str, options: Mapping[str, object], named: Set[str] = frozenset(), *, by_set: bool = True
) -> None:
    """Raise UsageError where an option that a file gives may name an attribute of a module, which a plug-in may import.

    That is any text with a colon within a word, whatever the word, plug-ins within a plug-in included. named: options
    that the caller gives again, as ``fitness.objective``; by_set: whether they could, by ``--set``
    """
    for option, value in options.items():
        found = next(_naming(value), None)
        if found is not None and f"{axis}.{option}" not in named and not trusts_files():
            cure = f"name all again by --{axis} NAME(MEMBER,...)" if option == MEMBERS else "give it again"
            raise foreign(
                f"{axis}.{option}={found[:80]!r}", file, f"{cure} (--set {axis}.{option}=...)" if by_set else ""
            )


def _naming(value: object) -> Iterator[str]:
    """Yield the texts in a value that may name a module's attribute; lists, tables and plug-ins within it included."""
    if isinstance(value, PluginText):
        value = [value.name, value.given()]
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from _naming(one)
    elif isinstance(value, str) and _COLON_IN_WORD.search(value):
        yield value


def foreign(what: str, file: object, cure: str) -> UsageError:
    """Return the error for what a file names and nobody else does; cure: how they could, empty where they cannot."""
    return UsageError(
        f"{file}: {what} is neither built in nor installed, and what a file names is not imported unasked; "
        f"{f'{cure}, or ' if cure else ''}trust the file by {FLAG} (in Python trust=True)"
    )

"""From the keyword arguments of a Python caller to a request."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from evo.records.requests import Placement
from tasks.foundation.errors import unknown_name

RequestT = TypeVar("RequestT")

PLACED = tuple(field.name for field in fields(Placement))


def requested(kind: type[RequestT], given: Mapping[str, Any]) -> RequestT:
    """Return a request of a kind, a dataclass; raises UsageError for an argument it lacks, or one of a wrong type.

    given: the fields of the request by name, and beside them those of its placement: workers, gpus_per_worker, address
    """
    own = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a bound on the type says no more
    placed = PLACED if "placement" in own else ()
    for name in given:
        if name not in own and name not in placed:
            raise unknown_name("argument", name, [*(name for name in own if name != "placement"), *placed])
    values = {name: value for name, value in given.items() if name in own}
    if where := {name: given[name] for name in placed if name in given}:
        values["placement"] = Placement(**where)
    return kind(**values)

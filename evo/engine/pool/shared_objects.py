"""The caller's own plug-ins on their way to the processes of a cluster."""

from collections.abc import Mapping
from typing import Any

import ray

from tasks.foundation.errors import UsageError, first_line


def share(objects: Mapping[str, object] | None) -> Any:
    """Return a reference to the caller's own plug-ins, which actors take as the objects, by axis.

    They are put into the object store once. Raises UsageError where Ray cannot serialise one.
    """
    check_serialisable(objects or {})
    return ray.put(dict(objects or {}))


def check_serialisable(objects: Mapping[str, object]) -> None:
    """Raise UsageError where Ray cannot serialise one of the caller's own plug-ins."""
    for axis, made in objects.items():
        try:
            ray.cloudpickle.dumps(made)  # type: ignore[no-untyped-call]
        except Exception as error:  # whatever an object's own __reduce__ raises
            raise UsageError(
                f"the object given as {axis} cannot be sent to workers ({first_line(error)}); "
                "workers=0 scores in this process"
            ) from error

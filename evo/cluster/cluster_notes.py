"""Short notes that every process of a cluster can write and read: the key-value store of Ray's head node.

It answers without any worker, so that a process whose own workers are frozen can still be asked about.
"""

from typing import Protocol

NAMESPACE = b"selfnas"


class Notes(Protocol):
    """Short texts by key."""

    def write(self, key: str, text: str) -> None:
        """Put a text in place of what was there."""
        ...

    def read(self, key: str) -> str | None:
        """Return a text, None where there is none."""
        ...

    def forget(self, prefix: str) -> None:
        """Remove all whose keys begin so."""
        ...


class ClusterNotes:
    """The notes of the cluster that this process has joined; what fails raises whatever Ray raises."""

    def write(self, key: str, text: str) -> None:
        """Put a text in place of what was there."""
        from ray.experimental.internal_kv import _internal_kv_put

        _internal_kv_put(key, text, overwrite=True, namespace=NAMESPACE)

    def read(self, key: str) -> str | None:
        """Return a text, None where there is none."""
        from ray.experimental.internal_kv import _internal_kv_get

        found = _internal_kv_get(key, namespace=NAMESPACE)
        return None if found is None else found.decode()

    def forget(self, prefix: str) -> None:
        """Remove all whose keys begin so."""
        from ray.experimental.internal_kv import _internal_kv_del

        _internal_kv_del(prefix, del_by_prefix=True, namespace=NAMESPACE)

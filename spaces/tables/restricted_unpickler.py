"""Reads pickled dictionaries of numbers and texts, and nothing that could act.

A pickle is a program: it may name any function and have it called. Here it may name a few things, each of which is
replaced by something that only holds data, and any other name ends the reading before anything is called. Of the
values per epoch, which are nearly all of a benchmark's pickle, only those of the last epoch are kept.
"""

import pickle
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO

Item = tuple[Any, Any]

# Instructions that make objects of arbitrary classes or reach around find_class; no benchmark needs them.
_REFUSED = (
    pickle.INST,
    pickle.OBJ,
    pickle.NEWOBJ,
    pickle.NEWOBJ_EX,
    pickle.EXT1,
    pickle.EXT2,
    pickle.EXT4,
    pickle.PERSID,
    pickle.DICT,
    pickle.FROZENSET,
    pickle.BYTEARRAY8,
    pickle.NEXT_BUFFER,
    pickle.READONLY_BUFFER,
)


class ForbiddenNameError(ValueError):
    """A pickle names something that it might have called."""


class UnreadTensor:
    """Stands for a tensor: its numbers are not read."""


class StorageKind:
    """Stands for torch's class of a tensor's memory; ``item_bytes``: of one element."""

    def __init__(self, item_bytes: int) -> None:
        """Set the size of an element."""
        self.item_bytes = item_bytes


class _NumberKind:
    """Stands for a numpy dtype; only its code, e.g. ``f8``, matters."""

    def __init__(self, code: object, *_: object) -> None:
        self.code = code


def _numpy_scalar(kind: object, data: object) -> float:
    formats = {"f8": "<d", "f4": "<f", "i8": "<q", "i4": "<i"}
    if not isinstance(kind, _NumberKind) or not isinstance(data, bytes) or kind.code not in formats:
        raise ValueError("a numpy number of an unknown type")
    return float(struct.unpack(formats[str(kind.code)], data)[0])


def _ordered_dict(items: Iterable[Item] = ()) -> dict[Any, Any]:
    return dict(_checked(items))


def _latin1(text: str, _: object) -> bytes:
    """Stand for ``_codecs.encode``, which makes the bytes of old pickles."""
    return text.encode("latin1")


def _tensor(*_: object) -> UnreadTensor:
    return UnreadTensor()


_STORAGES = {"Double": 8, "Float": 4, "Half": 2, "Long": 8, "Int": 4, "Short": 2, "Char": 1, "Byte": 1, "Bool": 1}
_ALLOWED: Mapping[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): _ordered_dict,
    ("builtins", "set"): list,
    ("__builtin__", "set"): list,
    ("_codecs", "encode"): _latin1,
    ("numpy", "dtype"): _NumberKind,
    ("numpy.core.multiarray", "scalar"): _numpy_scalar,
    ("numpy._core.multiarray", "scalar"): _numpy_scalar,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _tensor,
    **{("torch", f"{name}Storage"): StorageKind(size) for name, size in _STORAGES.items()},
}


class RestrictedUnpickler(pickle._Unpickler):
    """Reads one pickle of a stream and leaves the stream behind it.

    It is built on the unpickler in Python, not the one in C: its steps can be replaced one by one, and a damaged
    length or index costs it no memory.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Set the stream; ``load()`` reads."""
        super().__init__(stream, encoding="utf-8")
        self.memo = _Memo()
        self.storage_bytes: dict[str, int] = {}  # of each tensor's memory, by its key

    def load(self) -> Any:
        """Return what the pickle holds; raises ValueError where it is damaged or not allowed."""
        try:
            return super().load()
        except ForbiddenNameError:
            raise
        except Exception as error:  # damaged instructions fail in any way
            raise ValueError(f"damaged pickle ({type(error).__name__}: {error})") from error

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a name; raises ForbiddenNameError for one that is not allowed."""
        if (module, name) not in _ALLOWED:
            raise ForbiddenNameError(f"the pickle names {module}.{name}, which no table needs; nothing of it was run")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> UnreadTensor:
        """Take note of a tensor's memory: ``("storage", kind, key, place, elements, ...)``."""
        _, kind, key, _, elements, *_ = pid
        if type(key) is not str or type(elements) is not int or not isinstance(kind, StorageKind):
            raise ValueError("a tensor's memory is described in an unknown way")
        self.storage_bytes[key] = elements * kind.item_bytes
        return UnreadTensor()


class _Memo(dict[int, Any]):
    """What a pickle may refer back to, numbered from 0; a list where a dictionary would take ten times the memory."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Any] = []

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> Any:
        return self._items[index]

    def __setitem__(self, index: int, value: Any) -> None:
        if index == len(self._items):
            self._items.append(value)
        else:
            self._items[index] = value


def _load_setitems(reader: Any) -> None:
    items = reader.pop_mark()
    _target(reader).update(last_epochs(_checked(zip(items[::2], items[1::2], strict=True))))


def _load_setitem(reader: Any) -> None:
    value, key = reader.stack.pop(), reader.stack.pop()
    _target(reader).update(_checked([(key, value)]))


def _target(reader: Any) -> dict[Any, Any]:
    target = reader.stack[-1]
    if type(target) is not dict:
        raise ValueError("items are set of something that is no dictionary")
    return target


def _load_additems(reader: Any) -> None:
    members = reader.pop_mark()
    reader.stack[-1].update(key for key, _ in _checked((member, None) for member in members))


def _load_reduce(reader: Any) -> None:
    arguments, function = reader.stack.pop(), reader.stack.pop()
    if not any(function is allowed for allowed in _ALLOWED.values()) or type(arguments) is not tuple:
        raise ValueError("something that is no function is called")
    reader.append(function(*arguments))


def _load_build(reader: Any) -> None:
    """Drop an object's state: nothing that is kept has one that matters."""
    reader.stack.pop()


def _load_short_text(reader: Any) -> None:
    """Share equal texts: the names of epochs, e.g. ``x-valid@199``, come in the millions."""
    reader.append(sys.intern(str(reader.read(struct.unpack("<I", reader.read(4))[0]), "utf-8")))


def _refuse(reader: Any) -> None:
    raise ValueError("an instruction that no table needs")


def _checked(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items whose keys are texts, numbers or pairs of them; others could make hashing go deep."""
    for key, value in items:
        parts = key if type(key) is tuple else (key,)
        if not all(type(part) in (str, int) for part in parts):
            raise ValueError("a key is neither text nor number")
        yield key, value


def last_epochs(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, of a series over epochs only the last.

    An epoch's item is a float called by the epoch's number, ``199``, or by a set's name and that, ``"x-valid@199"``.
    """
    last: dict[str, tuple[int, Item]] = {}
    for item in items:
        series, epoch = _epoch(*item)
        if epoch < 0:
            yield item
        elif series not in last or epoch >= last[series][0]:
            last[series] = (epoch, item)
    yield from (item for _, item in last.values())


def _epoch(key: Any, value: Any) -> tuple[str, int]:
    """Return the series and epoch of an item, epoch -1 for one of no series."""
    if type(value) is float and type(key) is int:
        return "", key
    if type(value) is float and type(key) is str:
        series, at, epoch = key.rpartition("@")
        if at and epoch.isdecimal() and len(epoch) < 9:
            return series, int(epoch)
    return "", -1


_OWN: dict[bytes, Callable[[Any], None]] = {
    pickle.SETITEMS: _load_setitems,
    pickle.SETITEM: _load_setitem,
    pickle.ADDITEMS: _load_additems,
    pickle.REDUCE: _load_reduce,
    pickle.BUILD: _load_build,
    pickle.BINUNICODE: _load_short_text,
    **dict.fromkeys(_REFUSED, _refuse),
}
RestrictedUnpickler.dispatch = {**pickle._Unpickler.dispatch, **{code[0]: load for code, load in _OWN.items()}}

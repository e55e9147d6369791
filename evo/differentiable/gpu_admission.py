"""Which supernets may train on a GPU side by side: as many as its free memory holds; the others wait for room.

All sizes are bytes.
"""

from dataclasses import dataclass

RESERVED_SHARE, MOST_RESERVED = 1 / 16, 2 * 2**30
"""Of a GPU's memory nobody is let into that much: allocators split blocks, and libraries hold some of their own."""


@dataclass(frozen=True)
class GpuMemory:
    """The memory of a GPU as one of the processes on it sees it; gpu: its node and its number there."""

    gpu: str
    free: int
    total: int


def usable(free: int, total: int) -> int:
    """Return what of the free bytes of a GPU supernets are let into: all but the reserve."""
    return max(free - min(int(total * RESERVED_SHARE), MOST_RESERVED), 0)


def fitting(memory: GpuMemory, needed: int) -> int:
    """Return how many supernets, of ``needed`` bytes each, fit into what is free on a GPU."""
    return usable(memory.free, memory.total) // needed


class GpuAdmission:
    """Lets supernets, by their seeds, in on the GPUs that Ray has put them on.

    One that is let in counts with what it needs until its first epoch is over; from then on what it has taken is
    missing from what is free. The first on a GPU is always let in: nobody would ever make room for it. Where memory
    runs out all the same, one fewer is let in from then on.
    """

    def __init__(self, estimate: int, *, steady: bool = True) -> None:
        """Let nobody in yet.

        estimate: what one needs, unless it is known better; steady: whether every epoch takes as much as the first
        """
        self._estimate, self._steady, self._taken = estimate, steady, 0
        self._least = 1  # that one is taken to need, after too many of them
        self._whole: dict[str, int] = {}  # GPU -> what is usable of it where nobody has taken any
        self._inside: dict[int, str] = {}  # seed -> its GPU
        self._settled: set[int] = set()  # whose memory is missing from what is free
        self._waiting: dict[int, str] = {}
        self._settled_when_asked: dict[int, frozenset[int]] = {}

    @property
    def needed(self) -> int:
        """What a supernet needs: the most that one has taken, or the estimate where that may not be all."""
        known = self._taken if self._taken and self._steady else max(self._estimate, self._taken)
        return max(known, self._least)

    def is_waiting(self, seed: int) -> bool:
        """Return whether a seed has been turned away and not come in since."""
        return seed in self._waiting

    def ask(self, seed: int) -> None:
        """Note that a seed's process is asked from now on for the memory of its GPU."""
        self._settled_when_asked[seed] = frozenset(self._settled)

    def enter(self, seed: int, memory: GpuMemory | None) -> bool:
        """Let a seed in, where its GPU has room for it, or it has none; otherwise it waits there.

        memory: as its process saw it after ``ask``
        """
        settled = self._settled_when_asked.pop(seed, frozenset())
        self._waiting.pop(seed, None)
        if memory is None:
            return True
        self._whole[memory.gpu] = usable(memory.total, memory.total)
        beside = self._on(memory.gpu)
        promised = sum(other not in settled for other in beside)
        if beside and fitting(memory, self.needed) <= promised:
            self._waiting[seed] = memory.gpu
            return False
        self._inside[seed] = memory.gpu
        return True

    def settle(self, seed: int, taken: int) -> list[int]:
        """Note what a seed's process has taken at most, after an epoch; returns who should ask again."""
        if seed not in self._inside:
            return []
        self._taken = max(self._taken, taken)
        self._settled.add(seed)
        return self._waiting_on(self._inside[seed])

    def overflow(self, seed: int) -> bool:
        """Note that a seed found too little memory on its GPU; returns whether it may try again beside fewer others."""
        gpu = self._inside.get(seed, "")
        side_by_side = len(self._on(gpu))
        if side_by_side < 2:
            return False
        self._least = max(self._least, self._whole[gpu] // side_by_side + 1)
        return True

    def leave(self, seed: int) -> list[int]:
        """Forget a seed whose process has ended; returns who should ask again."""
        self._settled.discard(seed)
        self._waiting.pop(seed, None)
        self._settled_when_asked.pop(seed, None)
        gpu = self._inside.pop(seed, None)
        return [] if gpu is None else self._waiting_on(gpu)

    def _on(self, gpu: str) -> list[int]:
        return [seed for seed, held in self._inside.items() if held == gpu]

    def _waiting_on(self, gpu: str) -> list[int]:
        return [
            seed for seed, wanted in self._waiting.items() if wanted == gpu and seed not in self._settled_when_asked
        ]

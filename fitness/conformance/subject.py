"""A fitness by its name, with everything that its scores depend on, as it travels to another process."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from fitness import FITNESSES
from fitness.conformance.attempt import Attempt
from fitness.conformance.case import Case
from fitness.conformance.other_process import OtherProcess
from fitness.conformance.recorded_images import RecordedImages
from spaces import SPACES, PreparedSpace
from tasks import DEFAULT_DATA, ImageSource, UsageError, first_line, open_images


@dataclass(frozen=True)
class Subject:
    """Names and options: what a worker of a run is told, too.

    folder: where a space keeps what it prepares; members: how many are scored; the rest as ``evo.run`` calls it.
    """

    fitness: str
    fitness_options: Mapping[str, object]
    space: str
    space_options: Mapping[str, object]
    folder: str
    data: str = DEFAULT_DATA
    data_root: str | None = None
    members: int = 8
    seed: int = 0

    def to_json(self) -> str:
        """Return it as a run's folder keeps it."""
        return json.dumps(asdict(self), default=str)

    def open(self, process: OtherProcess | None = None, *, download: bool = False) -> Case:
        """Return its case, which asks ``process``; raises UsageError where a plug-in refuses or cannot be prepared."""
        options = FITNESSES.resolve(self.fitness, self.fitness_options)
        root = Path(self.data_root) if self.data_root else None
        images = RecordedImages.of(open_images(self.data, data_root=root, download=download))
        make = partial(self._make, images.source, options)
        make()  # refuses bad options now
        return Case(
            make=make,
            space=self._open_space(),
            images=images,
            options=options,
            elsewhere=None if process is None else partial(self._answer_in, process),
            members=self.members,
            seed=self.seed,
        )

    def _make(self, source: ImageSource, options: Mapping[str, object], **changes: object) -> Any:
        return FITNESSES.build(self.fitness, {**options, **changes}, source=source)

    def _open_space(self) -> Any:
        space = SPACES.build(self.space, self.space_options)
        try:
            if isinstance(space, PreparedSpace):
                space.prepare(Path(self.folder))
        except Exception as error:
            said = f"{type(error).__name__}: {first_line(error)}"
            raise UsageError(f"space {self.space!r} cannot be prepared: {said}; see python -m spaces.check") from error
        return space

    def _answer_in(self, process: OtherProcess, texts: list[str], limit_s: float) -> list[Attempt]:
        found: list[Attempt] = process.call(answer, self.to_json(), texts, limit_s=limit_s)
        return found


def answer(subject: str, texts: list[str]) -> list[Attempt]:
    """Return what becomes of the candidates of ``texts`` in this process; subject: as ``to_json`` says it."""
    return _opened(subject).answer(texts)


@lru_cache(maxsize=1)
def _opened(subject: str) -> Case:
    return Subject(**json.loads(subject)).open()

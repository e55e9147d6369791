"""Diagrams of proxy tasks: the maps that a search of seed 0 on the photographs that are included has for targets.

Letters: B batch, C channels, S height and width in pixels, L steps, D values per step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from spaces.drawing.diagram import Diagram, ImageRow, ImagesPart, Pixels
from tasks import (
    DEFAULT_DATA,
    Basis,
    Dot,
    GDot,
    Noise,
    ProxyTask,
    Resize,
    SequenceTask,
    Sin1D,
    Sin2D,
    derive_rng,
    num_dots,
    open_images,
)

_MAPS_SHOWN, _SHEETS_SHOWN = 6, 2
_WORDS: dict[type, str] = {
    Sin1D: "waves along one axis",
    Sin2D: "oblique waves",
    Dot: "single pixels",
    GDot: "blurred dots",
    Resize: "the images, shrunken",
}
_OF_A_RUN = ("regression", "batch")
"""What names the draws of the fitness ``regression``."""


@dataclass(frozen=True)
class _Shown:
    """What is drawn of maps: what has its own in the words of a row, height and width, what their sum is."""

    owner: str
    height: int
    width: int
    total: str


def proxy_task_diagram(task: ProxyTask, title: str) -> Diagram:
    """Return the signals of each stage, and their sum, which is its target: of the first image the first channels."""
    rng = derive_rng(0, *_OF_A_RUN)
    images = open_images(DEFAULT_DATA).draw(task.batch_size, rng).images
    size = task.output_size
    shown = _Shown("image", size, size, "what is predicted")
    parts = []
    for number, (stage, channels) in enumerate(zip(task.stages, task.channels, strict=True), start=1):
        maps = [(basis.level * basis.maps(images, channels, size, rng))[0, :_MAPS_SHOWN] for basis in stage.bases]
        rows = tuple(_rows(stage.bases, maps, shown))
        parts.append(
            ImagesPart(f"stage {number}: {channels} channels of {size}x{size} pixels", rows, _weight(task, number))
        )
    notes = (_noise_note(task.noise, "the images"), "maps of the first image and the first channels, of seed 0")
    return Diagram(title, tuple(parts), notes)


def sequence_task_diagram(task: SequenceTask, title: str) -> Diagram:
    """Return the signals of what is read and of what is predicted, and their sums: of the first sequences."""
    rng = derive_rng(0, *_OF_A_RUN)
    shape = (task.batch_size, task.length, task.dimension)
    parts = []
    for name, bases in (("read", task.input), ("predicted", task.target)):
        shown = _Shown("sequence", task.length, task.dimension, f"what is {name}")
        sheets = [(basis.level * basis.sheets(*shape, rng, "cpu"))[:_SHEETS_SHOWN] for basis in bases]
        title_of_part = f"what is {name}: {task.dimension} values in each of {task.length} steps"
        parts.append(ImagesPart(title_of_part, tuple(_rows(bases, sheets, shown))))
    notes = (_noise_note(task.noise, "what is read"), "the first two sequences of seed 0; time runs downwards")
    return Diagram(title, tuple(parts), notes)


def one_after_the_other(title: str, diagrams: Sequence[Diagram]) -> Diagram:
    """Return the parts of several diagrams as those of one, each with the number and the title of its own."""
    named = [(f"{number}. {each.title}", each) for number, each in enumerate(diagrams, start=1)]
    parts = [replace(part, title=f"{name}: {part.title}") for name, each in named for part in each.parts]
    notes = [f"{name}: {note}" for name, each in named for note in each.notes]
    return Diagram(title, tuple(parts), tuple(notes))


def _rows(bases: Sequence[Basis], maps: Sequence[Tensor], shown: _Shown) -> Iterator[ImageRow]:
    """Yield a row for each basis, and one for their sum where there are several; maps: of each basis [B, H, W]."""
    if not bases:
        yield ImageRow("no signal", (((0.0,) * shown.width,) * shown.height,), "the target is zero everywhere")
    for basis, each in zip(bases, maps, strict=True):
        yield ImageRow(f"{basis.kind}: {_WORDS[type(basis)]}", _images(each), _about(basis, shown))
    if len(bases) > 1:
        total = maps[0].clone()
        for each in maps[1:]:
            total += each
        yield ImageRow("sum", _images(total), shown.total)


def _images(maps: Tensor) -> tuple[Pixels, ...]:
    return tuple(tuple(map(tuple, image)) for image in maps.tolist())


def _about(basis: Basis, shown: _Shown) -> str:
    level = f"level {basis.level:g}"
    if isinstance(basis, Resize):
        return level
    share = f"every {shown.owner} its own" if basis.local else f"the same for every {shown.owner}"
    if isinstance(basis, Dot | GDot):
        lit = num_dots(basis.partial, shown.height, shown.width)
        return f"{level}, {share}, {lit} of {shown.height * shown.width} pixels"
    return f"{level}, {share}, cycles per pixel: {' '.join(f'{value:g}' for value in basis.frequencies)}"


def _noise_note(noise: Noise, what: str) -> str:
    return f"{noise.kind} noise of level {noise.level:g} is added to {what}" if noise.level else f"no noise on {what}"


def _weight(task: ProxyTask, number: int) -> str:
    return f"weight in the loss: {task.stage_weights[number - 1]:g}" if task.stage_weights else ""

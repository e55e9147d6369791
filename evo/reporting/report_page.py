"""The sections of a report as one page of HTML that needs nothing from elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evo.boards.board import Board
from evo.display.page import PagePart, TextList, WebPage, render
from evo.display.readable_numbers import counted
from evo.drawing.space_of_run import SpaceOfRun
from evo.reporting import (
    candidate_section,
    epoch_section,
    failure_section,
    front_section,
    last_round_section,
    member_section,
    population_section,
    reconstruction_section,
    signal_section,
    size_section,
    time_section,
    training_section,
)
from evo.reporting.arms import Arm, arms_of
from evo.reporting.comparison_section import comparison_section
from evo.reporting.history_section import history_section
from evo.reporting.run_files import RunFiles
from evo.reporting.sampling import MOST_POINTS
from evo.reporting.section import Section, absent
from evo.reporting.signal_section import is_task_space
from evo.reporting.summary_section import fault_section, found_section, sure_section
from spaces.drawing.palette import DARK as DARK_OF_DIAGRAMS
from tasks.foundation.errors import first_line
from tasks.foundation.figure_colours import DARK

TEMPLATE = "report.html"
TEMPLATES = Path(__file__).parent / "templates"
MOST_BYTES = 2_000_000
DARK_COLOURS = {**DARK, **DARK_OF_DIAGRAMS}
LEFT_OUT = "What these runs do not have"


@dataclass(frozen=True)
class Detail:
    """How much a page shows: points of a figure, diagrams of a run, and runs that have sections of their own."""

    points: int = MOST_POINTS
    diagrams: int = 3
    runs: int = 6


DETAILS = (Detail(), Detail(800, 2, 3), Detail(300, 1, 1), Detail(100, 0, 0))
"""From the most to the least: the first whose page is below ``MOST_BYTES`` is taken."""


@dataclass(frozen=True)
class LinkedPart(PagePart):
    """A part of the page; link: what the contents call it, empty where they do not name it."""

    link: str = ""


@dataclass(frozen=True)
class Reported:
    """What a report is made of; spaces: of the runs, in their order; made: when, in words."""

    runs: Sequence[RunFiles]
    spaces: Sequence[SpaceOfRun]
    boards: Sequence[Board]
    made: str


def report_html(reported: Reported) -> str:
    """Return the page, with as much detail as fits."""
    for detail in DETAILS:
        html = render(_page(reported, detail), template=TEMPLATE, folder=TEMPLATES, dark=DARK_COLOURS)
        if len(html.encode()) < MOST_BYTES:
            break
    return html


def _page(reported: Reported, detail: Detail) -> WebPage:
    arms = arms_of(reported.runs)
    sections = [*_joint(reported, arms, detail), *_single(reported, detail)]
    parts = [(one.run, _part(one, reported.runs)) for one in sections if not one.absent]
    missing = dict.fromkeys(f"{one.heading}: {one.absent}" for one in sections if one.absent)
    left = [LinkedPart(LEFT_OUT, [TextList([*missing])], LEFT_OUT)] if missing else []
    names = ", ".join(run.name for run in reported.runs[:3])
    named = names if len(reported.runs) <= 3 else f"{counted(len(reported.runs), 'run')}: {names}, ..."
    return WebPage(f"Report of {named}", _lead(reported, detail), [*_linked(parts), *left])


def _part(section: Section, runs: Sequence[RunFiles]) -> LinkedPart:
    """Return a section as a part of the page, which names the run where there are several."""
    if not section.run or len(runs) == 1:
        return LinkedPart(section.heading, section.blocks, section.heading)
    return LinkedPart(f"{section.run}: {section.heading}", section.blocks)


def _linked(parts: Sequence[tuple[str, LinkedPart]]) -> Iterator[LinkedPart]:
    """Yield the parts, the first of each run among several linked by the run's name."""
    seen: set[str] = set()
    for run, part in parts:
        yield part if part.link or run in seen else replace(part, link=run)
        seen.add(run)


def _lead(reported: Reported, detail: Detail) -> list[str]:
    lines = [reported.made]
    if detail != DETAILS[0]:
        lines.append("Figures have fewer points and diagrams than usual, so that this page stays below 2 MB.")
    left = len(reported.runs) - detail.runs
    if len(reported.runs) > 1 and left > 0:
        lines.append(f"The first {detail.runs} runs have sections of their own; all are compared.")
    return lines


def _joint(reported: Reported, arms: Sequence[Arm], detail: Detail) -> Iterator[Section]:
    """Yield the sections on all runs together."""
    yield found_section(reported.runs)
    yield sure_section(arms, reported.boards)
    faults = fault_section(reported.runs)
    yield from [faults] if faults else []
    yield comparison_section(arms)
    yield history_section(arms, detail.points)


def _single(reported: Reported, detail: Detail) -> Iterator[Section]:
    """Yield the sections on each run."""
    several = len(reported.runs) > 1
    pairs = list(zip(reported.runs, reported.spaces, strict=True))
    for run, space in pairs[: detail.runs] if several else pairs:
        for section in _of_run(run, space, detail):
            yield replace(section, run=run.name)


def _of_run(run: RunFiles, space: SpaceOfRun, detail: Detail) -> Iterator[Section]:
    diagrams = 0 if is_task_space(space) else detail.diagrams
    makers: list[tuple[str, Callable[[], Section]]] = [
        (population_section.HEADING, lambda: population_section.population_section(run)),
        (front_section.HEADING, lambda: front_section.front_section(run, detail.points)),
        (size_section.HEADING, lambda: size_section.size_section(run, detail.points)),
        (failure_section.HEADING, lambda: failure_section.failure_section(run)),
        (time_section.HEADING, lambda: time_section.time_section(run)),
        (candidate_section.HEADING, lambda: candidate_section.candidate_section(run, space, drawn=diagrams)),
        (member_section.HEADING, lambda: member_section.member_section(run)),
        (last_round_section.HEADING, lambda: last_round_section.last_round_section(run)),
        (signal_section.HEADING, lambda: signal_section.signal_section(run, space)),
        (epoch_section.HEADING, lambda: epoch_section.epoch_section(run)),
        (reconstruction_section.HEADING, lambda: reconstruction_section.reconstruction_section(run)),
        (training_section.HEADING, lambda: training_section.training_section(run)),
    ]
    yield from (_made(heading, make) for heading, make in makers)


def _made(heading: str, make: Callable[[], Section]) -> Section:
    """Return a section; one that files of a kind nobody foresaw keep from being made says so, and the others stand."""
    try:
        return make()
    except Exception as error:  # whatever is wrong with one file, the rest of a run is worth a page
        return absent(heading, f"It cannot be made ({type(error).__name__}: {first_line(error)}).")

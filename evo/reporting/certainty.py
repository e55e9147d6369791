"""How sure a result is: what the fitness was measured to be worth on this space, its repeat noise, seeds apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from evo.boards.board import Board
from evo.boards.standings import COUNTING, HALF, SPEARMAN, standings_of
from evo.display.readable_numbers import counted, readable
from evo.display.text_table import show
from evo.engine.summary import best_rows
from evo.records.config import SearchConfig
from evo.reporting.run_files import RunFiles, numbers
from fitness import Interval

TENTH = 10
PANELLED = "rank_correlation"
FEWEST_REPEATS = 3
"""Candidates that have to be scored under several seeds before their noise is told."""


HEADER = ("label", "Spearman's rho", "in the better half", "counting parameters")


@dataclass(frozen=True)
class Measured:
    """What a board knows of a fitness: Spearman's rho with a label on all rows and on the better half.

    counting: that of counting parameters on the same rows, None where nobody counted them
    """

    board: Board
    label: str
    rho: Interval
    half: Interval
    counting: Interval | None

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of a table: ``HEADER``."""
        return self.label, show(self.rho), show(self.half), show(self.counting)


@dataclass(frozen=True)
class RepeatNoise:
    """How far scores of one candidate differ under other seeds: standard deviation, over so many candidates."""

    deviation: float
    candidates: int


def measured(config: SearchConfig, boards: Sequence[Board]) -> list[Measured]:
    """Return what boards of this very space know of this very fitness, a member for each label."""
    return [one for board in boards if board.rows.space == config.space for one in _of_board(config, board)]


def _of_board(config: SearchConfig, board: Board) -> list[Measured]:
    column = board.column_of(config.fitness)
    if column is None:
        return []
    counted_there = [each for each in board.columns if each.label == COUNTING and each is not column]
    few = replace(board, columns=(column, *counted_there))  # each takes its time
    found = []
    for labels in board.labels:
        standings = standings_of(few, labels)
        own, counting = standings.of(column.label), standings.of(COUNTING)
        assert own is not None
        beside = None if counting is None or counting is own else counting.of(SPEARMAN)
        found.append(Measured(board, labels.name, own.of(SPEARMAN), own.of(HALF), beside))
    return found


def measured_line(config: SearchConfig, boards: Sequence[Board], found: Sequence[Measured]) -> str:
    """Return on what the fitness was measured on this space, or that it never was, in words; found: by ``measured``."""
    if found:
        rows = found[0].board.rows
        other = f"; this run scores on {config.data}" if rows.data != config.data else ""
        return (
            f"Measured: how this very fitness ranks {len(found[0].board.texts)} labelled candidates of {rows.table}, "
            f"on images of {rows.data}{other}, is in the table below, with 95 % intervals."
        )
    if config.fitness.name == PANELLED:
        size = config.fitness.options.get("panel_size") or "all"
        return f"The score of a task is itself a rank correlation, with the labels of {size} members of a panel."
    alike = [board for board in boards if board.rows.space.name == config.space.name]
    known = {column.label for board in alike for column in board.columns if column.choice.name == config.fitness.name}
    beside = f" (on this space with other options it was: {', '.join(sorted(known))})" if known else ""
    return (
        f"How well fitness {config.fitness.name} with these options ranks this space by labels was never measured"
        f"{beside}; python -m evo.correlate measures it on a table of labels."
    )


def repeat_noise(runs: Sequence[RunFiles]) -> RepeatNoise | None:
    """Return how far scores of one candidate under several seeds differ, None where too few are known.

    Runs must be of one space and fitness. Several scores under one seed are one score.
    """
    scores: dict[str, dict[int, float]] = {}
    for run in runs:
        kept = run.scored & ~np.asarray(pc.fill_null(run.rows["reused"], False), dtype=bool)
        keys, seeds = run.rows["key"].to_pylist(), run.rows["seed"].to_pylist()
        for place in np.flatnonzero(kept):
            if seeds[place] is not None:
                scores.setdefault(keys[place], {})[seeds[place]] = float(run.fitness[place])
    several = [[*each.values()] for each in scores.values() if len(each) > 1]
    if len(several) < FEWEST_REPEATS:
        return None
    freedom = sum(len(each) - 1 for each in several)
    squares = sum(float(np.var(each)) * len(each) for each in several)
    return RepeatNoise(float(np.sqrt(squares / freedom)), len(several))


def lead_of(run: RunFiles) -> float | None:
    """Return how far the best score is above the tenth, None where fewer candidates have one."""
    best = best_rows(run.rows, TENTH)
    return best[0]["fitness"] - best[-1]["fitness"] if len(best) == TENTH else None


def in_noise(lead: float | None, noise: RepeatNoise | None) -> str:
    """Return a lead in units of the repeat noise, in short; a dash where either is unknown."""
    return "-" if lead is None or noise is None or not noise.deviation else f"{lead / noise.deviation:.1f}"


def noise_line(noise: RepeatNoise | None) -> str:
    """Return what is known of the repeat noise, in words."""
    if noise is None:
        return "The score's repeat noise is not known: too few candidates here have scores of several seeds."
    return (
        f"The score's repeat noise is {readable(noise.deviation)}: standard deviation of the scores of "
        f"{counted(noise.candidates, 'candidate')} under several seeds."
    )


def lead_lines(run: RunFiles, noise: RepeatNoise | None) -> list[str]:
    """Return how far the best is ahead of the tenth, in units of the score's repeat noise where that is known."""
    lead = lead_of(run)
    if lead is None:
        return [f"Fewer than {TENTH} candidates of this run have a score, so first and tenth cannot be compared."]
    said = f"The first is {readable(lead)} ahead of the tenth"
    if noise is None:
        return [f"{said}. {noise_line(noise)}"]
    if not noise.deviation:
        return [f"{said}; the score has no repeat noise: {noise.candidates} candidates score alike under other seeds."]
    units = in_noise(lead, noise)
    verdict = "" if lead >= 2 * noise.deviation else ": the ten best cannot be told apart by this score"
    return [f"{said}, {units} times the score's repeat noise{verdict}. {noise_line(noise)}"]


def spread_lines(best: Mapping[str, float]) -> list[str]:
    """Return how far the best scores of several seeds differ; best: by the name of the seed."""
    if len(best) < 2:
        return ["One seed: how far another would end elsewhere is not known; runs of other seeds beside it show that."]
    values = np.array([*best.values()])
    return [
        f"Best scores of {len(values)} seeds: mean {readable(float(values.mean()))}, standard deviation "
        f"{readable(float(values.std(ddof=1)))}, the lowest {readable(float(values.min()))}, the highest "
        f"{readable(float(values.max()))}."
    ]


def best_scores(run: RunFiles) -> dict[str, float]:
    """Return the best score of every seed of a run: of a differentiable search, of each supernet; else of the run."""
    if run.epochs.num_rows:
        seeds, fitness = run.rows["seed"].to_pylist(), numbers(run.rows, "fitness")
        return {f"seed {seeds[i]}": float(fitness[i]) for i in np.flatnonzero(run.scored)}
    return {run.name: float(run.fitness[run.scored].max())} if run.scored.any() else {}

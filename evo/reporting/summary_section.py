"""The top of a report, in plain words: what was searched, what was found, how sure that is, what cannot be read."""

from collections import Counter
from collections.abc import Sequence

from evo.boards.board import Board
from evo.constraints.size_options import shown_size
from evo.display.page import PageBlock, TextLines, TextList
from evo.display.readable_numbers import counted, readable
from evo.engine.front import find_front
from evo.engine.summary import best_rows
from evo.records.config import TOLD, SearchConfig
from evo.records.trial import Status
from evo.reporting.arms import Arm, scored_alike
from evo.reporting.certainty import (
    HEADER,
    Measured,
    RepeatNoise,
    best_scores,
    in_noise,
    lead_lines,
    lead_of,
    measured,
    measured_line,
    noise_line,
    repeat_noise,
    spread_lines,
)
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, SmallPrint, absent, one_table
from evo.strategies.strategy_table import RELAXATIONS

SEARCHED, SURE, FAULTS = "What was searched, and what was found", "How sure is that?", "What cannot be read"
RUNS = ("run", "space", "strategy", "fitness", "seed", "state", "trials", "best score", "candidate")
LONGEST = 200


def found_section(runs: Sequence[RunFiles]) -> Section:
    """Return a few sentences on a run, of several a table."""
    if len(runs) == 1:
        return Section(SEARCHED, [TextLines(run_lines(runs[0]))])
    return Section(SEARCHED, [one_table("The runs", RUNS, [_row(run) for run in runs])])


def _row(run: RunFiles) -> tuple[str, ...]:
    config, best = run.config, best_rows(run.rows, 1, run.final)
    named = ("-",) * 4 if config is None else (config.space.name, config.strategy.name, config.fitness.name)
    named = named if config is None else (*named, str(config.seed))
    found = (readable(best[0]["fitness"]), best[0]["candidate"]) if best else ("-", "no trial has a score yet")
    return run.name, *named, run.state, f"{run.rows.num_rows:,}", *found


def run_lines(run: RunFiles) -> list[str]:
    """Return what was searched, how it went, and what the best is."""
    if run.given and run.config is not None:
        return [f"{run.name}: nothing was searched; an architecture of space {run.config.space.name} was given."]
    return [f"{run.name}: {_searched(run.config)}", f"State: {run.state}; {_count(run)}.", *_best(run), *_front(run)]


def _front(run: RunFiles) -> list[str]:
    """Return of how many candidates the front is, no line for one objective."""
    if not run.objectives:
        return []
    front = find_front(run.rows, run.objectives)
    named = ", ".join(map(str, run.objectives))
    return [f"Front by {named}: {counted(len(front.rows), 'candidate')}, of {front.scored} with a score."]


def _searched(config: SearchConfig | None) -> str:
    if config is None:
        return "the configuration cannot be read, so what was searched is not known."
    by = "scores told by a caller" if config.fitness.name == TOLD else f"fitness {config.fitness.name}"
    within = f", within {' and '.join(config.constraints)}" if config.constraints else ""
    size = f" at {shown_size(config.constraint_size)}" if config.constraint_size else ""
    searched = f"space {config.space.name}{within}{size}, searched by {config.strategy.name}"
    return f"{searched}, {by}, on {config.data}, seed {config.seed}."


def _count(run: RunFiles) -> str:
    statuses = Counter(run.rows["status"].to_pylist())
    done, failed = run.rows.num_rows, run.rows.num_rows - statuses[str(Status.COMPLETED)]
    of = f" of {run.evaluations:,} asked for" if run.evaluations is not None else ""
    epochs = f", {counted(run.epochs.num_rows, 'epoch')}" if run.epochs.num_rows else ""
    return f"{counted(done, 'trial')}{of} logged, {failed:,} without a score{epochs}"


def _best(run: RunFiles) -> list[str]:
    best = best_rows(run.rows, 1, run.final)
    if not best:
        return ["No trial has a score yet."]
    row = best[0]
    sizes = [f"{row[name]:,} {said}" for name, said in (("params", "parameters"), ("macs", "MACs")) if row[name]]
    about = f" ({', '.join(sizes)})" if sizes else ""
    text = row["candidate"] if len(row["candidate"]) <= LONGEST else f"{row['candidate'][:LONGEST]}…"
    lines = [f"Best: trial {row['trial_id']} with fitness {readable(row['fitness'])}{about}: {text}"]
    if run.final is not None:
        lines.append("The best is chosen by all members' positions together; fitness is what the search went by.")
    return lines


def sure_section(arms: Sequence[Arm], boards: Sequence[Board]) -> Section:
    """Return what is known of the fitness, of the seeds' spread, and of first and tenth."""
    if all(run.given for arm in arms for run in arm.runs):
        return absent("How sure that is", "Nothing was searched, so there is no score to be sure of.")
    blocks: list[PageBlock] = []
    for alike in scored_alike(arms):
        config, runs = alike[0].config, [run for arm in alike for run in arm.runs]
        found = [] if config is None else measured(config, boards)
        noise = repeat_noise(runs)
        lines = [_measured(config, boards, found), *(line for arm in alike for line in _spread(arm, len(arms)))]
        several = len(runs) > 1
        lines += [noise_line(noise)] if several else lead_lines(runs[0], noise)
        blocks.append(TextList(lines))
        if found and config is not None:
            title = f"How {config.fitness.name} ranks {config.space.name}, measured on labels"
            blocks.append(one_table(title, HEADER, [one.cells() for one in found]))
        blocks += [_leads(runs, noise)] if several else []
    return Section(SURE, blocks)


def _spread(arm: Arm, arms: int) -> list[str]:
    best = {f"{run.name} {name}": score for run in arm.runs for name, score in best_scores(run).items()}
    return [f"{arm.label}: {line}" if arms > 1 else line for line in spread_lines(best)]


def _leads(runs: Sequence[RunFiles], noise: RepeatNoise | None) -> PageBlock:
    rows = [(run.name, _number(lead_of(run)), in_noise(lead_of(run), noise)) for run in runs]
    return one_table("How far the first is ahead of the tenth", ("run", "score", "times the repeat noise"), rows)


def _number(value: float | None) -> str:
    return "-" if value is None else readable(value)


def _measured(config: SearchConfig | None, boards: Sequence[Board], found: Sequence[Measured]) -> str:
    if config is None:
        return "What the fitness is worth on this space is not known, as the configuration cannot be read."
    if _is_differentiable(config):
        return f"A supernet's loss on {config.fitness.name} was never measured against labels of what it derives."
    return measured_line(config, boards, found)


def _is_differentiable(config: SearchConfig | None) -> bool:
    """Return whether a strategy of this name searches by gradient, as far as that is known without importing it."""
    return config is not None and config.strategy.name in RELAXATIONS


def fault_section(runs: Sequence[RunFiles]) -> Section | None:
    """Return what of the runs cannot be read, None where everything can."""
    faults = [f"{run.name}: {fault}" for run in runs for fault in run.faults]
    return Section(FAULTS, [SmallPrint(faults)]) if faults else None

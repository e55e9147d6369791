"""What a search of proxy tasks is worth on labels it never saw: its best tasks on the panel's members held out.

Each of the best tasks, and the published ones beside them, is a trial of an ordinary run in the folder ``held_out`` of
the search, on the same workers. Letters: H members held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evo.engine.cluster import Resources
from evo.engine.plugins import Plugins, build_plugins, resolve_choice
from evo.engine.summary import summarise
from evo.engine.text_table import Table, short, show, to_text
from evo.records.config import Choice, Limits, SearchConfig
from evo.scoring.member import LOOK_AHEAD, Member, listed
from evo.storage.locked_folder import write_json, write_text
from evo.storage.run_log import logged_trials, read_table
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.held_out_panel import HeldOutPanel, Ranking
from spaces import SearchSpace
from tasks.foundation.command_line import DONE, say

BEST = 10
FOLDER, NUMBERS = "held_out", "held_out.json"


@dataclass(frozen=True)
class Judged:
    """A task and how it ranks the members held out; fitness: its own in the search, None for what was not searched."""

    name: str
    candidate: str | None
    fitness: float | None
    ranking: Ranking


def judge_held_out(
    run_dir: Path, config: SearchConfig, plugins: Plugins, resources: Resources, *, quiet: bool = False
) -> int:
    """Score, print and write how the search's best tasks rank what it held out; returns the exit code.

    Nothing is done where the fitness holds nothing out.
    """
    held_out = plugins.fitness.held_out(config.seed) if isinstance(plugins.fitness, RankCorrelationFitness) else None
    found = summarise(run_dir, limit=BEST)
    if held_out is None or not found.best:
        return DONE
    presets = _presets(plugins.space, held_out)
    names = [*(f"trial {row['trial_id']}" for row in found.best), *presets]
    texts = [*(row["candidate"] for row in found.best), *presets.values()]
    say(f"\nscoring {len(names)} tasks on the {len(held_out)} members held out")
    member = _member(run_dir / FOLDER / str(logged_trials(run_dir)), texts, config)
    limits = Limits(evaluations=len(texts))
    code = member.search(limits, resources, program="evo.run", quiet=quiet) if member.lacks(limits) else DONE
    if code == DONE:
        fitnesses = [*(row["fitness"] for row in found.best), *(None for _ in presets)]
        scores = _scores(member.folder, len(held_out))
        judged = [
            Judged(name, text, fitness, held_out.rank(name, each))
            for name, text, fitness, each in zip(names, texts, fitnesses, scores, strict=True)
        ]
        sizes = held_out.sizes(plugins.images).items()
        _report(run_dir, [*judged, *(Judged(name, None, None, held_out.rank(name, each)) for name, each in sizes)])
    return code


def _presets(space: SearchSpace[Any], held_out: HeldOutPanel) -> dict[str, str]:
    """Return name and text of the published tasks that the space knows."""
    known = {}
    for name in held_out.presets:
        try:
            known[name] = space.encode(space.decode(f"preset={name}"))
        except ValueError:  # a user's space may have none
            continue
    return known


def _member(folder: Path, texts: Sequence[str], config: SearchConfig) -> Member:
    """Return the run that scores the tasks of these texts on the members held out."""
    candidates = folder.with_suffix(".txt").absolute()
    candidates.parent.mkdir(parents=True, exist_ok=True)
    write_text(candidates, "\n".join(texts) + "\n")
    options = {**config.fitness.options, "part": "held_out"}
    fitness: Choice = resolve_choice("fitness", config.fitness.name, options)
    judging = replace(config, fitness=fitness, strategy=listed(candidates), ahead=LOOK_AHEAD, reuse=True)
    return Member(FOLDER, folder, judging, build_plugins(judging))


def _scores(folder: Path, members: int) -> np.ndarray:
    """Return every task's score of every member, [T, H] for T tasks; minus infinity where there is none."""
    rows = read_table(folder, ["trial_id", "metrics"])["metrics"].to_pylist()
    metrics = [dict(row or ()) for row in rows]
    return np.array([[row.get(str(member), -np.inf) for member in range(members)] for row in metrics])


def _report(run_dir: Path, judged: Sequence[Judged]) -> None:
    """Print the tasks, best first on the members held out, and write the same numbers."""
    ranked = sorted(judged, key=lambda one: -np.nan_to_num(one.ranking.rho.value, nan=-2))
    sizes = next(one.ranking for one in judged if one.name == "params")
    rows = tuple(
        (one.name, short(one.fitness), show(one.ranking.rho), show(one.ranking.less(sizes)), str(one.ranking.failed))
        for one in ranked
    )
    title = "members held out, never scored by the search: Spearman's rho, 95 % interval of each by itself"
    say("\n" + to_text(Table(title, ("", "search", "held out", "less params", "failed"), rows)))
    chosen = judged[0]  # the first of several is the best of all only by what it is chosen by
    say(f"\nthe search's own choice is {chosen.name}: {show(chosen.ranking.rho)}")
    write_json(run_dir / NUMBERS, {"tasks": [_numbers(one) for one in ranked]})
    say(f"\n{run_dir / NUMBERS}")


def _numbers(one: Judged) -> dict[str, Any]:
    return {"name": one.name, "candidate": one.candidate, "fitness": one.fitness, "rho": one.ranking.rho.to_json()}

"""What is said of the last round of a search of proxy tasks, and what is written: its numbers, and what was chosen."""

import logging
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.display.readable_numbers import counted
from evo.display.text_table import Table, filled, short, show, to_text
from evo.engine.evolution import Evolution
from evo.engine.plugins import table_of
from evo.engine.winner import KEPT, file_of, found_by, write_task, write_winner
from evo.proxy_search.last_round import LastRound, Rescored
from evo.ranking.written_choice import as_written
from evo.records.config import Choice
from evo.storage.durable_files import write_json
from evo.storage.run_folder import LAST_ROUND
from fitness.rank_correlation.expected_value import Expected
from spaces import TaskSpace
from tasks import ProxyTask, SequenceTask, TaskSet

logger = logging.getLogger(__name__)

_OF_TRAINING: Mapping[str, object] = {"steps": 100, "precision": "auto"}
"""Options of a task's training that ``regression`` has as well, by which a task was judged, and their defaults."""


def tell(evolution: Evolution, found: LastRound) -> None:
    """Say what the last round found, write the same numbers, and the chosen task and the joined ones as files."""
    members = found.searched.scores.shape[1]
    title = f"the best tasks scored again on the same {members} members, with other images and initial weights"
    logger.info("\n%s", to_text(Table(title, ("", "first", "again", "mean", "failed"), _rows(found))))
    lines, usable = list(said(found)), not found.chosen.backwards
    logger.info("\n%s", "\n".join(part for line in lines for part in filled(line)))
    written = _write_best(evolution, found)
    path = evolution.run_dir / LAST_ROUND
    write_json(path, {**_numbers(found), "said": lines})
    logger.info(
        "\n%s",
        "\n".join([str(path), *(used(evolution.run_dir, written, evolution.config.fitness.options) if usable else ())]),
    )


def said(found: LastRound) -> Iterator[str]:
    """Yield what was chosen, what is to be expected of it, and whether counting, which needs no search, is as good."""
    yield f"chosen by the mean of both: {found.chosen.task.name}, {_reached(found.expected)}"
    if found.together is not None:
        yield f"the best {len(found.joined)} joined: {_reached(found.together)}"
    if found.chosen.backwards:
        yield f"{found.chosen.task.name} ranks backwards: its lowest scores are the best, and no fitness turns them"
    left = found.searched.left_out
    rest = f"; {counted(left, 'other')} without all scores {'is' if left == 1 else 'are'} left out" if left else ""
    least = "at least " if left > found.among else ""  # what is not known was abandoned as it was no better
    yield f"luck is {least}that of the best of {counted(found.among, 'task')}{rest}"
    expected = [each.elsewhere.value for each in (found.expected, found.together) if each is not None]
    if found.sizes["params"] >= max(expected):
        yield f"none of these is expected to rank better than counting parameters: {short(found.sizes['params'])}"


def used(
    run_dir: Path, tasks: Sequence[ProxyTask | SequenceTask | TaskSet], options: Mapping[str, object]
) -> Iterator[str]:
    """Yield how the files of tasks are used, as a user may paste it; options: of the fitness that judged them."""
    asked = {name: options[name] for name in _OF_TRAINING if name in options}
    for task in tasks:
        file = str(run_dir / file_of(task))
        if not isinstance(task, TaskSet) or len(task) == 1:  # a set of one is that task to regression
            yield _typed(Choice("regression", {"task": file, **asked}))
            continue
        yield _typed(Choice("consensus", {"members": file}))
        if differing := {name: value for name, value in asked.items() if value != _OF_TRAINING[name]}:
            said = ", ".join(f"{name}={value}" for name, value in differing.items())
            yield f"  (judged with {said}; the members of consensus have the defaults of regression)"


def _typed(choice: Choice) -> str:
    return f"  --fitness {shlex.quote(as_written(table_of('fitness'), choice))}"


def _reached(expected: Expected) -> str:
    less = f"less {short(expected.luck)} of luck, and {short(expected.few)} more as members are few"
    return f"{short(expected.reached)}; {less}: {show(expected.elsewhere)} is expected on other architectures"


def _rows(found: LastRound) -> tuple[tuple[str, ...], ...]:
    tasks = ((one.task.name, *map(short, one.values), short(one.mean), str(one.failed)) for one in found.tasks)
    return (*tasks, *((name, "-", "-", short(value), "-") for name, value in found.sizes.items()))


def _numbers(found: LastRound) -> dict[str, Any]:
    return {
        "trials": found.searched.trials,
        "members": found.searched.scores.shape[1],
        "chosen": found.chosen.task.name,
        "expected": found.expected.to_json(),
        "joined": [one.task.name for one in found.joined],
        "expected_joined": None if found.together is None else found.together.to_json(),
        "chosen_among": found.among,
        "left_out": found.searched.left_out,
        "sizes": dict(found.sizes),
        "tasks": [
            {
                "name": one.task.name,
                "candidate": one.task.candidate,
                "fitness": one.task.fitness,
                "reached": one.values.tolist(),
                "mean": one.mean,
                "failed": one.failed,
            }
            for one in found.tasks
        ],
    }


def _write_best(evolution: Evolution, found: LastRound) -> list[ProxyTask | SequenceTask | TaskSet]:
    """Write the chosen task and the joined ones to the folder ``best``, each with what it reached; returns them."""
    run_dir, config, space = evolution.run_dir, evolution.config, evolution.plugins.space
    assert isinstance(space, TaskSpace)
    by = "the mean of the search's score and of one with other images and initial weights"
    chosen = {"chosen": by, **_reached_by(found.chosen), "expected": found.expected.to_json()}
    write_winner(run_dir, config, space, _row(found.chosen), chosen)
    of_chosen = space.to_task(space.decode(found.chosen.task.candidate))
    if found.together is None:
        return [of_chosen]
    how = found_by(config, {"trial_id": None, "fitness": None}, {"expected": found.together.to_json()})
    together = _together([(one, space.to_task(space.decode(one.task.candidate))) for one in found.joined])
    write_task(run_dir, together, how)
    return [of_chosen, together]


def _together(joined: Sequence[tuple[Rescored, Any]]) -> TaskSet:
    """Return tasks as a set, in which each says what it reached."""
    tasks: dict[object, Any] = {}  # of different keys, and yet in a user's space two may be one
    for one, task in joined:
        own = {"trial": one.task.trial, **_reached_by(one)}
        tasks.setdefault(replace(task, name="any"), replace(task, name=one.task.name, found_by=own))
    return TaskSet(f"the best {len(tasks)} joined", tuple(tasks.values()))


def _reached_by(one: Rescored) -> dict[str, Any]:
    return {"reached": one.values.tolist(), "mean": one.mean}


def _row(one: Rescored) -> Mapping[str, Any]:
    """Return a task as a row of the log, as far as it is known."""
    task = one.task
    known = {"candidate": task.candidate, "key": task.key, "fitness": task.fitness}
    return {**dict.fromkeys(KEPT), **known, "trial_id": task.trial, "seed": task.seed}

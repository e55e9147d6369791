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
from evo.engine.winner import KEPT, file_of, found_by, write_task, write_winner
from evo.proxy_search.last_round import LastRound, Rescored
from evo.storage.durable_files import write_json
from evo.storage.run_folder import LAST_ROUND
from fitness.rank_correlation.expected_value import Expected
from spaces import TaskSpace
from tasks import ProxyTask, SequenceTask, TaskSet

logger = logging.getLogger(__name__)


def tell(evolution: Evolution, found: LastRound) -> None:
    """Say what the last round found, write the same numbers, and the chosen task and the joined ones as files."""
    members = found.searched.scores.shape[1]
    title = f"the best tasks scored again on the same {members} members, with other images and initial weights"
    logger.info("\n%s", to_text(Table(title, ("", "first", "again", "mean", "failed"), _rows(found))))
    lines = list(said(found))
    logger.info("\n%s", "\n".join(part for line in lines for part in filled(line)))
    written = _write_best(evolution, found)
    path = evolution.run_dir / LAST_ROUND
    write_json(path, {**_numbers(found), "said": lines})
    logger.info("\n%s", "\n".join([str(path), *used(evolution.run_dir, written)]))


def said(found: LastRound) -> Iterator[str]:
    """Yield what was chosen, what is to be expected of it, and what needs no search and is expected to be better."""
    yield f"chosen by the mean of both: {found.chosen.task.name}, {_reached(found.expected)}"
    if found.together is not None:
        yield f"the best {len(found.joined)} joined: {_reached(found.together)}"
    left = found.searched.left_out
    rest = f"; {counted(left, 'other')} without all scores {'is' if left == 1 else 'are'} left out" if left else ""
    yield f"luck is that of the best of {counted(found.among, 'task')}{rest}"
    expected = found.expected.elsewhere.value
    more = {name: value for name, value in found.published.items() if value > expected}
    more.pop(found.chosen.task.name, None)
    if more:
        named = ", ".join(f"{name} {short(value)}" for name, value in more.items())
        yield f"published tasks, chosen by no label, that reach more than is expected: {named}"
    together = () if found.together is None else (found.together.elsewhere.value,)
    if found.sizes["params"] >= max(expected, *together, *found.published.values()):
        yield f"none of these is expected to rank better than counting parameters: {short(found.sizes['params'])}"


def used(run_dir: Path, written: Sequence[ProxyTask | SequenceTask | TaskSet]) -> Iterator[str]:
    """Yield how the files of tasks are used, as a user may paste it."""
    for task in written:
        file = run_dir / file_of(task)
        several = isinstance(task, TaskSet) and len(task) > 1
        text = f"consensus(members={file})" if several else f"regression(task={file})"
        yield f"  --fitness {shlex.quote(text)}"


def _reached(expected: Expected) -> str:
    luck, elsewhere = short(expected.optimism), show(expected.elsewhere)
    return f"{short(expected.reached)}, of which {luck} is luck; expected on other architectures: {elsewhere}"


def _rows(found: LastRound) -> tuple[tuple[str, ...], ...]:
    tasks = ((one.task.name, *map(short, one.values), short(one.mean), str(one.failed)) for one in found.tasks)
    return (*tasks, *((name, "-", "-", short(value), "-") for name, value in found.sizes.items()))


def _numbers(found: LastRound) -> dict[str, Any]:
    return {
        "trials": found.searched.trials,
        "members": found.searched.scores.shape[1],
        "chosen": found.chosen.task.name,
        "expected": _expected(found.expected),
        "joined": [one.task.name for one in found.joined],
        "expected_joined": None if found.together is None else _expected(found.together),
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


def _expected(expected: Expected) -> dict[str, Any]:
    elsewhere = expected.elsewhere.to_json()
    return {"reached": expected.reached, "optimism": expected.optimism, "elsewhere": elsewhere}


def _write_best(evolution: Evolution, found: LastRound) -> list[ProxyTask | SequenceTask | TaskSet]:
    """Write the chosen task and the joined ones to the folder ``best``, each with what it reached; returns them."""
    run_dir, config, space = evolution.run_dir, evolution.config, evolution.plugins.space
    assert isinstance(space, TaskSpace)
    by = "the mean of the search's score and of one with other images and initial weights"
    chosen = {"chosen": by, **_reached_by(found.chosen), "expected": _expected(found.expected)}
    write_winner(run_dir, config, space, _row(found.chosen), chosen)
    of_chosen = space.to_task(space.decode(found.chosen.task.candidate))
    if found.together is None:
        return [of_chosen]
    how = found_by(config, {"trial_id": None, "fitness": None}, {"expected": _expected(found.together)})
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

"""How a run stands, as its folder says it while it runs or afterwards; nothing that the folder names is imported.

Times are seconds.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.display.readable_numbers import counted, front_of, learning, shortly
from evo.engine.pool_words import workers_up
from evo.records.config import TOLD, SearchConfig
from evo.records.pool_state import SHOWN, PoolState
from evo.storage.ask_log import told_in
from evo.storage.lock_owner import heard_of
from evo.storage.locked_folder import LOCK, is_running
from evo.storage.run_folder import KILLED, PROGRESS, RUNNING, read_config, read_limits, read_progress
from tasks.foundation.errors import bounded

if TYPE_CHECKING:
    from evo.engine.summary import Summary

FROZEN = "frozen"
"""State of a run whose process has its folder and does nothing: stopped, or stuck."""
FROZEN_S = 30.0
"""Age of a heartbeat from which on a driver with workers is frozen; it beats every two seconds."""
LONGEST_NAME = 100
LARGEST = 1e15
"""Numbers that no heartbeat reaches; one that is infinite, or none, is a damaged one's."""


@dataclass(frozen=True)
class RunStatus:
    """How a run stands.

    path: its folder; state: ``running``, ``frozen``, or how it ended
    done, wanted: trials logged, and asked for, None where nobody says how many there will be
    best, params: fitness and parameters of the best candidate so far, None where there is none
    age_s: since it last gave a sign of life, None where it never has
    evaluations_per_s: of the last minute, 0 where it does not run
    pool: what its workers do, all zero where it has none
    lines: all of it, and what was found, in words
    """

    path: Path
    state: str
    done: int
    wanted: int | None
    best: float | None
    params: int | None
    age_s: float | None
    evaluations_per_s: float
    pool: PoolState
    lines: tuple[str, ...]

    @property
    def is_going(self) -> bool:
        """Whether a process has the folder."""
        return self.state in (RUNNING, FROZEN)

    def __str__(self) -> str:
        """Return its lines."""
        return "\n".join(self.lines)


def run_status(run_dir: Path) -> RunStatus:
    """Return how a run stands; raises UsageError where there is none."""
    config = read_config(run_dir)  # where there is none, that is told before anything heavy is loaded
    from evo.engine import summary

    found, heartbeat = summary.summarise(run_dir), Heart(run_dir)
    best: Mapping[str, Any] = found.best[0] if found.best else {}
    wanted = None if config.fitness.name == TOLD else read_limits(run_dir).evaluations
    return RunStatus(
        path=run_dir,
        state=heartbeat.state(found.trials),
        done=found.trials,
        wanted=wanted,
        best=best.get("fitness"),
        params=best.get("params"),
        age_s=heartbeat.age_s,
        evaluations_per_s=heartbeat.evaluations_per_s,
        pool=heartbeat.pool,
        lines=tuple(_lines(run_dir, config, heartbeat, found)),
    )


class Heart:
    """The last heartbeat of a run, and whether one is to be expected.

    is_going: whether a process has the folder; age_s: of the heartbeat, None without one
    is_former: whether that is of a former process, as the one that has the folder has not beaten yet
    pool: what the workers were doing by it
    """

    def __init__(self, run_dir: Path) -> None:
        """Read it; a damaged one is none."""
        self.values = read_progress(run_dir)
        self.is_going = is_running(run_dir)
        self.age_s = _age_s(self.values.get("updated_at"))
        self.is_former = self.is_going and _is_former(run_dir, self.values)
        self.pool = PoolState() if self.is_former else PoolState.from_json(self.values.get("pool"))

    def number(self, name: str) -> float:
        """Return one of its numbers, 0 where it holds none."""
        return _number(self.values, name)

    @property
    def evaluations_per_s(self) -> float:
        """How fast the process that has the folder is, 0 where none has it or it has not said so yet."""
        return self.number("evaluations_per_s") if self.is_going and not self.is_former else 0.0

    @property
    def is_frozen(self) -> bool:
        """Whether its process is there and does nothing; one that scores in itself may be silent for hours."""
        if not self.is_going or self.is_former or self.values.get("state") != RUNNING or self.age_s is None:
            return False
        late = self.age_s > FROZEN_S
        return late and (self.number("workers") > 0 or self._is_stopped())

    def state(self, trials: int) -> str:
        """Return the state in a word or two; trials: that are logged."""
        if self.is_going:
            return FROZEN if self.is_frozen else RUNNING
        if not self.values:
            return "unknown" if trials else "not started"
        state = str(self.values.get("state", "unknown"))
        return KILLED if state == RUNNING else state

    def _is_stopped(self) -> bool:
        """Return whether its process was stopped by a signal, as far as this machine knows."""
        if self.values.get("node") != os.uname().nodename:
            return False
        try:
            stat = Path(f"/proc/{int(self.number('process'))}/stat").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        return stat.rpartition(")")[2].split()[:1] == ["T"]


def _is_former(run_dir: Path, beat: Mapping[str, Any]) -> bool:
    """Return whether a heartbeat is of another process than the one that has signed for the folder."""
    said, signed = (beat.get("process"), beat.get("node")), heard_of(run_dir / LOCK)
    return signed is not None and None not in said and said != (signed[0].process, signed[0].machine)


def _age_s(written: object) -> float | None:
    """Return how long ago a time was, at least 0: another machine's clock may be ahead; None for what is none."""
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(str(written))
    except (ValueError, TypeError):
        return None
    return max(age.total_seconds(), 0.0)


def _lines(run_dir: Path, config: SearchConfig, heart: Heart, found: "Summary") -> list[str]:
    from evo.engine import summary

    return [
        f"{run_dir}: {config.strategy.name} over {config.space.name} by {config.fitness.name}, seed {config.seed}",
        f"state: {_state(run_dir, config, heart, found.trials)}",
        *_running_now(heart),
        _count(run_dir, config, heart, found.trials),
        *summary.describe_failures(found),
        *(_supernets(run_dir) or summary.describe(found)),
    ]


def _count(run_dir: Path, config: SearchConfig, heart: Heart, trials: int) -> str:
    if config.fitness.name == TOLD:  # nobody has said how many there will be
        return f"{trials} evaluations logged, {max(len(told_in(run_dir)) - trials, 0)} open"
    left_s = heart.number("left_s") if heart.is_going and not heart.is_frozen and not heart.is_former else 0.0
    left = f", about {shortly(left_s)} left" if left_s else ""
    return f"{trials} of {read_limits(run_dir).evaluations} evaluations logged{left}"


def _state(run_dir: Path, config: SearchConfig, heart: Heart, trials: int) -> str:
    """Return how it is going, as its files say it; where they disagree, what is there and what is not."""
    if heart.is_frozen:
        node = bounded(str(heart.values.get("node")), LONGEST_NAME)
        process = f"process {heart.number('process'):.0f} on {node}"
        return f"{FROZEN}: {process} has the folder, and has given no sign of life for {shortly(heart.age_s or 0.0)}"
    if heart.is_going:
        return _running(heart)
    again = f"evo.Study(run_dir={str(run_dir)!r}, ...)" if config.fitness.name == TOLD else "--resume"
    if not heart.values:
        logged = counted(trials, "logged evaluation")
        there = f"{PROGRESS} is missing or damaged, beside {logged}; {again} takes it up again"
        return f"unknown: {there}" if trials else "not started"
    state, done = heart.state(trials), int(heart.number("done"))
    if state == KILLED:
        return f"{KILLED} after {heart.values.get('updated_at')}; {again} takes it up again"
    if trials < done:
        said = f"{state} after {done} evaluations, says {PROGRESS}, but {_logged(trials)}"
        return f"{said}; {again} scores the rest again"
    return state


def _running(heart: Heart) -> str:
    """Return how fast it is, while its reference is scored how far that is."""
    beat = "" if heart.age_s is None else f", heartbeat {shortly(heart.age_s)} ago"
    if heart.is_former:
        return f"running, taken up again{beat} by a former process"
    reference = heart.values.get("reference")
    if not isinstance(reference, dict):
        ends = f"{front_of(int(heart.number('front')))}{learning(int(heart.number('learning')))}"
        stalled = ", stalled" if heart.values.get("stalled") is True else ""
        speed = f"{heart.number('evaluations_per_s'):.2f} evaluations/s"
        return f"running, {speed}{stalled}{ends}{workers_up(heart.pool)}{beat}"
    done, total, speed_of = (_number(reference, name) for name in ("done", "candidates", "evaluations_per_s"))
    member = bounded(str(reference.get("member")), LONGEST_NAME)
    scored = f"{done:.0f} of {total:.0f} candidates scored by {member}, {speed_of:.2f}/s"
    return f"running, reference: {scored}{workers_up(heart.pool)}{beat}"


def _running_now(heart: Heart) -> list[str]:
    """Return the trials that have run longest, and how many there are; no line where no worker is at one."""
    pool = heart.pool
    if not heart.is_going or not pool.in_flight:
        return []
    since = heart.age_s or 0.0
    named = [
        f"trial {one.trial_id} for {shortly(one.seconds + since)} on {bounded(one.worker, LONGEST_NAME)}"
        for one in pool.running[:SHOWN]
    ]
    more = [f"{pool.in_flight - len(named)} more"] if named and pool.in_flight > len(named) else []
    running = ", ".join([*named, *more]) or counted(pool.in_flight, "trial")
    return [f"running now: {running}; {pool.queued} queued"]


def _logged(trials: int) -> str:
    return f"only {trials} are logged" if trials else "the log holds none of them"


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) and abs(value) < LARGEST else 0.0


def _supernets(run_dir: Path) -> list[str]:
    """Return how the supernets of a differentiable search are doing; nothing where no epoch is logged."""
    from evo.storage.epoch_log import read_epochs

    if not read_epochs(run_dir).num_rows:
        return []
    from evo.differentiable.report import describe_search

    return describe_search(run_dir)

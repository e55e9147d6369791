"""What a search found, in words and in the folder ``best``.

Parameters in millions (M), multiply-adds in millions (M), times in seconds.
"""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evo.display.readable_numbers import counted, readable
from evo.display.text_table import row_with_text
from evo.engine.cut_short import cut_short_lines
from evo.engine.final_choice import COLUMNS as CHOOSING
from evo.engine.final_choice import JOINT, FinalChoice, read_final
from evo.engine.front import COLUMNS as OF_FRONT
from evo.engine.front import Front, find_front, front_lines, millions, stored_objectives, write_front
from evo.engine.winner import write_winner
from evo.records.config import SearchConfig
from evo.records.trial import Status
from evo.storage.run_folder import LAST_ROUND
from evo.storage.run_log import read_table
from spaces import SearchSpace
from tasks.foundation.errors import last_line

SHOWN = 5
HEAD = ("trial", "fitness", "params (M)", "MACs (M)")
LONGEST_COMMAND = 2_000
"""Characters of a command that is offered to be typed again."""
COLUMNS = ["trial_id", "candidate", "key", "status", "fitness", "params", "macs", "seed", "reused", "error"]


@dataclass(frozen=True)
class Summary:
    """A finished or unfinished run.

    by_status: number of trials by status; reused: trials that reuse a score; best: rows of the best scored trials,
    best first; failures: one row per status without a score; chosen: how the best was chosen, empty for by its fitness.
    front: of a search by several objectives with any score; cut_short: what was saved by giving up trainings
    """

    by_status: Counter[str]
    reused: int
    best: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    chosen: str = ""
    front: Front | None = None
    cut_short: Sequence[str] = ()

    @property
    def trials(self) -> int:
        """Number of logged trials."""
        return self.by_status.total()


def best_rows(table: pa.Table, count: int, final: FinalChoice | None = None) -> list[dict[str, Any]]:
    """Return the rows of the ``count`` best candidates of a log, best first, the earlier of equals; none twice.

    final: how the best are chosen, None for by their fitness; each row then has what it is chosen by, as ``joint``
    """
    scored = scored_rows(table)
    if final is not None:
        return _best_by(final, scored, count)
    ranked = scored.sort_by([("fitness", "descending"), ("trial_id", "ascending")])
    rows: dict[str, dict[str, Any]] = {}
    for place in range(len(ranked)):
        if len(rows) == count:
            break
        row: dict[str, Any] = ranked.slice(place, 1).to_pylist()[0]
        rows.setdefault(row["key"], row)
    return list(rows.values())


def scored_rows(table: pa.Table) -> pa.Table:
    """Return the rows of a log that have a score of their own."""
    completed = pc.equal(table["status"], str(Status.COMPLETED))
    return table.filter(pc.and_(completed, pc.invert(table["reused"])))


def _best_by(final: FinalChoice, scored: pa.Table, count: int) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for row in scored.sort_by([("fitness", "descending"), ("trial_id", "ascending")]).to_pylist():
        rows.setdefault(row["key"], row)
    candidates = list(rows.values())
    joint = final.joint(candidates).tolist() if candidates else []
    order = sorted(range(len(candidates)), key=lambda i: (-joint[i], candidates[i]["trial_id"]))
    return [{**candidates[i], JOINT: joint[i]} for i in order[:count]]


def summarise(run_dir: Path, *, limit: int = SHOWN) -> Summary:
    """Return what the log of ``run_dir`` holds, with its ``limit`` best trials."""
    final, objectives = read_final(run_dir), stored_objectives(run_dir)
    more = {*(CHOOSING if final else ()), *(OF_FRONT if objectives else ())}
    table = read_table(run_dir, [*COLUMNS, *sorted(more)])
    completed = pc.equal(table["status"], str(Status.COMPLETED))
    failed = {row["status"]: row for row in table.filter(pc.invert(completed)).to_pylist()}
    by_status = Counter({row["values"]: row["counts"] for row in pc.value_counts(table["status"]).to_pylist()})
    return Summary(
        by_status=by_status,
        reused=int(pc.sum(table["reused"]).as_py() or 0),
        best=best_rows(table, limit, final),
        failures=[failed[status] for status in sorted(failed)],
        chosen=final.line(pc.unique(scored_rows(table)["key"]).to_pylist()) if final else "",
        front=find_front(table, objectives) if objectives else None,
        cut_short=cut_short_lines(run_dir) if by_status[Status.ABANDONED] else (),
    )


def write_best(run_dir: Path, summary: Summary, config: SearchConfig, space: SearchSpace[Any]) -> None:
    """Write the winner to its files in the folder ``best``; nothing without one.

    By several objectives the whole front is written to ``best/front.json``, too. What a last round chose stays.
    """
    if not summary.best:
        return
    winner = summary.best[0]
    chosen = {JOINT: winner[JOINT], "chosen": summary.chosen} if JOINT in winner else {}
    if not (run_dir / LAST_ROUND).is_file():
        write_winner(run_dir, config, space, winner, chosen)
    if summary.front is not None:
        write_front(run_dir, summary.front)


def describe(summary: Summary) -> list[str]:
    """Return the best candidates as a table, one line each, and before it how they were chosen where not by fitness.

    By several objectives the front follows as a table of its own.
    """
    if not summary.best:
        return ["no trial has a score yet"]
    rows = [_head(summary), *map(_numbers, summary.best)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    texts = ["candidate", *(row["candidate"] for row in summary.best)]
    table = [line for row, text in zip(rows, texts, strict=True) for line in row_with_text(row, widths, text)]
    front = ["", *front_lines(summary.front)] if summary.front else []
    return [*([summary.chosen] if summary.chosen else []), *table, *front]


def _head(summary: Summary) -> tuple[str, ...]:
    trial, *others = HEAD
    return (trial, JOINT, *others) if summary.chosen else HEAD


def _numbers(row: Mapping[str, Any]) -> tuple[str, ...]:
    joint = (readable(row[JOINT]),) if JOINT in row else ()
    return str(row["trial_id"]), *joint, readable(row["fitness"]), millions(row["params"]), millions(row["macs"])


def describe_failures(summary: Summary) -> list[str]:
    """Return how many trials ended how, the last words of one failure of each kind, and what giving up has saved."""
    counts = ", ".join(f"{count} {status}" for status, count in sorted(summary.by_status.items()))
    reasons = [
        f"  {row['status']}, e.g. trial {row['trial_id']}: {last_line(row['error'])}" for row in summary.failures
    ]
    return [
        f"{counted(summary.trials, 'trial')}: {counts or 'none'}; {summary.reused} reused a score",
        *reasons,
        *summary.cut_short,
    ]


def next_commands(run_dir: Path, summary: Summary, evaluations: int, *, flag: str = "", where: str = "") -> list[str]:
    """Return what a user may want to type next.

    evaluations: that were asked for; flag: what is needed to resume; where: what is needed to compute there again
    """
    folder = shlex.quote(str(run_dir))
    resume = f"python -m evo.run --resume {folder}{flag}"
    more = resume + where if summary.trials < evaluations else f"{resume}{where} --evaluations {2 * evaluations}"
    again = [f"{resume} --candidate {shlex.quote(row['candidate'])}" for row in summary.best[:1]]
    short = [command for command in again if len(command) <= LONGEST_COMMAND]
    return [f"python -m evo.status {folder}", more, *short]

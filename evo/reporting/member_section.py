"""What each member of a consensus says of the best candidates, and how far members agree.

Letters: N trials with a score, M members.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.display.page import Tables
from evo.display.readable_numbers import readable
from evo.display.text_table import short
from evo.engine.summary import best_rows, scored_rows
from evo.records.config import SearchConfig
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, absent, one_table
from fitness import FAILED_MEMBER, spearman

HEADING = "What each member of the consensus says"
SHOWN = 10
LONGEST = 60


def member_section(run: RunFiles) -> Section:
    """Return each member's score and position of the best candidates, and the rank correlations among members."""
    labels = member_labels(run.config)
    if not labels:
        return absent(HEADING, "The fitness is no consensus, so it has no members to ask.")
    rows = {row["key"]: row for row in scored_rows(run.rows).to_pylist()}
    scores = member_scores([*rows.values()], labels)
    if len(rows) < 2:
        return absent(HEADING, "Fewer than two candidates have a score yet.")
    return Section(
        HEADING, (_best(run, labels, [*rows.values()], scores), _agreement(labels, scores, [*rows.values()]))
    )


def member_labels(config: SearchConfig | None) -> list[str]:
    """Return the labels of a consensus' members, none for another fitness."""
    members = config.fitness.options.get("members") if config is not None else None
    if not isinstance(members, list | tuple):
        return []
    return [str(member["label"]) for member in members if isinstance(member, Mapping) and "label" in member]


def member_scores(rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> NDArray[np.float64]:
    """Return what members say of rows, [N, M], not a number where one failed."""
    return np.array([[_score(dict(row["metrics"] or ()), label) for label in labels] for row in rows], dtype=np.float64)


def _score(metrics: Mapping[str, float], label: str) -> float:
    return np.nan if metrics.get(FAILED_MEMBER + label) else metrics.get(label, np.nan)


def _best(
    run: RunFiles, labels: Sequence[str], rows: Sequence[Mapping[str, Any]], scores: NDArray[np.float64]
) -> Tables:
    """Return the table of the best candidates: each member's score, and the candidate's place by it among all."""
    places = np.array([_places(column) for column in scores.T]).T
    at = {row["trial_id"]: number for number, row in enumerate(rows)}
    lines = []
    for row in best_rows(run.rows, SHOWN, run.final):
        number = at.get(row["trial_id"])
        if number is None:
            continue
        said = [f"{readable(float(s))} ({p})" for s, p in zip(scores[number], places[number], strict=True)]
        lines.append((str(row["trial_id"]), readable(row["fitness"]), *said, row["candidate"]))
    heads = ("trial", "fitness", *(label[:LONGEST] for label in labels), "candidate")
    caption = f"Score of each member, and the candidate's place by it among {len(rows)} candidates of this run"
    return one_table(caption, heads, lines)


def _places(column: NDArray[np.float64]) -> list[str]:
    """Return the place of each by one member, 1 for the highest; a dash where the member failed."""
    return ["-" if np.isnan(value) else str(int((column > value).sum()) + 1) for value in column]


def _agreement(labels: Sequence[str], scores: NDArray[np.float64], rows: Sequence[Mapping[str, Any]]) -> Tables:
    sizes = np.array([np.nan if row["params"] is None else row["params"] for row in rows], dtype=np.float64)
    fitness = np.array([row["fitness"] for row in rows], dtype=np.float64)
    columns = [*scores.T, fitness, sizes]
    names = [*(label[:LONGEST] for label in labels), "fitness", "params"]
    lines = [(name, *(_rho(own, other) for other in columns)) for name, own in zip(names, columns, strict=True)]
    caption = f"Spearman's rho of members, fitness and parameters over {len(rows)} candidates of this run"
    return one_table(caption, ("", *names), lines)


def _rho(one: NDArray[np.float64], other: NDArray[np.float64]) -> str:
    both = np.isfinite(one) & np.isfinite(other)
    return short(float(spearman(one[both], other[both]))) if both.sum() > 2 else "-"

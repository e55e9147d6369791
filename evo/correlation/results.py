"""What is reported of a correlation: statistics with their intervals, and what a reader must know to trust them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evo.correlation.config import CorrelationConfig
from evo.correlation.findings import Finding
from evo.correlation.labels import LabelledSample
from evo.correlation.request import WORST
from evo.correlation.tables import brief_tables
from evo.correlation.verdict import verdicts
from evo.display.notebook_table import html_table
from evo.display.text_table import filled, shortened, to_text
from evo.scoring.scores import Column
from evo.storage.logged_numbers import SIZES
from fitness.rank_correlation.rank_statistics import KENDALL_RESAMPLES, MOST_PAIRED_ROWS, RESAMPLES

LONGEST_REASON = 200


@dataclass(frozen=True)
class MetricResults:
    """Everything that is reported of one metric, which is the configuration's.

    sample: its labels are higher-better
    failed: what became of candidates without a score, ``worst`` or ``drop``
    unit: of the labels, where the table says it
    lower_is_better: whether labels are the negative of the metric
    about: what else there is to say of the scores
    references: what fitnesses say of the references that they asked for, lines of fixed width by label
    """

    config: CorrelationConfig
    sample: LabelledSample
    columns: Sequence[Column]
    findings: Sequence[Finding]
    failed: str
    unit: str | None = None
    lower_is_better: bool = False
    about: Sequence[str] = ()
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """The column of labels."""
        return self.config.metric

    @property
    def label(self) -> str:
        """What the labels are: the metric's name, with a minus where its negative is meant."""
        return f"-{self.metric}" if self.lower_is_better else self.metric

    @property
    def headline(self) -> str:
        """What was held against what, in one line."""
        asked, rows = self.config, len(self.sample.texts)
        half = f" of half {asked.half}" if asked.half else ""
        return (
            f"{asked.space.name}, {self.label} of {Path(asked.table).stem}, {rows} rows{half}, data {asked.data}, "
            f"seed {asked.seed}"
        )

    @property
    def notes(self) -> list[str]:
        """What a reader must know to trust the numbers."""
        treated = "rank below all others" if self.failed == WORST else "are left out of its statistics"
        kendall = f" ({KENDALL_RESAMPLES} for kendall)" if len(self.sample.texts) > MOST_PAIRED_ROWS else ""
        notes = [
            *verdicts(self.findings),
            *self.about,
            f"Intervals: 95 %, percentiles of {RESAMPLES} resamples{kendall}; top K % is the retrieving rate.",
            f"Candidates without a score {treated}; s each is the median of seconds per candidate, by the clock where "
            "CPU is not said.",
        ]
        if self.lower_is_better:
            notes.append(f"Lower {self.metric} is better: its negative is the label, so that higher is better.")
        if not {column.label for column in self.columns} & set(SIZES):
            notes.append("params and macs are no baselines here: the space builds no networks.")
        if self.sample.without_label:
            notes.append(f"{self.sample.without_label} rows of the table lack a label: left out.")
        reasons = [(c, shortened(c.reason, LONGEST_REASON)) for c in self.columns if c.reason]
        return notes + [f"{column.label}: {column.failed} without a score, e.g. {said}" for column, said in reasons]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every statistic with the ends of its interval."""
        for finding in self.findings:
            about = {"metric": self.label, "fitness": finding.label, "part": finding.part, "rows": finding.rows}
            for name, found in finding.intervals.items():
                value, low, high = found.to_json()
                ends = {"statistic": name, "value": value, "low": low, "high": high}
                yield {**about, "without_score": finding.failed, **ends}

    def __str__(self) -> str:
        """Return the headline, the notes and the tables as text."""
        tables = map(to_text, brief_tables(self.findings, self.columns))
        lines = [line for note in (self.headline, *self.notes) for line in filled(note)]
        return "\n".join([*lines, "", "\n\n".join(tables)])

    def to_html(self) -> str:
        """Return the tables as HTML, every text escaped."""
        tables = brief_tables(self.findings, self.columns)
        return "".join(html_table(f"{self.headline}: {each.title}", each.header, each.rows) for each in tables)

"""What a caller asks of a correlation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import Placement, PluginLike

DEFAULT_SAMPLE = 128
"""Rows that are scored unless more are asked for."""
HALVES = ("A", "B")
"""Disjoint halves of a table: settings chosen on A are reported on rows of B, which nobody has seen."""
WORST, DROP = WITHOUT_SCORE = ("worst", "drop")
"""What becomes of candidates without a score: they rank below all others, or are left out."""


@dataclass(frozen=True, kw_only=True)
class LabelledRowsRequest(CheckedRequest):
    """What may be asked of labelled rows, whatever is done with them.

    lower_is_better: whether every metric is a loss or an error, so that its negative is the label
    options: options of the space, and of what else takes some, beside those in its text, by axis
    sample: how many rows, None for as many as is usual
    rows: one of ``HALVES``, None for all; rows_seed: order of the rows
    trust: whether what files name, e.g. a panel, may be imported
    """

    lower_is_better: bool = False
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sample: int | None = None
    rows: str | None = None
    rows_seed: int = 0
    trust: bool = False


@dataclass(frozen=True, kw_only=True)
class RowsRequest(LabelledRowsRequest):
    """What may be asked of labelled rows and of how they are scored, whoever compares the scores.

    sample: None for ``DEFAULT_SAMPLE``, as many as before, or all where there are fewer
    image_size, channels: of the images: pixels of a side, 32 unless said, and 3, or 1 or 4 where the source has them
    seed: of the scores
    trial_timeout: seconds that one score may take
    scores: folder of scores that are shared, ``none`` for no such folder, None for ``scores`` beside run_dir
    """

    data: PluginLike | None = None
    image_size: int | None = None
    channels: int | None = None
    data_root: str | None = None
    download: bool = False
    seed: int = 0
    trial_timeout: float | None = None
    scores: Path | None = None
    placement: Placement = field(default_factory=Placement)


@dataclass(frozen=True, kw_only=True)
class CorrelationRequest(RowsRequest):
    """A correlation as it is asked for.

    fitness: one, a list, or a text of several with commas between
    table: file of labelled candidates
    metric: column of labels, or several with commas between
    failed: ``worst`` or ``drop``
    figure: file of one figure of everything, .svg, .pdf or .png; force: whether it may be there already
    run_dir: folder of scores and results, None for one that belongs to what is asked for
    """

    space: PluginLike
    fitness: PluginLike | Sequence[PluginLike]
    table: Path
    metric: str
    failed: str = WORST
    figure: Path | None = None
    force: bool = False
    run_dir: Path | None = None

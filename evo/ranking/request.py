"""What a caller asks of a ranker: to be fitted, to predict, to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.correlation.request import LabelledRowsRequest
from evo.records.checked_request import CheckedRequest
from evo.records.requests import PluginLike

AXES = ("space", "predictor")
"""What takes options."""
DEFAULT_PREDICTOR = "ranker"
SUFFIX = ".safetensors"
SHOWN = 20
"""Predictions that are shown of a table or a sample."""


@dataclass(frozen=True, kw_only=True)
class LabelledRequest(LabelledRowsRequest):
    """Labelled candidates as they are asked for: those of a table, of a panel, or of a run.

    table: file of labelled candidates; metric: its column of labels
    panel: file, or name of one that is shipped; its column is ``value`` unless ``metric`` names another
    run: folder of a run, whose fitnesses are the labels
    sample: how many, None for all
    """

    table: Path | None = None
    panel: str | None = None
    run: Path | None = None
    metric: str | None = None


@dataclass(frozen=True, kw_only=True)
class FitRankerRequest(LabelledRequest):
    """A fit as it is asked for.

    space: of the candidates, None for that of the run; predictor: what learns; seed: of its weights and batches
    """

    space: PluginLike | None = None
    predictor: PluginLike = DEFAULT_PREDICTOR
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class EvaluateRequest(LabelledRequest):
    """How well a ranker ranks labelled candidates, as it is asked for.

    metric: None for the column that was learnt from
    other_labels: whether labels may be of another kind than those that it learnt
    """

    other_labels: bool = False


@dataclass(frozen=True, kw_only=True)
class PredictRequest(CheckedRequest):
    """Predictions as they are asked for: of candidates, of the rows of a table, or of a sample of the space.

    candidates: their texts
    table: file of candidates; sample, rows, rows_seed: which of its rows, see ``LabelledRowsRequest``
    random: how many to draw, all different, by ``seed``
    top: how many of the best to keep, None for all
    """

    candidates: Sequence[str] = ()
    table: Path | None = None
    sample: int | None = None
    rows: str | None = None
    rows_seed: int = 0
    random: int | None = None
    seed: int = 0
    top: int | None = None

"""Results of six candidates by a fitness with a text that would break a page, and by chance."""

import numpy as np

from evo.correlation.config import CorrelationConfig
from evo.correlation.findings import find
from evo.correlation.labels import LabelledSample
from evo.correlation.results import MetricResults
from evo.records.config import Choice
from evo.scoring.scores import Column

LABELS = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0])
COLUMNS = [
    Column("mine:Sum(a=<b>)", np.array([1, 2, 3, np.nan, 5, 6.0]), np.full(6, 0.5), "ValueError: <no>"),
    Column("random", np.full(6, 0.5)),
]
ASKED = CorrelationConfig(Choice("mine:Space"), (), "/tables/t.csv", "acc", "B", 0, "noise", None, 3)
RESULTS = MetricResults(
    ASKED, LabelledSample(tuple("abcdef"), LABELS, 2), COLUMNS, find(COLUMNS, LABELS), failed="worst", unit="%"
)

"""How the architectures of a panel are trained unless the caller says otherwise, and which options cannot be given.

The numbers were chosen on 16 sampled cells of NAS-Bench-201 with one cell per stage, on digits. After six epochs of 200
images, two seeds agree on the shipped panel's 60 cells by .880 [.811, .917] (three pairs), on its first 16 by .900
[.713, .970] (seeds 0 and 1). With two cells per stage, four epochs and a learning rate of .05 they agree on 16 cells by
.200 [-.444, .724]: ``python -m evo.label --space nasbench201 --set space.cells_per_stage=2 --data digits --count 16
--seeds 2 --epochs 4 --learning-rate 0.05 --out panel.parquet``.
"""

from collections.abc import Mapping

from evo.engine.plugins import resolve_choice
from evo.labelling.request import LabelRequest
from evo.records.config import Choice
from tasks.foundation.errors import UsageError

FITNESS = "classification"
DEFAULTS: Mapping[str, object] = {"epochs": 6, "pictures": 200, "batch": 20, "learning_rate": 0.01}
"""Options of the fitness that have a name of their own in a request."""
MOST_IMAGES = 1_024
_SETTLED = {"score": "the label is minus the validation loss", "steps": "give --epochs"}


def training_of(request: LabelRequest, *, judged_by: int) -> Choice:
    """Return the training that a request describes: its own fields before its options before ``DEFAULTS``.

    judged_by: validation images there are; all are used, up to ``MOST_IMAGES``. Raises UsageError for an unknown option
    or one that is settled here.
    """
    options = request.options.get("fitness", {})
    for name, reason in _SETTLED.items():
        if name in options:
            raise UsageError(f"--set fitness.{name}={options[name]}: cannot be set; {reason}")
    named = {name: getattr(request, name) for name in DEFAULTS if getattr(request, name) is not None}
    judged = {"held_out": min(MOST_IMAGES, judged_by)}
    training = resolve_choice("fitness", FITNESS, {**DEFAULTS, **judged, **options, **named})
    if whole(training, "epochs") < 1:
        raise UsageError(f"--epochs {training.options['epochs']}: must be at least 1")
    return training


def whole(training: Choice, name: str) -> int:
    """Return an option of a training that is a whole number."""
    value = training.options[name]
    assert isinstance(value, int)
    return value

"""How the architectures of a panel are trained unless said otherwise, and which settings cannot be given.

The numbers were chosen on 16 sampled cells of NAS-Bench-201 at one cell per stage, on digits: two seeds agreed by .93
after six epochs of 200 pictures, and those of the shipped panel's 60 cells, trained so, by .916 [.863, .938]. At two
cells per stage and a rate of .05 they agreed by .565 [.091, .813] after four epochs.
"""

import argparse
from collections.abc import Mapping

from evo.engine.plugins import resolve_choice
from evo.records.config import Choice
from tasks.foundation.errors import UsageError

FITNESS = "classification"
DEFAULTS: Mapping[str, object] = {"epochs": 6, "pictures": 200, "batch": 20, "learning_rate": 0.01}
"""Options of the fitness that have a flag of their own."""
MOST_TEST_PICTURES = 1_024
_SETTLED = {"score": "the label is minus the test loss", "steps": "give --epochs"}


def training_from(options: argparse.Namespace, assignments: Mapping[str, str], *, test_pictures: int) -> Choice:
    """Return the training that the options describe: flags before assignments before ``DEFAULTS``.

    test_pictures: how many there are; all are used, up to ``MOST_TEST_PICTURES``. Raises UsageError for an unknown
    option or one that is settled here.
    """
    for name, reason in _SETTLED.items():
        if name in assignments:
            raise UsageError(f"--set fitness.{name}={assignments[name]}: cannot be set; {reason}")
    flags = {name: getattr(options, name) for name in DEFAULTS if getattr(options, name) is not None}
    tested = {"held_out": min(MOST_TEST_PICTURES, test_pictures)}
    training = resolve_choice("fitness", FITNESS, {**DEFAULTS, **tested, **assignments, **flags})
    if whole(training, "epochs") < 1:
        raise UsageError(f"--epochs {training.options['epochs']}: must be at least 1")
    return training


def whole(training: Choice, name: str) -> int:
    """Return an option of a training that is a whole number."""
    value = training.options[name]
    assert isinstance(value, int)
    return value

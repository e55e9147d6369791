"""Whether networks are trained with the normalisation of their supernet: those that inherit from it have to be.

Cells of DARTS have no normalisation behind pooling when they are evaluated, but had one in the supernet. A network
without it computes something else with the same weights, from the start.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.retraining.searched_run import Architecture
from evo.retraining.settings import TrainSettings
from evo.retraining.stored_files import began_before, read_request
from evo.storage.run_folder import CONFIG
from spaces import build_options
from tasks.foundation.errors import UsageError


def settle_norms(settings: TrainSettings, architecture: Architecture, space: Any, *, inherits: bool) -> TrainSettings:
    """Return the settings with ``searched`` in place of None: where weights are inherited, what the space needs for it.

    Both trainings of a pair are of one network, so that ``inherits`` says whether one of them has inherited weights.
    Random weights alone are trained in the network that the space evaluates.
    """
    if settings.searched is not None:
        return settings
    return replace(settings, searched=inherits and _is_needed(architecture, space))


def check_norms(settings: TrainSettings, architecture: Architecture, space: Any, folder: Path) -> None:
    """Raise UsageError where inherited weights would not compute what they did; folder: of the trainings.

    One whose trainings began before this was refused goes on.
    """
    if settings.searched or not _is_needed(architecture, space) or began_before(folder):
        return
    raise UsageError(
        "train.searched=false: a network without the supernet's normalisation behind pooling does not compute what its "
        "inherited weights did; leave it out, or take --init random"
    )


def began_as(folder: Path, *, searched: bool, named: bool) -> bool:
    """Return whether trainings that say nothing of ``searched`` go on in a folder of trainings with this value of it.

    With false, those that inherited weights before networks had the supernet's normalisation for that. With true,
    those of a folder that is ``named``, so that a pair can be made by two commands. Raises UsageError for a damaged
    folder.
    """
    path = folder / CONFIG
    if not path.is_file() or read_request(path)["setting"]["settings"].get("searched") is not searched:
        return False
    return named if searched else began_before(folder)


def _is_needed(architecture: Architecture, space: Any) -> bool:
    return architecture.supernet is not None and bool(build_options(space))

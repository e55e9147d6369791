"""The reference for one candidate's score: that of its run, or one that is found or scored in this process."""

import logging
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evo.engine.asked_sizes import on_images, size_limits
from evo.engine.configuring import Asked
from evo.engine.evolution import Evolution
from evo.engine.observer import LiveRun
from evo.engine.plugins import Plugins
from evo.engine.reference_members import check_reference
from evo.engine.reference_request import settled_size
from evo.engine.reference_stage import ReferenceStage, read_reference
from evo.records.config import Limits
from evo.records.resources import Resources
from evo.storage.score_store import named_store
from fitness.reference import Reference, ReferenceRequest
from tasks.foundation.errors import UsageError

REFERENCES = Path("runs") / "references"
"""Where scores for references are that belong to no run, unless the caller says where."""
_HERE = Resources(0, 0.0)


def reference_for(asked: Asked, plugins: Plugins) -> Reference | None:
    """Return what the fitness of plug-ins asks for, to score one candidate; None where it asks for nothing.

    Where the candidate's run is named, the reference is the one that it has scored. Any other is found in the folder of
    references, or scored now and kept there; a warning says what that costs.

    Raises UsageError where it cannot be scored, or the run has not scored it whole.
    """
    request = check_reference(asked.config, plugins, asked.objects)
    if request is None:
        return None
    if asked.run_dir is not None and _is_that_of_the_run(asked):
        return read_reference(asked.run_dir, request)
    return _scored_here(asked, plugins, request)


def _is_that_of_the_run(asked: Asked) -> bool:
    """Return whether the candidate is scored on what the run that is gone on with has scored its reference on."""
    stored, config = asked.stored, asked.config
    if not asked.request.resume or stored is None:
        return False
    return (stored.space, stored.fitness, stored.data) == (config.space, config.fitness, config.data)


def _scored_here(asked: Asked, plugins: Plugins, request: ReferenceRequest) -> Reference:
    evaluations = Limits.evaluations if asked.request.evaluations is None else asked.request.evaluations
    limits = Limits(evaluations, trial_timeout_s=asked.request.trial_timeout)
    config = replace(asked.config, reference_size=settled_size(request, evaluations))
    references = named_store(asked.request.references, REFERENCES)
    purpose = "in this process" + (f", unless they are found in {references.folder}" if references else "")
    with TemporaryDirectory() as folder:
        sizes = size_limits(config, plugins.space, on_images(plugins.images))
        evolution = Evolution(Path(folder), config, limits, plugins, asked.objects, sizes=sizes)
        stage = ReferenceStage(evolution, request, references, purpose=purpose, level=logging.WARNING)
        unfinished = stage.score(_HERE, LiveRun(Path(folder), 1), [])
        if unfinished is not None:
            raise UsageError(
                f"the reference that {config.fitness.name} asks for cannot be scored whole: it is {unfinished}; score "
                "the candidate of a run that has scored its reference, or choose other members"
            )
        return read_reference(Path(folder), request)

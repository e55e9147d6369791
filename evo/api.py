"""The Python interface: what every command line can do, as functions; a command is a thin layer over it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.asking import requested
from evo.records.requests import PluginLike, SearchRequest
from tasks.foundation.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from evo.engine.observer import Callback
    from evo.engine.scored import Scored
    from evo.given_candidates import Initial
    from evo.runs import Run

SCORING = ("trial_timeout", "options", "image_size", "channels", "data_root", "download", "references")
"""What may be said of a single score beside its plug-ins and its seed."""


def search(
    *,
    callbacks: "Sequence[Callback]" = (),
    progress: bool = False,
    initial: "Initial | None" = None,
    run_dir: str | Path | None = None,
    recipe: str | Path | None = None,
    workers: int | str = "auto",
    gpus_per_worker: float | str = "auto",
    address: str = "local",
    **asked: Any,
) -> "Run":
    """Search a space for the candidate of highest fitness, and return the run; as ``python -m evo.run`` does.

    space, fitness, strategy, data: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object
    evaluations, seed, max_minutes, trial_timeout, target, ahead, reuse, seeds, options, constraints, constraint_size,
    ...: see ``SearchRequest``
    objectives: several, the fitness first, e.g. ``"fitness,-params"`` or a list; ``run.front()`` is what is found
    initial: candidates, texts or records to score first, or another run, whose ten best are taken; of proxy tasks also
    ``published``: those that are shipped, and mutants of them up to half of the population
    recipe: name of a shipped recipe, or a TOML file, as ``--recipe`` takes it: what is given beside it wins, and the
    options of a part that another replaces are left out, which a logged line says
    run_dir: the run's folder; one that holds the same search is gone on with (default: a new one in ``runs``)
    trust: whether what files name, e.g. a panel, may be imported
    workers: processes, or 0 to score in this one, without Ray; then nothing can end a trial that ignores its time-out
    overdue, worker_memory, ship_images: how workers are looked after and what they are sent: see ``Placement``
    callbacks: observers (``evo.Observer``), or functions that are called with the run and a finished trial
    progress: whether to show on standard error how far it has come

    Ctrl-C saves and returns the run so far. Raises UsageError for bad input, with nothing written, and FailedRunError
    where a search cannot go on.
    """
    from evo.given_candidates import candidates_in

    if recipe is not None:
        from evo.engine.recipe_request import with_recipe

        asked = with_recipe(recipe, asked)
    return _search(
        callbacks=callbacks,
        progress=progress,
        run_dir=run_dir,
        initial=None if initial is None else candidates_in(initial),
        workers=workers,
        gpus_per_worker=gpus_per_worker,
        address=address,
        **asked,
    )


def load(run_dir: str | Path, *, trust: bool = False) -> "Run":
    """Return the run of a folder, finished or not; raises UsageError where there is none.

    trust: whether ``network`` and ``resume`` may import whatever the folder names. Reading rows imports nothing.
    """
    from evo.runs import Run

    if not isinstance(run_dir, str | Path):
        raise UsageError(f"run_dir={run_dir!r}: the folder of a run is needed")
    return Run(Path(run_dir), again=_search, trust=trust)


def score(
    candidate: object,
    *,
    space: PluginLike,
    fitness: PluginLike,
    data: PluginLike | None = None,
    seed: int = 0,
    **asked: Any,
) -> "Scored":
    """Return the score of one candidate, or of its text, in this process, as a search with the same seed logs it.

    candidate: one of the space's, its text, or a record of a run
    asked: trial_timeout (seconds), options, image_size, channels, data_root, download: see ``SearchRequest``
    references: folder of what was scored for references, where the fitness asks for one; ``none``
    for no such folder (default: runs/references)

    Raises UsageError for bad input; a candidate that fails has a record with its error.
    """
    from evo.engine.scored import score_request, text_of

    for name in asked:
        if name not in SCORING:
            raise unknown_name("argument", name, ["space", "fitness", "data", "seed", *SCORING])
    named = {"space": space, "fitness": fitness, "data": data, "seed": seed}
    return score_request(requested(SearchRequest, {**named, **asked}), text_of(candidate))


def _search(
    *,
    callbacks: "Sequence[Callback]" = (),
    progress: bool = False,
    workers: int | str = "auto",
    gpus_per_worker: float | str = "auto",
    address: str = "local",
    **asked: Any,
) -> "Run":
    """Search, or go on with a run where ``resume`` is among what is asked."""
    from evo.engine.observer import observers_of
    from evo.runs import Run
    from evo.searching import run_request

    where = {"workers": workers, "gpus_per_worker": gpus_per_worker, "address": address}
    request = requested(SearchRequest, {**asked, **where})
    searched = run_request(request, observers=observers_of(callbacks), progress=progress)
    return Run(searched.path, again=_search, objects=searched.objects, placement=request.placement, trust=True)

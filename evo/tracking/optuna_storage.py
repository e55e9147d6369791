"""A run as a study in a storage of Optuna, so that optuna-dashboard and Optuna's plots show it.

Values are fitnesses. A trial that has none failed, or was pruned where it was abandoned below its threshold.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.records.trial import Status
from evo.storage.run_log import read_table
from evo.tracking.base import EXTRA, SIZES, Row, finite, metrics_of, settings_of
from tasks.foundation.errors import UsageError, first_line

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

CANDIDATE, RUN, TRIAL = "candidate", "run", "trial_id"
COUNTS = ("params", "macs")
_MOST_CHARACTERS = 20_000_000  # a storage keeps all choices of a parameter with each trial
_TEXTS = ("candidate", "key", "status", "worker", "node", "device", "processor", "gpu")
_WHOLE = ("trial_id", "parent_id", "seed", "attempts")
_LONGEST_ERROR = 2_000


def write_study(run_dir: Path, storage: Any, name: str | None = None) -> str:
    """Write a run's trials into a storage, those that are not there yet, and return the study's name.

    storage: an address such as ``sqlite:///x.db``, or a storage of Optuna's
    name: of the study, the folder's by default

    Parameters are the candidate's text, where the texts of a run are not too long to be choices and it was among them
    when the study was first written, and its size; everything else of a row is a user attribute.

    Raises UsageError where Optuna is missing, the storage cannot be written, or has a study of that name that is no
    export of this run.
    """
    if find_spec("optuna") is None:
        raise UsageError(f"to_optuna() needs optuna, which is not installed: {EXTRA}")
    import optuna

    rows = sorted(read_table(run_dir).to_pylist(), key=lambda row: row["trial_id"])
    named = run_dir.absolute().name if name is None else name
    try:
        study = optuna.create_study(storage=storage, study_name=named, direction="maximize", load_if_exists=True)
        known = _known(study, run_dir)
        study.add_trials(list(_trials(rows, known, _distributions(rows, study))))
    except UsageError:
        raise
    except Exception as error:  # any storage, any database
        raise UsageError(f"to_optuna({str(storage)[:100]!r}): cannot be written ({first_line(error)[:200]})") from error
    return named


def _known(study: "optuna.Study", run_dir: Path) -> set[int]:
    """Return which trials a study has; raises UsageError for one that is no export of this run."""
    run = str(run_dir.absolute())
    trials = study.get_trials(deepcopy=False)
    if trials and study.user_attrs.get(RUN) != run:
        raise UsageError(f"to_optuna(): the storage has a study {study.study_name!r} of something else; give name=...")
    if not trials:
        for key, value in {RUN: run, **settings_of(run_dir)}.items():
            study.set_user_attr(key, value)
    return {trial.user_attrs.get(TRIAL, -1) for trial in trials}


def _trials(
    rows: Sequence[Row], known: set[int], distributions: "Mapping[str, BaseDistribution]"
) -> Iterator["optuna.trial.FrozenTrial"]:
    started = next((row["started_at"] for row in rows if row["started_at"]), None)
    for row in rows:
        started = row["started_at"] or started  # a lost trial says nothing of its time
        if row["trial_id"] not in known:
            yield _trial(row, distributions, started)


def _distributions(rows: Sequence[Row], study: "optuna.Study") -> "dict[str, BaseDistribution]":
    """Return what the parameters of trials may be; the choices that a study has already stay as they are."""
    from optuna.distributions import CategoricalDistribution, IntDistribution

    found: dict[str, BaseDistribution] = {}
    for trial in study.get_trials(deepcopy=False)[:1]:
        found = {name: one for name, one in trial.distributions.items() if name == CANDIDATE}
    texts = sorted({row[CANDIDATE] for row in rows})
    if not found and texts and len(rows) * sum(map(len, texts)) <= _MOST_CHARACTERS:
        found[CANDIDATE] = CategoricalDistribution(texts)
    for name in COUNTS:
        if counts := [row[name] for row in rows if row[name] is not None]:
            found[name] = IntDistribution(min(counts), max(counts))
    return found


def _trial(
    row: Row, distributions: "Mapping[str, BaseDistribution]", started: datetime | None
) -> "optuna.trial.FrozenTrial":
    from optuna.trial import FrozenTrial, TrialState

    states = {Status.COMPLETED: TrialState.COMPLETE, Status.ABANDONED: TrialState.PRUNED}
    begun = _local(started)
    own = {name: each for name, each in distributions.items() if _holds(each, row[name])}
    return FrozenTrial(
        number=-1,  # the storage counts them
        trial_id=-1,
        state=states.get(row["status"], TrialState.FAIL),
        value=row["fitness"] if row["status"] == Status.COMPLETED else None,
        datetime_start=begun,
        datetime_complete=begun + timedelta(seconds=row["evaluate_s"] or 0.0),
        params={name: row[name] for name in own},
        distributions=own,
        user_attrs=_attributes(row),
        system_attrs={},
        intermediate_values={},
    )


def _holds(distribution: "BaseDistribution", value: object) -> bool:
    """Return whether a value is one of a distribution's; a candidate that came later is none of the choices."""
    from optuna.distributions import CategoricalDistribution

    return value in distribution.choices if isinstance(distribution, CategoricalDistribution) else value is not None


def _attributes(row: Mapping[str, Any]) -> dict[str, object]:
    """Return what a row says beside its fitness, for JSON."""
    texts = {name: row[name] for name in (*_TEXTS, *_WHOLE) if row[name] is not None}
    error = {} if row["error"] is None else {"error": row["error"][-_LONGEST_ERROR:]}
    return {
        **texts,
        **finite({name: row[name] for name in SIZES}),
        **finite(metrics_of(row)),
        **error,
        "reused": bool(row["reused"]),
    }


def _local(moment: datetime | None) -> datetime:
    """Return a moment as Optuna keeps it: in this machine's time, without saying so."""
    return datetime.now() if moment is None else moment.astimezone().replace(tzinfo=None)

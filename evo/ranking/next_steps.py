"""How to use a ranker's file: commands that a user may paste."""

import shlex
from pathlib import Path

from evo.engine.plugins import table_of
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import LabelledRequest
from evo.ranking.written_choice import as_written
from evo.records.config import Choice
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.saved_predictor import given_again
from tasks.foundation.plugin_texts import PluginText


def next_steps(path: Path, notes: RankerNotes, request: LabelledRequest) -> list[str]:
    """Return commands that judge a ranker on rows that it has not learnt from, that predict and that search by it.

    request: what it was fitted on. A search takes it only where its space can be named and its predictor is built in,
    and reads no file of scores.
    """
    file, predictor = shlex.quote(str(path)), _predictor(notes.predictor)
    own = "" if notes.space is not None else " --space SPACE"
    own += f" --predictor {predictor}" if predictor else ""
    steps = [
        f"python -m evo.rank evaluate {file}{own} {_rows(request)}",
        f"python -m evo.rank predict {file}{own} --random 1000 --top 10",
    ]
    if predictor or notes.space is None or notes.predictor is None or notes.predictor.name not in PREDICTORS.builtin:
        return steps
    space = shlex.quote(as_written(table_of("space"), notes.space))
    fitness = shlex.quote(PluginText("ranker", {"file": str(path)}).quoted())
    return [*steps, f"python -m evo.run --space {space} --fitness {fitness}"]


def _predictor(predictor: Choice | None) -> str:
    """Return the predictor as it has to be named beside its file, empty where the file says all of it."""
    if predictor is None:
        return "PREDICTOR"
    again = given_again(predictor.options)
    return shlex.quote(as_written(PREDICTORS, Choice(predictor.name, again))) if again else ""


def _rows(request: LabelledRequest) -> str:
    named = [(name, getattr(request, name)) for name in ("table", "panel", "run", "metric")]
    said = [f"--{name} {shlex.quote(str(value))}" for name, value in named if value is not None]
    return " ".join([*said, *(["--lower-is-better"] if request.lower_is_better else [])])

"""What a request of a ranker gets wrong and no plug-in has to be imported for."""

from pathlib import Path

from evo.correlation.request_checks import check_half
from evo.engine.first_checks import check_plugins
from evo.ranking.request import AXES, SUFFIX, EvaluateRequest, FitRankerRequest, LabelledRequest, PredictRequest
from fitness.predictors.predictor_table import PREDICTORS
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.output_files import check_output
from tasks.foundation.plugin_texts import parse_plugin
from tasks.foundation.ranges import check_range

SOURCES = ("table", "panel", "run")
MOST_CANDIDATES = 10_000_000
STATISTICS = (".parquet", ".md")
PREDICTIONS = (".parquet", ".csv")


def check_fit(request: FitRankerRequest) -> None:
    """Raise UsageError for a name or an option that no plug-in is needed to refuse."""
    _check_source(request)
    if unknown := sorted(set(request.options) - set(AXES)):
        raise unknown_name("axis of options:", unknown[0], AXES)
    if request.space is None and request.run is None:
        raise UsageError("--space is needed beside --table and --panel; --run has the space of its search")
    check_plugins(request.space, None)
    if isinstance(request.predictor, str):
        _check_predictor(request.predictor)


def check_evaluation(request: EvaluateRequest) -> None:
    """Raise UsageError for what is said of rows that cannot be."""
    _check_source(request)


def check_prediction(request: PredictRequest) -> None:
    """Raise UsageError unless candidates are named in one way, and numbers are in range."""
    named = [bool(request.candidates), request.table is not None, request.random is not None]
    if sum(named) != 1:
        raise UsageError("name candidates in one way: their texts, --table FILE, or --random N")
    check_half(request.rows)
    of_table, drawn = (request.sample, request.rows, request.rows_seed), request.seed
    if request.table is None and of_table != (None, None, PredictRequest.rows_seed):
        raise UsageError("--sample, --rows and --rows-seed are of a table: name it by --table FILE")
    if request.random is None and drawn != PredictRequest.seed:
        raise UsageError("--seed is of candidates that are drawn: draw them by --random N")
    for name, given in (("--random", request.random), ("--top", request.top)):
        if given is not None:
            check_range(name, given, 1, MOST_CANDIDATES)


def check_file(path: Path, suffixes: tuple[str, ...] = (SUFFIX,), *, force: bool) -> None:
    """Raise UsageError where a file could not be written, or would replace one that ``force`` does not give up."""
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"--out {path}: name a file that ends in {' or '.join(suffixes)}")
    try:
        check_output(path, force=force)
    except UsageError as error:
        raise UsageError(f"--out {error}") from error


def _check_source(request: LabelledRequest) -> None:
    given = [name for name in SOURCES if getattr(request, name) is not None]
    if len(given) != 1:
        raise UsageError("name labelled candidates in one way: --table FILE, --panel PANEL, or --run RUN")
    if request.run is not None and (request.metric is not None or request.lower_is_better):
        raise UsageError("--metric and --lower-is-better are of a table or a panel; the labels of --run are fitnesses")
    check_half(request.rows)
    if request.sample is not None:
        check_range("--sample", request.sample, 1, MOST_CANDIDATES)


def _check_predictor(text: str) -> None:
    name = parse_plugin(text, option="--predictor", example="'ranker(size=small)'").name
    if ":" not in name and name not in PREDICTORS.names():
        raise unknown_name("predictor", name, PREDICTORS.names())

"""What a request for labels gets wrong and no plug-in has to be imported for."""

from pathlib import Path

from evo.engine.first_checks import check_limits, check_plugins
from evo.labelling.request import LabelRequest
from tasks.foundation.errors import UsageError
from tasks.foundation.output_files import check_output
from tasks.foundation.ranges import check_range
from tasks.panel import FEWEST_MEMBERS

FEWEST_SEEDS, MOST_SEEDS = 2, 1_000
MOST_ARCHITECTURES, MOST_EPOCHS = 100_000, 1_000_000
SUFFIXES = (".parquet", ".csv")


def check_request(request: LabelRequest) -> None:
    """Raise UsageError for a number, a name or a file that no plug-in is needed to refuse."""
    check_numbers(request)
    check_limits(trial_timeout=request.trial_timeout)
    check_panel_file(request.out, force=request.force)
    check_plugins(request.space, None)


def check_numbers(request: LabelRequest) -> None:
    """Raise UsageError for a number of architectures, of seeds, or of agreement that is out of range."""
    if request.count is not None:
        check_range("--count", request.count, FEWEST_MEMBERS, MOST_ARCHITECTURES)
    check_range("--seeds", request.seeds, FEWEST_SEEDS, MOST_SEEDS)
    if request.epochs is not None:
        check_range("--epochs", request.epochs, 1, MOST_EPOCHS)
    if not -1 <= request.least_agreement <= 1:
        raise UsageError(f"--least-agreement {request.least_agreement:g}: must be from -1 to 1")


def check_panel_file(path: Path, *, force: bool) -> None:
    """Raise UsageError where a panel could not be written, or would replace a file that ``force`` does not give up."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--out {path}: name a file that ends in {' or '.join(SUFFIXES)}")
    try:
        check_output(path, force=force)
    except UsageError as error:
        raise UsageError(f"--out {error}") from error

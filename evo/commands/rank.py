"""What ``python -m evo.rank`` does: parse, then fit, predict or judge; nothing heavy before that."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evo.commands.messages import run_printed, say_loading
from evo.commands.rank_options import EvaluateCommand, FitCommand, PredictCommand, RankerFile, read_command
from tasks.foundation.command_line import DONE, say

if TYPE_CHECKING:
    from evo.ranking.learnt import Learnt
    from evo.ranking.ranker import Ranker

PROGRAM = "evo.rank"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: FitCommand | PredictCommand | EvaluateCommand) -> int:
    if isinstance(command, FitCommand):
        return _fit(command)
    return _predict(command) if isinstance(command, PredictCommand) else _evaluate(command)


def _fit(command: FitCommand) -> int:
    from evo.ranking.request_checks import check_file, check_fit
    from evo.ranking.sources import read_source

    check_fit(command.request)
    check_file(command.out, force=command.force)
    read_source(command.request)  # what is wrong with it is said before anything heavy is loaded
    say_loading(str(command.request.predictor), quiet=command.quiet)
    from evo.ranking.fitting import fit_ranker
    from evo.ranking.next_steps import next_steps
    from evo.ranking.ranker import Ranker

    learnt = fit_ranker(command.request)
    Ranker(learnt).save(command.out, force=command.force)
    say(f"fitted{_seconds(learnt)}: {learnt.describe()}")
    say(str(command.out))
    if not command.quiet:
        say("\n".join(["", "next:", *(f"  {step}" for step in next_steps(command.out, learnt.notes, command.request))]))
    return DONE


def _seconds(learnt: "Learnt") -> str:
    return f" in {learnt.took.wall_s:.1f} s, {learnt.took.cpu_s:.1f} of the processor" if learnt.took else ""


def _predict(command: PredictCommand) -> int:
    from evo.ranking.request_checks import PREDICTIONS, check_prediction

    check_prediction(command.request)
    ranker = _load(command.ranker, PREDICTIONS)
    from evo.ranking.prediction import predict

    found = predict(ranker.learnt, command.request)
    if command.ranker.out is not None:
        found.write(command.ranker.out, force=command.ranker.force)
    say(str(found))
    return _told(command.ranker)


def _evaluate(command: EvaluateCommand) -> int:
    from evo.ranking.request_checks import STATISTICS, check_evaluation

    check_evaluation(command.request)
    _check_labels(command)
    ranker = _load(command.ranker, STATISTICS)
    from evo.ranking.evaluation import evaluate

    found = evaluate(command.request, ranker.learnt, path=command.ranker.file)
    if command.ranker.out is not None:
        found.write(command.ranker.out, force=command.ranker.force)
    say(str(found))
    return _told(command.ranker)


def _check_labels(command: EvaluateCommand) -> None:
    """Raise UsageError for labels of another kind than those learnt, before anything heavy is loaded."""
    from evo.ranking.ranker_notes import check_label, read_notes
    from evo.ranking.sources import read_source
    from fitness.predictors.state_file import read_state

    file = command.ranker.file
    notes = read_notes(file, read_state(file))
    kind = read_source(command.request, learnt=notes.label).kind
    check_label(file, notes, kind, other=command.request.other_labels)


def _load(named: RankerFile, suffixes: tuple[str, ...]) -> "Ranker":
    """Return the ranker of a file, once it is known that what is found can be written."""
    from evo.ranking.request_checks import check_file

    if named.out is not None:
        check_file(named.out, suffixes, force=named.force)
    from evo.ranking.ranker import Ranker

    return Ranker.load(named.file, space=named.space, predictor=named.predictor, trust=named.trust)


def _told(named: RankerFile) -> int:
    if named.out is not None:
        say(str(named.out))
    return DONE

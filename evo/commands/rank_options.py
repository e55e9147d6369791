"""The options of ``python -m evo.rank``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.commands.correlate_options import add_rows
from evo.commands.options import add_quiet, add_trust, known_plugins, said
from evo.ranking.request import (
    AXES,
    DEFAULT_PREDICTOR,
    SHOWN,
    EvaluateRequest,
    FitRankerRequest,
    LabelledRequest,
    PredictRequest,
)
from fitness.predictors.predictor_table import PREDICTORS
from tasks.foundation.command_line import OneLineParser, add_assignments, named_path, parse_assignments

DESCRIPTION = "Learn to rank candidates from labelled ones, and rank others."
EXIT_CODES = "exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with nothing written"
EPILOG = f"""\
examples:
  python -m evo.rank fit --space nasbench201 --table nasbench201.parquet --metric c10v_valid --sample 1000 --rows A \\
      --out ranker.safetensors
  python -m evo.rank evaluate ranker.safetensors --table nasbench201.parquet --rows B
  python -m evo.rank predict ranker.safetensors --random 1000 --top 10
  python -m evo.run --space nasbench201 --fitness "ranker(file=ranker.safetensors)"
each command has a --help of its own

{EXIT_CODES}"""
FIT_EPILOG = f"""\
labels are a column of a table of which higher is better (with --lower-is-better, lower), that of a panel, or the
fitnesses of a run's completed candidates, each candidate once; rows without a label are left out
the file holds what was learnt, the space, the kind of label, and a digest of each candidate that was learnt from
examples:
  python -m evo.rank fit --space nasbench201 --table nasbench201.parquet --metric c10v_valid --sample 1000 \\
      --out ranker.safetensors
  python -m evo.rank fit --space nasbench201 --panel digits --predictor "trees(trees=100)" --out trees.safetensors
  python -m evo.rank fit --run runs/x --predictor ridge --set predictor.reach=3 --out ridge.safetensors

{EXIT_CODES}"""
PREDICT_EPILOG = f"""\
the score orders candidates and has no unit; tier 1 is the best fifth, tier_1 to tier_5 are the probabilities of each
examples:
  python -m evo.rank predict ranker.safetensors \\
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|"
  python -m evo.rank predict ranker.safetensors --table cells.csv --out scores.parquet
  python -m evo.rank predict ranker.safetensors --random 1000 --seed 1 --top 10

{EXIT_CODES}"""
EVALUATE_EPILOG = f"""\
what is reported, of rows that were not learnt from, beside counting parameters on the same rows:
  kendall, spearman   with 95 % bootstrap intervals, and the difference to counting on the same resamples
  tiers right         share of rows whose tier, a fifth by label, is the predicted one: a ranker of tiers predicts
                      those that it learnt, any other and counting fifths of these rows by score
  best 1 %            share of the true best 1 % among the predicted best 1 %
  best of 10          the best true rank among the ten candidates of the highest scores
  calibration         expected calibration error of the tiers' probabilities, where the predictor has them
examples:
  python -m evo.rank evaluate ranker.safetensors --table nasbench201.parquet --metric c10v_valid
  python -m evo.rank evaluate ranker.safetensors --table nasbench201.parquet --rows B --sample 2000 --out found.parquet
  python -m evo.rank evaluate ranker.safetensors --table nasbench201.parquet --metric c10_test --other-labels

{EXIT_CODES}"""


@dataclass(frozen=True)
class FitCommand:
    """What ``fit`` is asked for; out: file of the ranker; quiet: whether progress is kept to itself."""

    request: FitRankerRequest
    out: Path
    force: bool
    quiet: bool


@dataclass(frozen=True)
class RankerFile:
    """A ranker's file as it is named; space, predictor: where the file cannot make them; out: of what is found."""

    file: Path
    space: str | None
    predictor: str | None
    trust: bool
    out: Path | None
    force: bool


@dataclass(frozen=True)
class PredictCommand:
    """What ``predict`` is asked for."""

    ranker: RankerFile
    request: PredictRequest


@dataclass(frozen=True)
class EvaluateCommand:
    """What ``evaluate`` is asked for."""

    ranker: RankerFile
    request: EvaluateRequest


def read_command(arguments: Sequence[str] | None) -> FitCommand | PredictCommand | EvaluateCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = _parsed(arguments)
    if given.command == "fit":
        options = parse_assignments(given.assignments, AXES)
        request = FitRankerRequest(**said(FitRankerRequest, given), options=options)
        return FitCommand(request, given.out, given.force, given.quiet)
    ranker = RankerFile(given.file, given.space, given.predictor, given.trust, given.out, given.force)
    if given.command == "predict":
        return PredictCommand(ranker, PredictRequest(**said(PredictRequest, given)))
    return EvaluateCommand(ranker, EvaluateRequest(**said(EvaluateRequest, given)))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the arguments, candidates that stand behind options too, which argparse leaves over."""
    root = parser()
    given, rest = root.parse_known_args(arguments)
    if rest and (given.command != "predict" or any(word.startswith("-") for word in rest)):
        root.error(f"unrecognized arguments: {' '.join(rest)}")
    if given.command == "predict":
        given.candidates = (*given.candidates, *rest)
    return given


def parser() -> argparse.ArgumentParser:
    """Return the parser of all three commands; what is not said is None."""
    root = OneLineParser(prog="python -m evo.rank", description=DESCRIPTION, epilog=EPILOG)
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_fit(commands.add_parser("fit", help="learn from labelled candidates, and write a file", epilog=FIT_EPILOG))
    _add_predict(commands.add_parser("predict", help="rank candidates, the best first", epilog=PREDICT_EPILOG))
    _add_evaluate(
        commands.add_parser("evaluate", help="say how well it ranks what it did not learn from", epilog=EVALUATE_EPILOG)
    )
    return root


def _add_fit(command: argparse.ArgumentParser) -> None:
    learnt = command.add_argument_group("what is learnt from what")
    learnt.add_argument(
        "--space", metavar="S", help=f"space of the candidates, not needed beside --run: {known_plugins('space')}"
    )
    learnt.add_argument(
        "--predictor",
        metavar="P",
        help=f"what learns, with its options in parentheses: {_predictors()} (default: {DEFAULT_PREDICTOR})",
    )
    _add_labels(learnt, metric="column of labels; of a panel value unless named")
    learnt.add_argument(
        "--seed", type=int, metavar="N", help=f"of weights and batches (default: {FitRankerRequest.seed})"
    )
    add_assignments(learnt, "option of the space or the predictor, e.g. predictor.size=published")
    add_rows(command.add_argument_group("which rows"), sample="rows to learn from (default: all)")
    where = command.add_argument_group("where")
    where.add_argument("--out", type=named_path, required=True, metavar="FILE", help="file to write, .safetensors")
    where.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_trust(where)
    add_quiet(where)


def _add_predict(command: argparse.ArgumentParser) -> None:
    which = command.add_argument_group("which candidates")
    command.add_argument("file", type=named_path, metavar="FILE", help="of the ranker")
    which.add_argument("candidates", nargs="*", metavar="TEXT", help="candidates in the space's text")
    which.add_argument("--table", type=named_path, metavar="T", help="file of candidates, .csv or .parquet")
    add_rows(which, sample="rows of the table to rank (default: all)")
    which.add_argument("--random", type=int, metavar="N", help="candidates to draw from the space, all different")
    which.add_argument(
        "--seed", type=int, metavar="N", help=f"of the candidates drawn (default: {PredictRequest.seed})"
    )
    which.add_argument(
        "--top", type=int, metavar="K", help=f"keep the best alone (default: all; of many {SHOWN} are shown)"
    )
    _add_ranker(command, out=".parquet or .csv file of all that is ranked")


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=named_path, metavar="FILE", help="of the ranker")
    rows = command.add_argument_group("labelled candidates")
    _add_labels(rows, metric="column of labels (default: that which was learnt)")
    rows.add_argument(
        "--other-labels", action="store_true", help="the labels may be of another kind than those that were learnt"
    )
    add_rows(rows, sample="rows to rank, none of them learnt from (default: all)")
    _add_ranker(command, out="file of what was found: .parquet, a row for each number, or .md")


def _add_labels(group: argparse._ArgumentGroup, *, metric: str) -> None:
    defaults = LabelledRequest()
    group.add_argument("--table", type=named_path, metavar="T", help="file of labelled candidates, .csv or .parquet")
    group.add_argument("--panel", metavar="PANEL", help="file of a panel, or digits, which is shipped")
    group.add_argument("--run", type=named_path, metavar="RUN", help="folder of a run: its fitnesses are the labels")
    group.add_argument("--metric", metavar="M", help=metric)
    group.add_argument(
        "--lower-is-better",
        action="store_true",
        default=defaults.lower_is_better,
        help="the metric is a loss or an error: its negative is the label",
    )


def _add_ranker(command: argparse.ArgumentParser, *, out: str) -> None:
    where = command.add_argument_group("where")
    where.add_argument("--space", metavar="S", help="space of the candidates, where the file cannot name it")
    where.add_argument("--predictor", metavar="P", help="what has learnt, where the file cannot name it")
    where.add_argument("--out", type=named_path, metavar="FILE", help=out)
    where.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_trust(where)


def _predictors() -> str:
    return ", ".join((*PREDICTORS.listed(), "module:attribute"))

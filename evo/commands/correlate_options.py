"""The options of ``python -m evo.correlate``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evo.commands.options import add_places, add_space, known_plugins, said
from evo.correlation.request import DEFAULT_SAMPLE, HALVES, WITHOUT_SCORE, WORST, CorrelationRequest
from evo.records.config import WITH_OPTIONS
from tasks.foundation.command_line import OneLineParser, add_assignments, add_data, named_path, parse_assignments

DESCRIPTION = "Say whether a fitness ranks candidates as their published labels do."
EPILOG = """\
the table: a .csv or .parquet file with a column candidate (or arch) in the space's text, and numeric columns of which
higher is better; with --lower-is-better, lower; or digits, the panel that is shipped. Options of the space that the
file states for its candidates are used unless others are given
what is reported, each with a 95 % bootstrap interval, over all rows and over the better half by label:
  spearman, kendall   ties share their average rank; kendall is tau-b
  top K %             retrieving rate: of the best K % by label, the share that is also among the best K % by score;
                      ties at the cut share the places left
  differences         to params, macs and random over the same rows and resamples; these three are always scored too
examples:
  python -m evo.correlate --space nasbench201 --fitness "regression(task=combo),naswot" --table nasbench201.parquet \\
      --metric c10_test,in16_test --sample 128 --rows A
  python -m evo.correlate --space nasbench_nlp --fitness regression --table nlp.parquet --metric test_loss \\
      --lower-is-better
  python -m evo.correlate --space mine:Mine --fitness "mine:Sum,mine:Other(weight=2)" --table mine.csv --metric score

the same command continues a correlation that was stopped; a larger --sample extends it. Another --metric of the same
candidates needs no new scores
exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with everything saved"""


@dataclass(frozen=True)
class CorrelateCommand:
    """What a command line of ``evo.correlate`` asks for; quiet: whether progress is kept to itself."""

    request: CorrelationRequest
    quiet: bool


def read_command(arguments: Sequence[str] | None) -> CorrelateCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    options = parse_assignments(given.assignments, WITH_OPTIONS)
    return CorrelateCommand(CorrelationRequest(**said(CorrelationRequest, given), options=options), given.quiet)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what is not said is None."""
    root = OneLineParser(prog="python -m evo.correlate", description=DESCRIPTION, epilog=EPILOG)
    _add_fitnesses(root.add_argument_group("what is compared with what"))
    rows = root.add_argument_group("which rows")
    add_rows(rows)
    rows.add_argument(
        "--failed",
        choices=WITHOUT_SCORE,
        help="candidates without a score rank below all others and equal to each other, or are left out of that "
        f"fitness's statistics (default: {WORST})",
    )
    where = root.add_argument_group("where")
    add_places(where, kept="scores and results")
    where.add_argument(
        "--figure",
        type=named_path,
        metavar="FILE",
        help="write rho with its intervals, and the scatter plots, as one figure: .svg; .pdf and .png by the extra "
        "figures",
    )
    add_scores(where)
    where.add_argument("--force", action="store_true", help="replace FILE if it exists")
    return root


def _add_fitnesses(group: argparse._ArgumentGroup) -> None:
    add_space(group)
    group.add_argument(
        "--fitness",
        metavar="LIST",
        required=True,
        help='names, each with its options in parentheses: "regression(task=combo,steps=300),naswot"; known: '
        f"{known_plugins('fitness')}",
    )
    group.add_argument(
        "--table", metavar="T", type=named_path, required=True, help="file of labelled candidates, or digits"
    )
    group.add_argument(
        "--metric",
        metavar="M",
        required=True,
        help="column of the table to agree with, or several with commas between, over the rows that have all of them",
    )
    group.add_argument(
        "--lower-is-better",
        action="store_true",
        help="every metric is a loss or an error: its negative is the label",
    )
    group.add_argument("--seed", type=int, metavar="N", help=f"of the scores (default: {CorrelationRequest.seed})")
    add_assignments(group, "option of the space or the data", form="AXIS.OPTION=VALUE")
    add_data(group)


def add_rows(
    group: argparse._ArgumentGroup,
    *,
    sample: str = f"rows to score (default: {DEFAULT_SAMPLE}, or all where there are fewer)",
) -> None:
    """Add the options of the rows of a table; sample: what so many rows are for."""
    group.add_argument("--sample", type=int, metavar="N", help=sample)
    group.add_argument(
        "--rows",
        choices=HALVES,
        help="disjoint halves of the table: A to choose settings, B to report (default: all)",
    )
    group.add_argument(
        "--rows-seed", type=int, metavar="N", help=f"order of the rows (default: {CorrelationRequest.rows_seed})"
    )


def add_scores(group: argparse._ArgumentGroup) -> None:
    """Add the option of the folder of shared scores."""
    group.add_argument(
        "--scores",
        type=named_path,
        metavar="DIR",
        help="folder of scores that correlations share: what is there is not scored again; none for no such folder "
        "(default: scores beside the run's folder, so mostly runs/scores)",
    )

"""The options of ``python -m evo.leaderboard``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evo.boards.request import DEFAULT_FOLDER, LeaderboardRequest
from evo.commands.correlate_options import add_rows, add_scores
from evo.commands.options import TRIAL_TIMEOUT, add_cluster, add_quiet, add_trust, known_plugins, said
from evo.records.config import WITH_OPTIONS
from tasks.foundation.command_line import OneLineParser, add_assignments, add_data, named_path, parse_assignments

DESCRIPTION = "Say which fitness ranks the networks of which space as their labels do, and at what cost."
EPILOG = """\
without options: the scores that come with the package, and those that were added here, as a table for each space and
label; two pages, leaderboard.md and leaderboard.html, in the folder of --run-dir show what is printed
--fitness alone adds scores on the candidates of every shipped board that it accepts; --table NAME says on which;
--table FILE --space S --metric M is a table of your own, by default with three regressions (tasks N, combo and
nlp_search), every one-batch score, az_nas, vote and consensus
what is reported, each with a 95 % bootstrap interval:
  spearman, kendall   rank correlation with the label, on all rows
  better half, top tenth   spearman among the rows whose label is at least the median, among the best 10 %
  best ten            mean label of the ten best rows by score
  top 10 %            of the best 10 % by label, the share that is among the best 10 % by score
  nDCG                discounted gain of the best 10 % by score; gain: the label scaled to 0..1 on these rows
  less params         spearman less that of counting parameters on the same resamples
  s each              median CPU seconds of a candidate in one worker, by the clock where CPU is not said; the
                      page names the processor
examples:
  python -m evo.leaderboard
  python -m evo.leaderboard --fitness "mine:Sum,naswot(batch=32)" --table nasbench201
  python -m evo.leaderboard --table mine.csv --space mine:Space --metric accuracy --sample 100

the same command goes on with one that was stopped; what was scored is never scored again, and a fitness that is added
is the only one that is scored
exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with everything saved"""


@dataclass(frozen=True)
class LeaderboardCommand:
    """What a command line of ``evo.leaderboard`` asks for; quiet: whether progress is kept to itself."""

    request: LeaderboardRequest
    quiet: bool


def read_command(arguments: Sequence[str] | None) -> LeaderboardCommand:
    """Return what the arguments ask for; raises UsageError."""
    given = parser().parse_args(arguments)
    options = {axis: found for axis, found in parse_assignments(given.assignments, WITH_OPTIONS).items() if found}
    return LeaderboardCommand(LeaderboardRequest(**said(LeaderboardRequest, given), options=options), given.quiet)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what is not said is None."""
    root = OneLineParser(prog="python -m evo.leaderboard", description=DESCRIPTION, epilog=EPILOG)
    what = root.add_argument_group("what is added")
    what.add_argument(
        "--fitness",
        metavar="LIST",
        help='names, each with its options in parentheses: "regression(task=combo,steps=300),naswot"; known: '
        f"{known_plugins('fitness')}",
    )
    what.add_argument(
        "--table",
        metavar="T",
        type=named_path,
        help="a shipped board by its name, or with --space a file of labelled candidates (default: all shipped boards)",
    )
    _add_own_table(root.add_argument_group("a table of your own"))
    where = root.add_argument_group("where")
    add_cluster(where)
    TRIAL_TIMEOUT.add_to(where)
    where.add_argument(
        "--run-dir", type=named_path, metavar="DIR", help=f"folder of scores and pages (default: {DEFAULT_FOLDER})"
    )
    add_scores(where)
    add_trust(where)
    add_quiet(where)
    return root


def _add_own_table(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--space", metavar="S", help=f"search space: {known_plugins('space')}")
    group.add_argument(
        "--metric", metavar="M", help="column of the table to agree with, or several with commas between"
    )
    group.add_argument(
        "--lower-is-better",
        action="store_true",
        help="every metric is a loss or an error: its negative is the label",
    )
    group.add_argument("--seed", type=int, metavar="N", help=f"of the scores (default: {LeaderboardRequest.seed})")
    add_assignments(group, "option of the space or the data", form="AXIS.OPTION=VALUE")
    add_data(group)
    add_rows(group)

"""The options that commands over a series share."""

import argparse
from pathlib import Path

from evo.commands.run_options import add_cluster, known_plugins


def add_space(group: argparse._ArgumentGroup) -> None:
    """Add the option of the space."""
    group.add_argument("--space", metavar="S", required=True, help=f"search space: {known_plugins('space')}")


def add_places(group: argparse._ArgumentGroup, *, kept: str) -> None:
    """Add the options of workers, time-out, folder and output; kept: what the folder is for."""
    add_cluster(group)
    group.add_argument("--trial-timeout", type=float, metavar="S", help="seconds that one score may take")
    group.add_argument(
        "--run-dir", type=Path, metavar="DIR", help=f"folder of {kept} (default: one in runs/, by what is asked)"
    )
    group.add_argument("--quiet", action="store_true", help="no progress, only the results")

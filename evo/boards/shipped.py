"""The boards that come with the package: scores and labels of sampled rows of public benchmarks."""

from importlib.resources import files
from pathlib import Path

from evo.boards.board import Board
from evo.boards.board_file import read_board

FOLDER = "leaderboard_scores"
"""Of the package, with one file for each board."""


def shipped_names() -> list[str]:
    """Return the names of the boards that are shipped."""
    return sorted(path.stem for path in _folder().glob("*.parquet"))


def shipped_board(name: str) -> Board:
    """Return a board that is shipped, by its name."""
    return read_board(_folder() / f"{name}.parquet")


def shipped_boards() -> list[Board]:
    """Return all boards that are shipped."""
    return [shipped_board(name) for name in shipped_names()]


def _folder() -> Path:
    return Path(str(files("evo") / FOLDER))
